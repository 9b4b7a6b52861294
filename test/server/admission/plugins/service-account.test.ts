import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/api/types/core-v1.ts';
import { serviceAccount } from '../../../../src/server/admission/plugins/service-account.ts';
import { admit, FakeObjects } from '../../../helpers/admission.ts';

const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const NAME = 'kube-api-access-bbbbb';
const account = (name: string, more: object = {}) => ({ metadata: { namespace: 'shop', name }, ...more });
const objects = new FakeObjects()
  .put('serviceaccounts', account('default'))
  .put(
    'serviceaccounts',
    account('quiet', { automountServiceAccountToken: false, imagePullSecrets: [{ name: 'reg-a' }, { name: 'reg-b' }] }),
  )
  .put('serviceaccounts', {
    ...account('strict', { secrets: [{ name: 'known' }], imagePullSecrets: [{ name: 'reg' }] }),
    metadata: { namespace: 'shop', name: 'strict', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
  });
const create = async (spec: object, metadata: object = {}) => {
  const { object } = await admit(
    serviceAccount,
    { to: 'pods', object: { metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'a' }], ...spec } } },
    objects,
  );
  return (object as Pod).spec ?? {};
};

describe('ServiceAccount', () => {
  it('mounts a token where nothing else is mounted', async () => {
    const spec = await create({
      containers: [{ name: 'a' }, { name: 'own', volumeMounts: [{ name: 'mine', mountPath: PATH }] }],
      initContainers: [{ name: 'i' }],
      volumes: [{ name: 'mine', emptyDir: {} }],
    });
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' });
    expect(spec.containers?.map((c) => c.volumeMounts)).toEqual([
      [{ name: NAME, readOnly: true, mountPath: PATH }],
      [{ name: 'mine', mountPath: PATH }],
    ]);
    expect(spec.initContainers?.[0]?.volumeMounts).toHaveLength(1);
    expect(spec.volumes?.[1]).toEqual({
      name: NAME,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
      },
    });
  });
  it('takes the volume that is there already', async () => {
    const spec = await create({ volumes: [{ name: 'kube-api-access-given' }] });
    expect(spec.volumes).toHaveLength(1);
    expect(spec.containers?.[0]?.volumeMounts?.[0]?.name).toBe('kube-api-access-given');
  });
  it('asks the pod, then the account, whether to mount', async () => {
    expect((await create({ automountServiceAccountToken: false })).volumes).toBeUndefined();
    expect((await create({ serviceAccountName: 'quiet' })).volumes).toBeUndefined();
    expect((await create({ serviceAccountName: 'quiet', automountServiceAccountToken: true })).volumes).toHaveLength(1);
  });
  it('hands on pull secrets to pods that have none', async () => {
    expect((await create({ serviceAccountName: 'quiet' })).imagePullSecrets).toEqual([
      { name: 'reg-a' },
      { name: 'reg-b' },
    ]);
    expect(
      (await create({ serviceAccountName: 'quiet', imagePullSecrets: [{ name: 'own' }] })).imagePullSecrets,
    ).toEqual([{ name: 'own' }]);
  });
  it.each([
    [
      { serviceAccountName: 'ghost' },
      'pods "p" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    ],
    [
      { serviceAccount: 'ghost' },
      'pods "p" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    ],
    [
      { serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'other' } }] },
      'volume with secret.secretName="other" is not allowed because service account strict does not reference that secret',
    ],
    [
      {
        serviceAccountName: 'strict',
        containers: [{ name: 'c', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'k' } } }] }],
      },
      'container c envVar A referencing secret.secretName="x" is not allowed because service account strict does not reference that secret',
    ],
    [
      { serviceAccountName: 'strict', imagePullSecrets: [{ name: 'y' }] },
      'imagePullSecret "y" is not allowed because service account strict does not reference that imagePullSecret',
    ],
  ])('refuses %j', async (spec, message) => await expect(create(spec)).rejects.toThrow(message));
  it('lets listed secrets pass', async () => {
    await create({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'known' } }] });
  });
  it('changes the old name of the field after the new one', async () => {
    expect(await create({ serviceAccountName: 'default', serviceAccount: 'other' })).toMatchObject({
      serviceAccount: 'default',
    });
  });
  describe('mirror pods', () => {
    const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    it('stay as they are', async () => expect(await create({}, mirror)).toEqual({ containers: [{ name: 'a' }] }));
    it.each([
      [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
      [{ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, 'a mirror pod may not reference secrets'],
      [
        { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'p' } }] } }] },
        'a mirror pod may not use service account token volume projections',
      ],
    ])('refuse %j', async (spec, message) => await expect(create(spec, mirror)).rejects.toThrow(message));
  });
});
