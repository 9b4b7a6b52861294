/** Answers access reviews; imitates kubernetes pkg/registry/authorization. */
import { aggregateText, FieldErrors } from '../../../api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { invalid } from '../../../api/status-error.ts';
import type {
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReviewSpec,
} from '../../../api/types/authorization-v1.ts';
import type { AccessAttributes, Decision } from '../../authorization/authorizer.ts';
import type { UserInfo } from '../../request/user.ts';
import { identityOf } from '../identity-services.ts';
import { readBody, takeNamespace } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { fieldSelectorText, labelSelectorText, type SelectorText } from './review-selectors.ts';

const GROUP = 'authorization.k8s.io';

/** Who is asked about, by the review itself. */
export function subjectOf({ user = '', uid = '', groups = [], extra = {} }: SubjectAccessReviewSpec): UserInfo {
  return { name: user, uid, groups, extra };
}

/**
 * Reads a review, checks it, asks the authorizers and answers with the status filled in.
 * @throws StatusError 400 or 422 for a malformed review
 */
export async function answerReview<T extends KubeObject & { spec?: SelfSubjectAccessReviewSpec }>(
  request: SubresourceRequest,
  validate: (review: T, errors: FieldErrors) => void,
  subject: (review: T) => UserInfo,
): Promise<SubresourceResponse> {
  const review = readBody<T>(GROUP, 'v1', request.kind.kind, request.body);
  takeNamespace(review, request.kind.namespaced ? request.info.namespace : '');
  const errors = new FieldErrors();
  validate(review, errors);
  // Upstream forgets to say which kind it is.
  if (errors.length > 0) throw invalid({ group: GROUP, resource: '' }, '', errors.list);
  const { attributes, problems } = attributesOf(subject(review), review.spec ?? {});
  const decision = await identityOf(request).authorize(attributes);
  const body = {
    kind: request.kind.kind,
    apiVersion: request.kind.apiVersion,
    metadata: review.metadata,
    spec: review.spec ?? {},
    status: statusOf(decision, problems),
  };
  return { status: 201, body };
}

function statusOf({ verdict, reason, error }: Decision, problems: readonly string[]): JsonObject {
  const texts = [...(error === undefined ? [] : [error]), ...problems];
  return {
    allowed: verdict === 'allow',
    ...(verdict === 'deny' ? { denied: true } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(texts.length === 0 ? {} : { evaluationError: aggregateText(texts) }),
  };
}

interface Asked {
  readonly attributes: AccessAttributes;
  readonly problems: readonly string[];
}

function attributesOf(user: UserInfo, spec: SelfSubjectAccessReviewSpec): Asked {
  if (spec.resourceAttributes !== undefined) return resourceAttributes(user, spec.resourceAttributes);
  const { path = '', verb = '' }: NonResourceAttributes = spec.nonResourceAttributes ?? {};
  const nothing = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  return { attributes: { user, verb, isResource: false, path, ...nothing }, problems: [] };
}

function resourceAttributes(user: UserInfo, given: ResourceAttributes): Asked {
  const fields = fieldSelectorText(given.fieldSelector);
  const labels = labelSelectorText(given.labelSelector);
  const attributes: AccessAttributes = {
    user,
    verb: given.verb ?? '',
    isResource: true,
    path: '',
    group: given.group ?? '',
    version: given.version || '*',
    resource: given.resource ?? '',
    subresource: given.subresource ?? '',
    namespace: given.namespace ?? '',
    name: given.name ?? '',
    ...(fields.text === '' ? {} : { fieldSelector: fields.text }),
    ...(labels.text === '' ? {} : { labelSelector: labels.text }),
  };
  return { attributes, problems: [...ignored('fieldSelector', fields), ...ignored('labelSelector', labels)] };
}

function ignored(selector: string, { text, complete }: SelectorText): string[] {
  if (complete) return [];
  return [`spec.resourceAttributes.${selector} ${text === '' ? '' : 'partially '}ignored due to parse error`];
}
