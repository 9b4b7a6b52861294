/** The rules of `create role` and `create clusterrole`, in the words of kubectl pkg/cmd/create/create_role.go. */
import type { JsonObject } from '../../api/object.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { CliError, PlainError } from '../errors.ts';
import { list, texts } from '../flags/flag-kinds.ts';

export const RULE_FLAGS = {
  verb: list({ summary: 'What may be done: get, list, watch, create, …; * for everything.' }),
  resource: list({ summary: 'On what: RESOURCE[.GROUP][/SUBRESOURCE]; * for everything.' }),
  'resource-name': texts({ summary: 'Only on objects with this name; may be repeated.' }),
};

export interface RuleRequest {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

const VERBS = new Set(
  [
    'get',
    'list',
    'watch',
    'create',
    'update',
    'patch',
    'delete',
    'deletecollection',
    'use',
    'bind',
    'impersonate',
    '*',
  ].concat(['approve', 'sign', 'escalate', 'attest', 'proxy', 'request', 'bypass']),
);
/** Verbs that only some resources have. */
const SPECIAL: Readonly<Record<string, readonly (readonly [group: string, resource: string])[]>> = {
  use: [
    ['policy', 'podsecuritypolicies'],
    ['extensions', 'podsecuritypolicies'],
  ],
  bind: [
    ['rbac.authorization.k8s.io', 'roles'],
    ['rbac.authorization.k8s.io', 'clusterroles'],
  ],
  escalate: [
    ['rbac.authorization.k8s.io', 'roles'],
    ['rbac.authorization.k8s.io', 'clusterroles'],
  ],
  impersonate: [
    ['', 'users'],
    ['', 'serviceaccounts'],
    ['', 'groups'],
    ['authentication.k8s.io', 'userextras'],
  ],
};

interface Wanted {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** `*` alone stands for all verbs, each verb once. */
export function distinctVerbs(verbs: readonly string[]): string[] {
  return verbs.includes('*') ? ['*'] : [...new Set(verbs)];
}

/** One rule a group. @throws CliError for what the server does not have */
export function rulesFor(discovery: Discovery, request: RuleRequest, warn: (text: string) => void): JsonObject[] {
  const wanted = splitResources(request.resources);
  checkVerbs(request.verbs, wanted, discovery, warn);
  const resolved = wanted.map((each) => resolve(discovery, each));
  const groups = [...new Set(resolved.map(({ group }) => group))].sort();
  return groups.map((group) => ({
    apiGroups: [group],
    resources: [...new Set(resolved.filter((each) => each.group === group).map(({ text }) => text))],
    ...(request.resourceNames.length === 0 ? {} : { resourceNames: [...new Set(request.resourceNames)] }),
    verbs: request.verbs,
  }));
}

/** `deployments.apps/scale`; `*` alone stands for all resources. */
export function splitResources(texts: readonly string[]): Wanted[] {
  const wanted = [...new Set(texts)].map((text) => {
    const slash = text.indexOf('/');
    const [path, subresource] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
    const dot = path.indexOf('.');
    const [resource, group] = dot < 0 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)];
    return { resource, group, subresource };
  });
  const star = wanted.find(
    ({ resource, group, subresource }) => resource === '*' && group === '' && subresource === '',
  );
  return star === undefined ? wanted : [star];
}

function checkVerbs(
  verbs: readonly string[],
  wanted: readonly Wanted[],
  discovery: Discovery,
  warn: (text: string) => void,
): void {
  for (const verb of verbs) if (!VERBS.has(verb)) warn(`Warning: '${verb}' is not a standard resource verb\n`);
  for (const { resource } of wanted) {
    if (resource === '') throw new CliError('resource must be specified if apiGroup/subresource specified');
  }
  for (const each of wanted) {
    if (each.resource === '*') continue;
    const { resource, group } = resolve(discovery, each);
    for (const verb of verbs) {
      const allowed = SPECIAL[verb];
      if (allowed === undefined || allowed.some(([g, r]) => g === group && r === resource)) continue;
      throw new CliError(`can not perform '${verb}' on '${resource}' in group '${group}'`);
    }
  }
}

interface Resolved extends Pick<DiscoveredResource, 'group' | 'resource'> {
  /** With its sub-resource. */
  readonly text: string;
}

function resolve(discovery: Discovery, { group, resource, subresource }: Wanted): Resolved {
  if (resource === '*') return { group: group === '' ? '' : group, resource, text: '*' };
  const found = discovery.find(group === '' ? resource : `${resource}.${group}`);
  if (found !== undefined && (group === '' || found.group === group)) {
    return { group: found.group, resource: found.resource, text: withSub(found.resource, subresource) };
  }
  if (resource === 'users' || resource === 'groups') return { group: '', resource, text: resource };
  const where = group === '' ? '' : ` in group ${JSON.stringify(group)}`;
  throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(resource)}${where}`);
}

function withSub(resource: string, subresource: string): string {
  return subresource === '' ? resource : `${resource}/${subresource}`;
}
