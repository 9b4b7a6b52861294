/** The role and binding that allow one request and nothing else. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';

export interface GrantObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

const API_GROUP = 'rbac.authorization.k8s.io';
/** Requests that name no object: a list of names would never allow them. */
const NAMELESS: ReadonlySet<string> = new Set(['create', 'list', 'watch', 'deletecollection']);
const MAX_NAME = 253;

export function smallestGrant(request: RbacRequest, subject: Subject): GrantObject[] {
  const clusterWide = !request.isResource || request.namespace === '';
  const kind = clusterWide ? 'ClusterRole' : 'Role';
  const name = grantName(request, subject);
  const metadata = clusterWide ? { name } : { name, namespace: request.namespace };
  const apiVersion = `${API_GROUP}/v1`;
  return [
    { apiVersion, kind, metadata, rules: [smallestRule(request)] },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: API_GROUP, kind, name }, subjects: [subject] },
  ];
}

function smallestRule({ verb, isResource, path, group, resource, subresource, name }: RbacRequest): PolicyRule {
  if (!isResource) return { nonResourceURLs: [path], verbs: [verb] };
  const named = name !== '' && (!NAMELESS.has(verb) || subresource !== '');
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
  const words = [subject.name ?? '', verb, ...what].filter((word) => word !== '').join('-');
  const legal = words
    .replaceAll('*', 'any')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-');
  return legal.slice(0, MAX_NAME).replaceAll(/^[-.]+|[-.]+$/g, '') || 'grant';
}
