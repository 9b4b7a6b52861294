/**
 * Nobody may write a role that holds, or bind a role that grants, what they do not hold themselves.
 * Imitates kubernetes pkg/registry/rbac (role, rolebinding … policybased storage and escalation_check.go).
 */

import { equalJson, type KubeObject } from '../../api/object.ts';
import { escalationText } from '../../api/rbac/escalation.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import { forbidden, notFound, type QualifiedResource } from '../../api/status-error.ts';
import type { PolicyRule, RoleRef } from '../../api/types/rbac-v1.ts';
import type { UserInfo } from '../request/user.ts';
import type { AccessAttributes, Decision } from './authorizer.ts';
import { PRIVILEGED_GROUP } from './privileged-groups-authorizer.ts';

export interface EscalationContext {
  readonly index: RbacIndex;
  authorize(attributes: AccessAttributes): Decision | Promise<Decision>;
}

/** A write of a Role, ClusterRole, RoleBinding or ClusterRoleBinding. */
export interface RbacWrite {
  readonly user: UserInfo;
  /** roles, clusterroles, rolebindings or clusterrolebindings. */
  readonly resource: string;
  /** '' for the cluster-scoped kinds. */
  readonly namespace: string;
  /** Name in the request's path: '' for a create. */
  readonly requestName: string;
  readonly object: KubeObject;
  /** Undefined for a create. */
  readonly old: KubeObject | undefined;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * @throws StatusError 403 when the write would escalate, 404 when a binding's role does not exist (and the writer may
 * not bind it by the verb `bind`).
 */
export async function checkEscalation(write: RbacWrite, context: EscalationContext): Promise<void> {
  const { user, object, old } = write;
  if (user.groups.includes(PRIVILEGED_GROUP)) return;
  if (old !== undefined && onlyGarbageCollectionDiffers(object, old)) return;
  const granted = write.resource.endsWith('bindings')
    ? await grantedByBinding(write, context)
    : await grantedByRole(write, context);
  if (granted === undefined) return;
  const held = context.index.rulesFor(user, write.namespace);
  const text = escalationText(user, held.rules, granted, held.error);
  if (text !== undefined) throw forbidden(qualifiedOf(write), object.metadata.name ?? '', text);
}

/** The rules that need cover; undefined when the writer holds the verb `escalate`. */
async function grantedByRole(
  write: RbacWrite,
  { authorize }: EscalationContext,
): Promise<readonly PolicyRule[] | undefined> {
  const { resource, namespace, requestName: name } = write;
  const { verdict } = await authorize(attributesFor(write, { verb: 'escalate', resource, namespace, name }));
  return verdict === 'allow' ? undefined : ((write.object.rules as PolicyRule[] | undefined) ?? []);
}

/** The rules that need cover; undefined when the writer holds the verb `bind` on the role. */
async function grantedByBinding(
  write: RbacWrite,
  { authorize, index }: EscalationContext,
): Promise<readonly PolicyRule[] | undefined> {
  const { namespace } = write;
  const roleRef = (write.object.roleRef as RoleRef | undefined) ?? {};
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const attributes = attributesFor(write, { verb: 'bind', resource, namespace, name: roleRef.name ?? '' });
  const { verdict } = await authorize({ ...attributes, group: roleRef.apiGroup ?? '' });
  if (verdict === 'allow') return undefined;
  const rules = index.rulesOf(roleRef, namespace);
  if (rules === undefined) throw notFound(qualifiedOf(write), roleRef.name ?? '');
  return rules;
}

function attributesFor(
  { user }: RbacWrite,
  what: Pick<AccessAttributes, 'verb' | 'resource' | 'namespace' | 'name'>,
): AccessAttributes {
  return { user, isResource: true, path: '', group: RBAC, version: '*', subresource: '', ...what };
}

function qualifiedOf({ resource }: RbacWrite): QualifiedResource {
  return { group: RBAC, resource };
}

/** Owner references, finalizers and managedFields: what the garbage collector must be able to change. */
function onlyGarbageCollectionDiffers(object: KubeObject, old: KubeObject): boolean {
  return equalJson(withoutCollectorFields(object), withoutCollectorFields(old));
}

function withoutCollectorFields(object: KubeObject): KubeObject {
  const { ownerReferences: _o, finalizers: _f, managedFields: _m, resourceVersion: _r, ...metadata } = object.metadata;
  return { ...object, metadata };
}
