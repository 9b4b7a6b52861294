import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  checkParamKind,
  checkParamRef,
  type ParamAccessContext,
} from '../../../src/server/authorization/param-access-check.ts';

const JANE = { name: 'jane', uid: 'u1', groups: ['dev', 'qa'], extra: { k: ['v', 'w'] } };
const ADMIN = { name: 'root', uid: '', groups: ['system:masters'], extra: {} };
const SHOWN = 'user &{jane u1 [dev qa] map[k:[v w]]}';

/** Allows what is listed as `group/version/resource/namespace/name`. */
function context(...allowed: string[]): ParamAccessContext {
  return {
    authorize: ({ group, version, resource, namespace, name, verb }) => ({
      verdict:
        verb === 'get' && allowed.includes([group, version, resource, namespace, name].join('/'))
          ? 'allow'
          : 'no-opinion',
      reason: '',
    }),
    resourceOf: (group, _version, kind) => (group === '' && kind === 'ConfigMap' ? 'configmaps' : undefined),
    paramKindOf: async (_resource, name) => (name === 'p' ? { apiVersion: 'v1', kind: 'ConfigMap' } : undefined),
  };
}

function object(spec: object): KubeObject {
  return { metadata: { name: 'x' }, spec } as unknown as KubeObject;
}

async function outcome(check: Promise<void>): Promise<string> {
  try {
    await check;
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the kind of parameters of a policy', () => {
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const refused =
    `ValidatingAdmissionPolicy.admissionregistration.k8s.io "x" is invalid: spec.paramKind: Forbidden: ${SHOWN} must ` +
    'have "get" permission on all objects of the referenced paramKind (kind=ConfigMap, apiVersion=v1)';
  const write = (user: typeof JANE | typeof ADMIN, spec: object, old?: object) => ({
    user,
    kind: 'ValidatingAdmissionPolicy',
    object: object(spec),
    old: old === undefined ? undefined : object(old),
  });
  it.each([
    [write(JANE, {}), context(), 'allowed'],
    [write(JANE, { paramKind }), context(), refused],
    [write(JANE, { paramKind }), context('/v1/configmaps/*/*'), 'allowed'],
    [write(ADMIN, { paramKind }), context(), 'allowed'],
    [write(JANE, { paramKind }, { paramKind }), context(), 'allowed'],
    [write(JANE, { paramKind }, {}), context(), refused],
    [write(JANE, { paramKind: { apiVersion: 'g.example/v2', kind: 'Odd' } }), context('g.example/v2/*/*/*'), 'allowed'],
  ])('case %#', async (given, rights, wanted) => expect(await outcome(checkParamKind(given, rights))).toBe(wanted));
});

describe('the parameters that a binding names', () => {
  const refused =
    `ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "x" is invalid: spec.paramRef: Forbidden: ${SHOWN} ` +
    'does not have "get" permission on the object referenced by paramRef';
  const check = (spec: object, rights: ParamAccessContext, old?: object) =>
    outcome(
      checkParamRef(
        {
          user: JANE,
          kind: 'ValidatingAdmissionPolicyBinding',
          object: object(spec),
          old: old === undefined ? undefined : object(old),
        },
        'validatingadmissionpolicies',
        rights,
      ),
    );
  const spec = { policyName: 'p', paramRef: { name: 'c', namespace: 'n' } };
  it.each([
    [{ policyName: 'p' }, context(), undefined, 'allowed'],
    [spec, context('/v1/configmaps/n/c'), undefined, 'allowed'],
    [spec, context(), undefined, refused],
    [spec, context(), spec, 'allowed'],
    [spec, context(), { ...spec, policyName: 'q' }, refused],
    [{ ...spec, policyName: 'gone' }, context('/v1/configmaps/n/c'), undefined, refused],
    [{ ...spec, policyName: 'gone' }, context('*/*/*/n/c'), undefined, 'allowed'],
  ])('case %#', async (given, rights, old, wanted) => expect(await check(given, rights, old)).toBe(wanted));
});
