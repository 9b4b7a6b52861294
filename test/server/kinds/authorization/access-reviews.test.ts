import { beforeEach, describe, expect, it } from 'vitest';
import { Identity, jane } from '../../../helpers/identity.ts';

const API = '/apis/authorization.k8s.io/v1';
const REVIEWS = `${API}/subjectaccessreviews`;
const LOCAL = `${API}/namespaces/shop/localsubjectaccessreviews`;
const SELF = `${API}/selfsubjectaccessreviews`;
const pods = { namespace: 'shop', verb: 'get', resource: 'pods' };

describe('access reviews', () => {
  let identity: Identity;
  beforeEach(() => {
    identity = new Identity();
    identity.index.putRole({
      metadata: { name: 'reader', namespace: 'shop' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    });
    identity.index.putBinding({
      metadata: { name: 'readers', namespace: 'shop' },
      roleRef: { kind: 'Role', name: 'reader' },
      subjects: [
        { kind: 'User', name: 'carol' },
        { kind: 'User', name: 'jane' },
      ],
    });
    identity.index.putBinding({
      metadata: { name: 'gone', namespace: 'bank' },
      roleRef: { kind: 'Role', name: 'ghost' },
      subjects: [{ kind: 'User', name: 'gus' }],
    });
  });
  const review = async (spec: object) => (await identity.post(REVIEWS, { spec })).body;

  it('answer with the reason', async () => {
    expect(await review({ user: 'carol', resourceAttributes: pods })).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: { user: 'carol', resourceAttributes: pods },
      status: { allowed: true, reason: 'RBAC: allowed by RoleBinding "readers/shop" of Role "reader" to User "carol"' },
    });
    expect((await review({ user: 'carol', resourceAttributes: { ...pods, verb: 'delete' } })).status).toEqual({
      allowed: false,
    });
    expect((await review({ user: 'gus', resourceAttributes: { ...pods, namespace: 'bank' } })).status).toEqual({
      allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "ghost" not found',
    });
    expect(
      (await review({ groups: ['system:masters'], nonResourceAttributes: { path: '/x', verb: 'get' } })).status,
    ).toEqual({ allowed: true });
  });
  it('about oneself ask nothing else', async () => {
    expect((await identity.post(SELF, { spec: { resourceAttributes: pods } })).body.status).toMatchObject({
      allowed: true,
    });
    expect(
      (await identity.post(SELF, { spec: { resourceAttributes: pods } }, { ...jane, name: 'joe' })).body.status,
    ).toEqual({ allowed: false });
  });
  it('in a namespace take the path’s', async () => {
    const { body } = await identity.post(LOCAL, { spec: { user: 'carol', resourceAttributes: pods } });
    expect(body).toMatchObject({ metadata: { namespace: 'shop' }, status: { allowed: true } });
    await expect(
      identity.post(LOCAL, { metadata: { namespace: 'bank' }, spec: { user: 'carol', resourceAttributes: pods } }),
    ).rejects.toMatchObject({
      code: 400,
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    });
  });

  const ONE_OF =
    'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
  const USER = 'spec.user: Invalid value: "": at least one of user or group must be specified';
  const selector = (more: object) => ({ user: 'x', resourceAttributes: { ...pods, ...more } });
  const REQUIRED = (name: string) =>
    `spec.resourceAttributes.${name}.requirements: Required value: when spec.resourceAttributes.${name} is specified, requirements or rawSelector is required`;
  const table: [string, object, string][] = [
    [REVIEWS, {}, `[${ONE_OF}, ${USER}]`],
    [REVIEWS, { user: 'x' }, ONE_OF],
    [REVIEWS, { resourceAttributes: pods }, USER],
    [
      REVIEWS,
      { user: 'x', resourceAttributes: pods, nonResourceAttributes: { path: '/x', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ],
    [SELF, {}, ONE_OF],
    [
      LOCAL,
      { user: 'x', resourceAttributes: { ...pods, namespace: 'default' } },
      'spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace',
    ],
    [
      LOCAL,
      { user: 'x', nonResourceAttributes: { path: '/x', verb: 'get' } },
      'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request',
    ],
    [
      REVIEWS,
      selector({ fieldSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'In', values: ['b'] }] } }),
      'spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
    ],
    [
      REVIEWS,
      selector({ fieldSelector: {}, labelSelector: {} }),
      `[${REQUIRED('fieldSelector')}, ${REQUIRED('labelSelector')}]`,
    ],
    [
      REVIEWS,
      selector({ fieldSelector: { requirements: [{ key: '', operator: 'In' }] } }),
      "[spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn', spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified]",
    ],
    [
      REVIEWS,
      selector({
        labelSelector: {
          requirements: [
            { key: 'k', operator: 'Exists', values: ['v'] },
            { key: 'k', operator: 'Near', values: ['v'] },
          ],
        },
      }),
      "spec.resourceAttributes.labelSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
  ];
  it.each(table)('%s refuses %j', async (path, spec, text) => {
    await expect(identity.post(path, { spec })).rejects.toMatchObject({
      code: 422,
      message: `.authorization.k8s.io "" is invalid: ${text}`,
      status: { details: { group: 'authorization.k8s.io' } },
    });
  });
  it('must not have metadata', async () => {
    await expect(
      identity.post(REVIEWS, { metadata: { name: 'x' }, spec: { user: 'x', resourceAttributes: pods } }),
    ).rejects.toThrow('metadata: Invalid value: {"name":"x"}: must be empty');
    await identity.post(REVIEWS, { metadata: { namespace: 'x' }, spec: { user: 'x', resourceAttributes: pods } });
  });
  it.each([
    [{ labelSelector: { rawSelector: '((' } }, 'spec.resourceAttributes.labelSelector ignored due to parse error'],
    [
      { fieldSelector: { requirements: [{ key: 'a', operator: 'In', values: ['1', '2'] }] } },
      'spec.resourceAttributes.fieldSelector ignored due to parse error',
    ],
    [
      {
        labelSelector: {
          requirements: [
            { key: 'a', operator: 'Exists' },
            { key: 'a', operator: 'Near' },
          ],
        },
      },
      'spec.resourceAttributes.labelSelector partially ignored due to parse error',
    ],
    [{ fieldSelector: { rawSelector: 'spec.nodeName=n1' }, labelSelector: { rawSelector: 'app in (a,b)' } }, undefined],
  ])('tell of selectors that cannot be read: %j', async (more, evaluationError) => {
    expect((await review(selector(more))).status).toEqual({
      allowed: false,
      ...(evaluationError ? { evaluationError } : {}),
    });
  });
  it('of another kind are refused', async () => {
    await expect(identity.post(REVIEWS, { apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(
      'Pod in version "v1" cannot be handled as a SubjectAccessReview: converting (v1.Pod) to (authorization.SubjectAccessReview): unknown conversion',
    );
    await expect(identity.post(REVIEWS, { spec: { user: 1 } })).rejects.toMatchObject({ code: 400 });
  });

  it('list the rules of a user', async () => {
    const { body } = await identity.post(`${API}/selfsubjectrulesreviews`, { spec: { namespace: 'shop' } });
    expect(body).toMatchObject({
      kind: 'SelfSubjectRulesReview',
      spec: {},
      status: {
        resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
        nonResourceRules: [],
        incomplete: false,
      },
    });
    await expect(identity.post(`${API}/selfsubjectrulesreviews`, { spec: {} })).rejects.toMatchObject({
      code: 400,
      message: 'no namespace on request',
    });
  });
});
