/** What the expressions of a policy see of one write; imitates apiserver pkg/admission/plugin/cel. */
import {
  type AccessAnswer,
  type AccessQuestion,
  CelAuthorizer,
  CelResourceCheck,
} from '../../../api/cel/functions-authorizer.ts';
import { type CelValue, fromJson } from '../../../api/cel/values.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { Decision } from '../../authorization/authorizer.ts';
import type { UserInfo } from '../../request/user.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';
import { admissionRequest } from '../admission-request.ts';

/** Variables by name; undefined for what is none of them. */
export type PolicyScope = (name: string) => CelValue | undefined;

export interface ScopeOptions {
  readonly attributes: AdmissionAttributes;
  /** Null for cluster-wide objects. */
  readonly namespace: KubeObject | undefined;
  readonly authorize: AdmissionContext['authorize'];
}

export function policyScope({ attributes, namespace, authorize }: ScopeOptions): PolicyScope {
  const check = (question: AccessQuestion, verb: string): AccessAnswer =>
    answerOf(authorize(accessOf(question, verb, attributes.user)));
  const makers: Readonly<Record<string, () => CelValue>> = {
    object: () => fromJson(attributes.object ?? null),
    oldObject: () => fromJson(attributes.old ?? null),
    request: () => fromJson(admissionRequest(attributes)),
    namespaceObject: () => fromJson(namespace === undefined ? null : shownNamespace(namespace)),
    authorizer: () => new CelAuthorizer(check),
    'authorizer.requestResource': () => new CelResourceCheck(check, requestQuestion(attributes)),
  };
  const known = new Map<string, CelValue>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
    const value = make?.();
    if (value !== undefined) known.set(name, value);
    return value;
  };
}

const SHOWN_METADATA = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'finalizers',
] as const;

/** Owners and managed fields of a namespace are nobody's business. */
function shownNamespace({ metadata, spec, status }: KubeObject): object {
  const shown = SHOWN_METADATA.filter((field) => metadata[field] !== undefined).map((field) => [
    field,
    metadata[field],
  ]);
  return { metadata: { ...Object.fromEntries(shown), UID: metadata.uid }, spec: spec ?? {}, status: status ?? {} };
}

function requestQuestion({ kind, subresource, namespace, name, object }: AdmissionAttributes): AccessQuestion {
  const { group, resource } = kind;
  return { group, resource, subresource, namespace, name: name || (object?.metadata.name ?? '') };
}

function accessOf(
  question: AccessQuestion,
  verb: string,
  sender: UserInfo,
): Parameters<AdmissionContext['authorize']>[0] {
  const { serviceAccount, path, ...resource } = question;
  const user = serviceAccount === undefined ? sender : serviceAccountUser(...serviceAccount);
  return { user, verb, isResource: path === undefined, path: path ?? '', version: '*', ...resource };
}

function serviceAccountUser(namespace: string, name: string): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid: '',
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {},
  };
}

/** Authorizers that have to wait cannot be asked from within an expression. */
function answerOf(decision: Decision | Promise<Decision>): AccessAnswer {
  if (decision instanceof Promise)
    return { allowed: false, reason: '', error: 'the authorizer did not answer at once' };
  return { allowed: decision.verdict === 'allow', reason: decision.reason, error: decision.error ?? '' };
}
