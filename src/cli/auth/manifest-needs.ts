/** Which requests applying a manifest makes, and what it takes to be allowed to grant. */
import { isObject } from '../../api/object.ts';
import { breakdownRule } from '../../api/rbac/covers.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { RBAC_GROUP } from '../../api/rbac/subjects.ts';
import type { PolicyRule, RoleRef } from '../../api/types/rbac-v1.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { pathRequest } from './access-question.ts';

/** Whether an object is there; `unknown` where one may not look. */
export type Existence = 'exists' | 'missing' | 'unknown';

export interface ApplyMode {
  readonly serverSide: boolean;
}

/** The verbs that kubectl apply and kctl apply use on one object. */
export function applyVerbs(existence: Existence, { serverSide }: ApplyMode, named: boolean): string[] {
  if (!named) return ['create'];
  const writes = { exists: ['patch'], missing: ['create'], unknown: ['create', 'patch'] }[existence];
  // Server-side apply is one PATCH; where the object is missing the server asks for create as well.
  return serverSide ? [...new Set(['patch', ...writes])] : ['get', ...writes];
}

export function objectRequest({ resource, namespace = '', name }: ResolvedManifest, verb: string): RbacRequest {
  const { group, resource: plural } = resource;
  const base = { isResource: true, path: '', group, resource: plural, subresource: '', namespace };
  return { ...base, verb, name: verb === 'create' ? '' : name };
}

/** The rules that a Role or ClusterRole gives away; undefined for other objects. */
export function givenRules({ resource, object }: ResolvedManifest): PolicyRule[] | undefined {
  const isRole =
    resource.group === RBAC_GROUP && (resource.resource === 'roles' || resource.resource === 'clusterroles');
  if (!isRole) return undefined;
  return Array.isArray(object['rules']) ? (object['rules'] as PolicyRule[]) : [];
}

/** The role that a binding gives away; undefined for other objects. */
export function givenRole({ resource, object }: ResolvedManifest): RoleRef | undefined {
  const isBinding =
    resource.group === RBAC_GROUP &&
    (resource.resource === 'rolebindings' || resource.resource === 'clusterrolebindings');
  return isBinding && isObject(object['roleRef']) ? object['roleRef'] : undefined;
}

/** What one has to be allowed oneself to give these rules away: the escalation check asks for each part. */
export function holdingRequests(rules: readonly PolicyRule[], namespace: string): RbacRequest[] {
  return rules.flatMap(breakdownRule).map((part): RbacRequest => {
    const verb = part.verbs?.[0] ?? '';
    const [path] = part.nonResourceURLs ?? [];
    if (path !== undefined) return pathRequest(verb, path);
    const [resource = '', ...sub] = (part.resources?.[0] ?? '').split('/');
    return {
      verb,
      isResource: true,
      path: '',
      group: part.apiGroups?.[0] ?? '',
      resource,
      subresource: sub.join('/'),
      namespace,
      name: part.resourceNames?.[0] ?? '',
    };
  });
}

/** The verb that lifts the escalation check: escalate on a role, bind on the role that a binding names. */
export function liftingRequest(verb: 'escalate' | 'bind', role: RoleRef, namespace: string): RbacRequest {
  const resource = role.kind === 'Role' ? 'roles' : 'clusterroles';
  const base = { isResource: true, path: '', group: RBAC_GROUP, subresource: '' };
  return { ...base, verb, resource, namespace, name: role.name ?? '' };
}
