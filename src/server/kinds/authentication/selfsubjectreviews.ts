import { formatTime } from '../../../api/time.ts';
import type { SelfSubjectReview } from '../../../api/types/authentication-v1.ts';
import { defineKind } from '../define.ts';
import { readBody } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { userStatus } from './user-status.ts';

const GROUP = 'authentication.k8s.io';

/** Who am I? Never stored. Imitates pkg/registry/authentication/selfsubjectreview. */
export const selfsubjectreviews = defineKind<SelfSubjectReview>(GROUP, 'v1', 'selfsubjectreviews', { virtual: whoAmI });

async function whoAmI({ kind, body, user, now }: SubresourceRequest): Promise<SubresourceResponse> {
  readBody<SelfSubjectReview>(GROUP, 'v1', kind.kind, body);
  const metadata = { creationTimestamp: formatTime(now) };
  const status = { userInfo: userStatus(user) };
  return { status: 201, body: { kind: kind.kind, apiVersion: kind.apiVersion, metadata, status } };
}
