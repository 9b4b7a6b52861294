/**
 * Nobody makes an admission policy read what they may not read themselves: a policy's kind of parameters, and the
 * parameters that a binding names. Imitates pkg/registry/admissionregistration/*\/authz.go.
 */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { equalJson, type KubeObject } from '../../api/object.ts';
import { invalid } from '../../api/status-error.ts';
import type { ParamKind, ParamRef } from '../../api/types/admissionregistration-v1.ts';
import type { UserInfo } from '../request/user.ts';
import type { AccessAttributes, Decision } from './authorizer.ts';
import { PRIVILEGED_GROUP } from './privileged-groups-authorizer.ts';

export interface ParamAccessContext {
  authorize(attributes: AccessAttributes): Decision | Promise<Decision>;
  /** The resource of a kind; undefined when nothing serves it. */
  resourceOf(group: string, version: string, kind: string): string | undefined;
  /** The kind of parameters that a policy names; undefined when there is no such policy or it names none. */
  paramKindOf(
    resource: 'validatingadmissionpolicies' | 'mutatingadmissionpolicies',
    name: string,
  ): Promise<ParamKind | undefined>;
}

/** A write of a policy or a binding. */
export interface PolicyWrite {
  readonly user: UserInfo;
  /** For messages: the kind with its group. */
  readonly kind: string;
  readonly object: KubeObject;
  /** Undefined for a create. */
  readonly old: KubeObject | undefined;
}

const GROUP = 'admissionregistration.k8s.io';
const EVERYTHING = { group: '*', version: '*', resource: '*' };

/** @throws StatusError 422 when the user may not get all objects of spec.paramKind. */
export async function checkParamKind(write: PolicyWrite, context: ParamAccessContext): Promise<void> {
  const paramKind = specOf(write.object).paramKind;
  if (paramKind === undefined || equalJson(paramKind, specOf(write.old).paramKind)) return;
  if (write.user.groups.includes(PRIVILEGED_GROUP)) return;
  const target = targetOf(paramKind, context);
  if (await mayGet(write.user, { ...target, namespace: '*', name: '*' }, context)) return;
  const { kind = '', apiVersion = '' } = paramKind;
  const objects = `all objects of the referenced paramKind (kind=${kind}, apiVersion=${apiVersion})`;
  refuse(write, 'paramKind', `user ${userText(write.user)} must have "get" permission on ${objects}`);
}

/** @throws StatusError 422 when the user may not get what spec.paramRef names. */
export async function checkParamRef(
  write: PolicyWrite,
  policies: 'validatingadmissionpolicies' | 'mutatingadmissionpolicies',
  context: ParamAccessContext,
): Promise<void> {
  const { paramRef, policyName = '' } = specOf(write.object);
  const before = specOf(write.old);
  if (paramRef === undefined) return;
  if (equalJson(paramRef, before.paramRef) && policyName === before.policyName) return;
  if (write.user.groups.includes(PRIVILEGED_GROUP)) return;
  const target = targetOf(await context.paramKindOf(policies, policyName), context);
  const { name = '', namespace = '' } = paramRef;
  if (await mayGet(write.user, { ...target, namespace, name }, context)) return;
  const text = 'does not have "get" permission on the object referenced by paramRef';
  refuse(write, 'paramRef', `user ${userText(write.user)} ${text}`);
}

interface Spec {
  readonly paramKind?: ParamKind;
  readonly paramRef?: ParamRef;
  readonly policyName?: string;
}

function specOf(object: KubeObject | undefined): Spec {
  return (object?.spec as Spec | undefined) ?? {};
}

interface Target {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What is not known stands for everything. */
function targetOf(paramKind: ParamKind | undefined, { resourceOf }: ParamAccessContext): Target {
  if (paramKind === undefined) return EVERYTHING;
  const [version = '', group = ''] = (paramKind.apiVersion ?? '').split('/').reverse();
  return { group, version, resource: resourceOf(group, version, paramKind.kind ?? '') ?? '*' };
}

async function mayGet(
  user: UserInfo,
  target: Target & { readonly namespace: string; readonly name: string },
  { authorize }: ParamAccessContext,
): Promise<boolean> {
  const { verdict } = await authorize({ user, verb: 'get', isResource: true, path: '', subresource: '', ...target });
  return verdict === 'allow';
}

/** Go's text of a user: `&{jane uid [dev] map[]}`. */
function userText({ name, uid, groups, extra }: UserInfo): string {
  const pairs = Object.keys(extra)
    .sort()
    .map((key) => `${key}:[${(extra[key] ?? []).join(' ')}]`);
  return `&{${name} ${uid} [${groups.join(' ')}] map[${pairs.join(' ')}]}`;
}

function refuse({ kind, object }: PolicyWrite, field: string, text: string): never {
  const errors = new FieldErrors();
  errors.forbidden(Path.root('spec').child(field), text);
  throw invalid({ group: GROUP, resource: kind }, object.metadata.name ?? '', errors.list);
}
