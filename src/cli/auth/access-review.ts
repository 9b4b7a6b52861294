/** Asks the server itself: SelfSubjectAccessReview, SelfSubjectRulesReview, SelfSubjectReview. */
import { breakdownRule, compactRules } from '../../api/rbac/covers.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { SelfSubjectReview } from '../../api/types/authentication-v1.ts';
import type { SelfSubjectAccessReview, SelfSubjectRulesReview } from '../../api/types/authorization-v1.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { CliError } from '../errors.ts';
import { ColumnWriter } from '../print/columns.ts';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';

/** @throws StatusError */
export function accessReview(client: RestClient, request: RbacRequest): Promise<SelfSubjectAccessReview> {
  const { verb, isResource, path, group, resource, subresource, namespace, name } = request;
  const spec = isResource
    ? { resourceAttributes: { namespace, verb, group, resource, subresource, name } }
    : { nonResourceAttributes: { verb, path } };
  return client.json('POST', `${AUTHORIZATION}/selfsubjectaccessreviews`, {
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
  });
}

export function rulesReview(client: RestClient, namespace: string): Promise<SelfSubjectRulesReview> {
  return client.json('POST', `${AUTHORIZATION}/selfsubjectrulesreviews`, {
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
  });
}

/** @throws CliError when the server does not tell */
export async function selfReview(client: RestClient): Promise<SelfSubjectReview> {
  try {
    return await client.json('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
  } catch (error) {
    if (!isStatusError(error, 'Forbidden') && !isStatusError(error, 'NotFound')) throw error;
    throw new CliError(
      'the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it',
      { cause: error },
    );
  }
}

/** `yes`, `no`, `no - REASON - ERROR` */
export function answerText({ status = {} }: SelfSubjectAccessReview): string {
  if (status.allowed) return 'yes';
  return ['no', status.reason, status.evaluationError].filter(Boolean).join(' - ');
}

/** The rules of a review, one resource a line, in kubectl's order. */
export function rulesText({ status = {} }: SelfSubjectRulesReview, noHeaders: boolean): string {
  const rules: PolicyRule[] = [...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])];
  const lines = sortedRules(compactRules(rules.flatMap(breakdownRule))).map((rule) => [
    resourceText(rule),
    goList(rule.nonResourceURLs),
    goList(rule.resourceNames),
    goList(rule.verbs),
  ]);
  const header = noHeaders ? [] : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']];
  return new ColumnWriter().format([...header, ...lines]);
}

/** In the order in which kubectl shows them. */
export function sortedRules(rules: readonly PolicyRule[]): PolicyRule[] {
  return rules
    .map((rule) => ({ rule, key: sortKey(rule) }))
    .sort((a, b) => compareUtf8(a.key, b.key))
    .map(({ rule }) => rule);
}

/** The text of the Go struct, by which kubectl sorts. */
function sortKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map(goList).join(',');
}

function goList(values: readonly string[] = []): string {
  return `[${values.join(' ')}]`;
}

/** `pods`, `deployments.apps/scale` */
export function resourceText({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [resource = ''] = resources;
  const [group = ''] = apiGroups;
  const [plural = '', ...sub] = resource.split('/');
  return [group === '' ? plural : `${plural}.${group}`, ...sub].join('/');
}

/** The table of `auth whoami`. */
export function identityText({ status = {} }: SelfSubjectReview): string {
  const { username = '', uid = '', groups = [], extra = {} } = status.userInfo ?? {};
  const extras = Object.keys(extra)
    .sort(compareUtf8)
    .map((key) => [`Extra: ${key}`, goList(extra[key])]);
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ...(username === '' ? [] : [['Username', username]]),
    ...(uid === '' ? [] : [['UID', uid]]),
    ...(groups.length === 0 ? [] : [['Groups', goList(groups)]]),
    ...extras,
  ];
  return new ColumnWriter().format(rows);
}
