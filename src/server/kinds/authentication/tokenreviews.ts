import type { JsonObject } from '../../../api/object.ts';
import { badRequest, internalError } from '../../../api/status-error.ts';
import type { TokenReview } from '../../../api/types/authentication-v1.ts';
import { commonAudiences } from '../../authentication/audiences.ts';
import type { Authenticated } from '../../authentication/authenticator.ts';
import { rejectionReason } from '../../authentication/rejection.ts';
import { defineKind } from '../define.ts';
import { type IdentityServices, identityOf } from '../identity-services.ts';
import { readBody, takeNamespace } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { userStatus } from './user-status.ts';

const GROUP = 'authentication.k8s.io';

/** Whose token is this? Never stored. Imitates pkg/registry/authentication/tokenreview. */
export const tokenreviews = defineKind<TokenReview>(GROUP, 'v1', 'tokenreviews', { virtual: reviewToken });

async function reviewToken(request: SubresourceRequest): Promise<SubresourceResponse> {
  const { kind, apiVersion } = request.kind;
  const review = readBody<TokenReview>(GROUP, 'v1', kind, request.body);
  takeNamespace(review, '');
  const { token = '', audiences = [] } = review.spec ?? {};
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const status = await statusFor(identityOf(request), token, audiences);
  return { status: 201, body: { kind, apiVersion, metadata: review.metadata, spec: review.spec ?? {}, status } };
}

async function statusFor(identity: IdentityServices, token: string, wanted: readonly string[]): Promise<JsonObject> {
  const audiences = wanted.length === 0 ? identity.apiAudiences : wanted;
  let found: Authenticated;
  try {
    // As upstream does: a request with that token and nothing else, so that a token with a space is anonymous.
    found = await identity.authenticate({ authorization: `Bearer ${token}`, audiences, warn: () => {} });
  } catch (error) {
    return { user: {}, error: rejectionReason(error) };
  }
  if (audiences.length > 0 && commonAudiences(audiences, found.audiences ?? []).length === 0) {
    throw internalError('error validating audiences');
  }
  const confirmed = found.audiences === undefined || found.audiences.length === 0 ? {} : { audiences: found.audiences };
  return { authenticated: true, user: userStatus(found.user), ...confirmed };
}
