/** Rules that can never match, that mean something else than they look like, or that allow very much. */
import { NAMELESS_VERBS } from '../../../api/rbac/miss-text.ts';
import type { PolicyRule } from '../../../api/types/rbac-v1.ts';
import type { Discovery } from '../../../client/discovery.ts';
import { suggestions } from '../../suggest.ts';
import type { PolicyObject } from '../policy.ts';
import { resourceWord } from '../words.ts';
import { at, type Check, type LintInput } from './finding.ts';

const ANY = '*';
const VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', ANY],
  ...['use', 'bind', 'escalate', 'impersonate', 'approve', 'sign', 'attest'],
];
const PATH_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', ANY];

interface Ruled {
  readonly role: PolicyObject;
  readonly rule: PolicyRule;
  /** `rules[0]` */
  readonly where: string;
}

function* rulesOf({ roles }: LintInput): Generator<Ruled> {
  for (const role of roles) {
    // The rules of such a role are those of others.
    if (role.aggregationRule !== undefined) continue;
    for (const [i, rule] of (role.rules ?? []).entries()) yield { role, rule, where: `rules[${i}]` };
  }
}

export const namesNeverMatch: Check = {
  id: 'names-never-match',
  summary: 'resourceNames with verbs whose requests name no object',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      const { resourceNames = [], verbs = [], resources = [] } = rule;
      if (resourceNames.length === 0) continue;
      const plain = resources.filter((resource) => !resource.includes('/'));
      const never = plain.length === 0 ? [] : verbs.filter((verb) => NAMELESS_VERBS.has(verb));
      if (never.length > 0) {
        yield {
          severity: 'error',
          ...at(role),
          message: `${where}: resourceNames never allow ${never.join(' or ')} of ${plain.join(', ')}: such a request names no object`,
          help: 'a rule without resourceNames for these verbs, or leave them out',
        };
      }
      const lists = verbs.filter((verb) => verb === 'list' || verb === 'watch');
      if (lists.length === 0 || plain.length === 0) continue;
      yield {
        severity: 'warning',
        ...at(role),
        message: `${where}: with resourceNames, ${lists.join(' and ')} of ${plain.join(', ')} is allowed only with --field-selector metadata.name=NAME`,
        help: 'use get, or a rule without resourceNames',
      };
    }
  },
};

export const subresourceWildcard: Check = {
  id: 'subresource-wildcard',
  summary: 'TYPE/*, which matches nothing',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      for (const resource of rule.resources ?? []) {
        if (!resource.endsWith('/*')) continue;
        const [plural = ''] = resource.split('/');
        const known = (rule.apiGroups ?? []).flatMap(
          (group) => input.discovery.ofResource(group, undefined, plural)?.subresources ?? [],
        );
        const names = known.map(({ name }) => `${plural}/${name}`);
        yield {
          severity: 'error',
          ...at(role),
          message: `${where}: ${JSON.stringify(resource)} matches nothing: sub-resources are named one by one`,
          help: names.length === 0 ? 'name them' : `there are ${names.join(', ')}`,
        };
      }
    }
  },
};

export const unknownVerb: Check = {
  id: 'unknown-verb',
  summary: 'a verb that no request has',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      const paths = (rule.nonResourceURLs ?? []).length > 0;
      const known = paths ? [...VERBS, ...PATH_VERBS] : VERBS;
      for (const verb of rule.verbs ?? []) {
        if (known.includes(verb)) continue;
        const near = suggestions(verb, known);
        yield {
          severity: near.length > 0 || ['read', 'write', 'edit', 'view'].includes(verb) ? 'error' : 'warning',
          ...at(role),
          message: `${where}: ${JSON.stringify(verb)} is no verb that Kubernetes knows`,
          help:
            near.length > 0
              ? `did you mean ${near.join(' or ')}?`
              : 'read is get, list, watch; write is create, update, patch, delete',
        };
      }
    }
  },
};

export const unknownResource: Check = {
  id: 'unknown-resource',
  summary: 'a resource that is not in the API group',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      for (const group of rule.apiGroups ?? []) {
        for (const resource of rule.resources ?? []) {
          const help = resourceFault(input.discovery, group, resource, rule);
          if (help === undefined) continue;
          yield {
            severity: 'warning',
            ...at(role),
            message: `${where}: there is no ${JSON.stringify(resource)} in API group ${JSON.stringify(group)}`,
            help,
          };
        }
      }
    }
  },
};

/** Names of requests to act as somebody, which no server lists. */
const UNLISTED = new Set(['users', 'groups', 'uids', 'userextras', 'signers', 'selfsubjectreviews']);

/** What is perhaps meant; undefined when all is well, or nobody can know. */
function resourceFault(discovery: Discovery, group: string, resource: string, rule: PolicyRule): string | undefined {
  const [plural = '', ...sub] = resource.split('/');
  if (plural === ANY || group === ANY || UNLISTED.has(plural)) return undefined;
  const inGroup = discovery.resources.filter((entry) => entry.group === group);
  const found = inGroup.filter((entry) => entry.resource === plural);
  if (found.length === 0) {
    const elsewhere = discovery.preferred().filter((entry) => entry.resource === plural);
    if (inGroup.length === 0 && elsewhere.length === 0) return undefined;
    // One rule often lists several groups and resources, of which not all pairs exist.
    if (elsewhere.some((entry) => (rule.apiGroups ?? []).includes(entry.group))) return undefined;
    if (elsewhere.length > 0)
      return `it is in API group ${elsewhere.map((entry) => JSON.stringify(entry.group)).join(' or ')}`;
    const near = suggestions(
      plural,
      inGroup.map((entry) => entry.resource),
    );
    return near.length === 0 ? 'perhaps its definition is not installed' : `did you mean ${near.join(' or ')}?`;
  }
  const name = sub.join('/');
  const subs = found.flatMap(({ subresources }) => subresources.map((entry) => entry.name));
  if (name === '' || name === ANY || subs.includes(name)) return undefined;
  const near = suggestions(name, subs);
  return near.length === 0
    ? `it has ${subs.join(', ') || 'no sub-resources'}`
    : `did you mean ${near.map((each) => `${plural}/${each}`).join(' or ')}?`;
}

export const clusterScopedInRole: Check = {
  id: 'cluster-scoped-in-role',
  summary: 'a Role for what has no namespace',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      if (role.kind !== 'Role') continue;
      const paths = rule.nonResourceURLs ?? [];
      const resources = (rule.apiGroups ?? []).flatMap((group) =>
        (rule.resources ?? [])
          .filter(
            (resource) =>
              input.discovery.ofResource(group, undefined, resource.split('/')[0] ?? '')?.namespaced === false,
          )
          .filter((resource) => !(group === '' && resource === 'namespaces'))
          .map((resource) => resourceWord(group, resource)),
      );
      const useless = [...resources, ...paths];
      if (useless.length === 0) continue;
      yield {
        severity: 'error',
        ...at(role),
        message: `${where}: ${useless.join(', ')} ${useless.length === 1 ? 'has' : 'have'} no namespace: a Role never allows that`,
        help: 'use a ClusterRole and a ClusterRoleBinding',
      };
    }
  },
};

export const wildcard: Check = {
  id: 'wildcard',
  summary: 'a rule with * for everything',
  *find(input) {
    for (const { role, rule, where } of rulesOf(input)) {
      const any = (['verbs', 'apiGroups', 'resources', 'nonResourceURLs'] as const).filter((field) =>
        rule[field]?.includes(ANY),
      );
      const all = ['verbs', 'apiGroups', 'resources'].every((field) => (any as string[]).includes(field));
      if (any.length === 0) continue;
      yield {
        severity: 'warning',
        ...at(role),
        message: all
          ? `${where}: allows everything, as cluster-admin does`
          : `${where}: * in ${any.join(' and ')} also allows what does not exist yet`,
        help: all
          ? 'bind ClusterRole cluster-admin, so that it is seen, or name what is needed'
          : 'name what is needed',
      };
    }
  },
};

export const unusedRole: Check = {
  id: 'unused-role',
  summary: 'a role that no binding names',
  *find({ policy, roles }) {
    const used = new Set(
      policy.bindings.map(({ roleRef = {}, metadata }) =>
        JSON.stringify([roleRef.kind, roleRef.kind === 'Role' ? (metadata.namespace ?? '') : '', roleRef.name]),
      ),
    );
    for (const role of roles) {
      const { name, namespace = '', labels = {} } = role.metadata;
      const gathered = Object.keys(labels).some((label) => label.startsWith('rbac.authorization.k8s.io/aggregate-to-'));
      if (gathered || used.has(JSON.stringify([role.kind, namespace, name]))) continue;
      yield { severity: 'note', ...at(role), message: 'is in no binding', help: 'delete it, or bind it' };
    }
  },
};
