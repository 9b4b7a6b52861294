import { badRequest } from '../../../api/status-error.ts';
import type { SelfSubjectRulesReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';
import { identityOf } from '../identity-services.ts';
import { readBody } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';

const GROUP = 'authorization.k8s.io';

/** What may I do in this namespace? Never stored. Imitates pkg/registry/authorization/selfsubjectrulesreview. */
export const selfsubjectrulesreviews = defineKind<SelfSubjectRulesReview>(GROUP, 'v1', 'selfsubjectrulesreviews', {
  virtual: listRules,
});

async function listRules(request: SubresourceRequest): Promise<SubresourceResponse> {
  const { kind, apiVersion } = request.kind;
  const namespace = readBody<SelfSubjectRulesReview>(GROUP, 'v1', kind, request.body).spec?.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { resourceRules, nonResourceRules, incomplete, error } = identityOf(request).rulesFor(request.user, namespace);
  const status = { resourceRules, nonResourceRules, incomplete, ...(error === '' ? {} : { evaluationError: error }) };
  return { status: 201, body: { kind, apiVersion, metadata: {}, spec: {}, status } };
}
