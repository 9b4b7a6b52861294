/** The role and binding that allow one request and nothing else. */
import { NAMELESS_VERBS } from '../../api/rbac/miss-text.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { RBAC_GROUP } from '../../api/rbac/subjects.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';

export interface GrantObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

/** Whether a role or binding of this name exists already ('' = at the cluster scope): applying would replace it. */
export type IsTaken = (namespace: string, name: string) => boolean;

const MAX_NAME = 253;

export function smallestGrant(request: RbacRequest, subject: Subject, isTaken: IsTaken = () => false): GrantObject[] {
  const namespace = request.isResource ? request.namespace : '';
  const name = freeName(grantName(request, subject), (candidate) => isTaken(namespace, candidate));
  return grantObjects({ namespace, name, rules: [smallestRule(request)], subject });
}

export interface Grant {
  /** '' for the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  readonly subject: Subject;
}

/** A role with these rules and its binding, ready to be applied. */
export function grantObjects({ namespace, name, rules, subject }: Grant): GrantObject[] {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  const metadata = namespace === '' ? { name } : { name, namespace };
  const apiVersion = `${RBAC_GROUP}/v1`;
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC_GROUP, kind, name },
      subjects: [subject],
    },
  ];
}

/** Requests that name no object: a list of names would never allow them. */
export function smallestRule({ verb, isResource, path, group, resource, subresource, name }: RbacRequest): PolicyRule {
  if (!isResource) return { nonResourceURLs: [path], verbs: [verb] };
  const named = name !== '' && (!NAMELESS_VERBS.has(verb) || subresource !== '');
  return {
    apiGroups: [group],
    resources: [subresource === '' ? resource : `${resource}/${subresource}`],
    ...(named ? { resourceNames: [name] } : {}),
    verbs: [verb],
  };
}

/** `jane-get-pods-log`: legal as a name, telling what it is for. */
function grantName({ verb, isResource, path, resource, subresource, name }: RbacRequest, subject: Subject): string {
  const what = isResource ? [resource, subresource, name] : [path];
  return legalName([subject.name ?? '', verb, ...what]);
}

/** Words joined to a legal name. */
export function legalName(words: readonly string[]): string {
  const text = words.filter((word) => word !== '').join('-');
  const legal = text
    .replaceAll('*', 'any')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-');
  return legal.slice(0, MAX_NAME).replaceAll(/^[-.]+|[-.]+$/g, '') || 'grant';
}

/** The name, or with the first number that makes it free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let i = 2; ; i++) {
    const candidate = `${name.slice(0, MAX_NAME - String(i).length - 1)}-${i}`;
    if (!isTaken(candidate)) return candidate;
  }
}

/** A grant whose objects replace none of the policy's. */
export function freeGrant(
  { index }: { readonly index: RbacIndex },
  request: RbacRequest,
  subject: Subject,
): GrantObject[] {
  return smallestGrant(request, subject, takenIn(index));
}

export function takenIn(index: RbacIndex): IsTaken {
  return (namespace, name) => {
    const kind = namespace === '' ? 'ClusterRole' : 'Role';
    const isRole = index.rulesOf({ kind, name }, namespace) !== undefined;
    return isRole || index.bindings(namespace).some((binding) => binding.name === name);
  };
}
