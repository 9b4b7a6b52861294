import { describe, expect, it } from 'vitest';
import type { Pod, ResourceQuota } from '../../../../src/api/types/core-v1.ts';
import { limitRanger } from '../../../../src/server/admission/plugins/limit-ranger.ts';
import { podResizeValidator } from '../../../../src/server/admission/plugins/pod-resize-validator.ts';
import { resourceQuota } from '../../../../src/server/admission/plugins/resource-quota.ts';
import { admit, FakeObjects } from '../../../helpers/admission.ts';

const container = (name: string, requests?: object, limits?: object) => ({
  name,
  resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) },
});
const pod = (...containers: object[]) => ({ metadata: { name: 'p', namespace: 'shop' }, spec: { containers } });

describe('LimitRanger', () => {
  const range = (...limits: object[]) =>
    new FakeObjects().put('limitranges', { metadata: { name: 'lr', namespace: 'shop' }, spec: { limits } });
  const create = async (objects: FakeObjects, ...containers: object[]) =>
    (await admit(limitRanger, { to: 'pods', object: pod(...containers) }, objects)).object as Pod;

  it('fills what is left open and says so', async () => {
    const objects = range({
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m', memory: '256Mi' },
    });
    const made = await create(objects, container('a', { memory: '64Mi' }), container('b', { cpu: '1' }, { cpu: '1' }));
    expect(made.spec?.containers?.map((c) => c.resources)).toEqual([
      { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
      { requests: { cpu: '1', memory: '256Mi' }, limits: { cpu: '1', memory: '256Mi' } },
    ]);
    expect(made.metadata?.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container a; cpu, memory limit for container a; memory request for container b; memory limit for container b',
    );
  });
  const bounds = range({ type: 'Container', min: { cpu: '100m', memory: '32Mi' }, max: { cpu: '1', memory: '512Mi' } });
  const ratio = range({ type: 'Container', maxLimitRequestRatio: { memory: '1.5' } });
  const totals = range({ type: 'Pod', max: { cpu: '1' }, min: { cpu: '200m' } });
  const both = (cpu: string) => ({ cpu, memory: '64Mi' });
  const table: [FakeObjects, object[], string][] = [
    [
      bounds,
      [container('c', both('50m'), both('50m'))],
      'pods "p" is forbidden: minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [bounds, [container('c', both('500m'), both('2'))], 'maximum cpu usage per Container is 1, but limit is 2'],
    [bounds, [container('c')], 'minimum cpu usage per Container is 100m.  No request is specified'],
    [
      ratio,
      [container('c', { memory: '100Mi' }, { memory: '300Mi' })],
      'memory max limit to request ratio per Container is 1500m, but provided ratio is 3.000000',
    ],
    [ratio, [container('c', { memory: '100Mi' })], 'but no limit is specified or limit is 0'],
    [ratio, [container('c')], 'but no request is specified or request is 0'],
    [
      totals,
      [container('a', both('600m'), both('600m')), container('b', both('600m'), both('600m'))],
      'pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m',
    ],
    [
      totals,
      [container('a')],
      '[minimum cpu usage per Pod is 200m.  No request is specified, maximum cpu usage per Pod is 1.  No limit is specified]',
    ],
  ];
  it.each(table)(
    'refuses %#',
    async (objects, containers, text) => await expect(create(objects, ...containers)).rejects.toThrow(text),
  );
  it('lets through what fits', async () => {
    await create(ratio, container('c', { memory: '100Mi' }, { memory: '150Mi' }));
    await create(totals, container('a', both('500m'), both('1')));
  });
  it('bounds claims, when they grow too', async () => {
    const objects = range({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } });
    const claim = (storage: string) => ({ metadata: { name: 'c' }, spec: { resources: { requests: { storage } } } });
    const to = 'persistentvolumeclaims';
    await admit(limitRanger, { to, object: claim('5Gi') }, objects);
    await expect(admit(limitRanger, { to, object: claim('500Mi') }, objects)).rejects.toThrow(
      'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    );
    await expect(
      admit(limitRanger, { to, operation: 'UPDATE', object: claim('11Gi'), old: claim('5Gi') }, objects),
    ).rejects.toThrow('maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 11Gi');
  });
});

describe('ResourceQuota', () => {
  const quota = (hard: Record<string, string>, used: Record<string, string>, spec: object = {}, name = 'q') => ({
    metadata: { name, namespace: 'shop' },
    spec: { hard, ...spec },
    status: { hard, used },
  });
  const stored = async (objects: FakeObjects, name = 'q') =>
    ((await objects.access().get('', 'resourcequotas', 'shop', name)) as ResourceQuota).status?.used;

  it('charges what it lets through', async () => {
    const objects = new FakeObjects().put('resourcequotas', quota({ services: '1' }, { services: '0' }));
    await admit(resourceQuota, { to: 'services', object: { metadata: { name: 'a' } } }, objects);
    expect(await stored(objects)).toEqual({ services: '1' });
    await expect(
      admit(resourceQuota, { to: 'services', object: { metadata: { name: 'b' } } }, objects),
    ).rejects.toMatchObject({
      code: 403,
      message:
        'services "b" is forbidden: exceeded quota: q, requested: services=1, used: services=1, limited: services=1',
    });
  });
  it('takes nothing for a dry run, and still refuses', async () => {
    const objects = new FakeObjects().put('resourcequotas', quota({ secrets: '1' }, { secrets: '0' }));
    for (let i = 0; i < 2; i++) await admit(resourceQuota, { to: 'secrets', object: {}, dryRun: true }, objects);
    expect(await stored(objects)).toEqual({ secrets: '0' });
    await admit(resourceQuota, { to: 'secrets', object: {} }, objects);
    await expect(admit(resourceQuota, { to: 'secrets', object: {}, dryRun: true }, objects)).rejects.toMatchObject({
      code: 403,
    });
  });
  it('gives the last piece to one of two', async () => {
    const objects = new FakeObjects().put(
      'resourcequotas',
      quota({ 'count/deployments.apps': '1' }, { 'count/deployments.apps': '0' }),
    );
    const write = { to: 'deployments.apps', object: { metadata: { name: 'd' } } };
    const results = await Promise.allSettled([1, 2, 3].map(() => admit(resourceQuota, write, objects)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stored(objects)).toEqual({ 'count/deployments.apps': '1' });
  });
  it('goes by status, not by spec', async () => {
    const objects = new FakeObjects().put('resourcequotas', {
      metadata: { name: 'q', namespace: 'shop' },
      spec: { hard: { secrets: '0' } },
      status: {},
    });
    await admit(resourceQuota, { to: 'secrets', object: {} }, objects);
    const unknown = new FakeObjects().put('resourcequotas', quota({ secrets: '5' }, {}));
    await expect(admit(resourceQuota, { to: 'secrets', object: {} }, unknown)).rejects.toThrow(
      'status unknown for quota: q, resources: secrets',
    );
  });
  it('lists only what is exceeded', async () => {
    const objects = new FakeObjects().put(
      'resourcequotas',
      quota(
        { 'requests.cpu': '1', 'limits.cpu': '2', memory: '1Gi' },
        { 'requests.cpu': '600m', 'limits.cpu': '1', memory: '256Mi' },
      ),
    );
    const made = pod(container('c', { cpu: '600m', memory: '1Gi' }, { cpu: '1' }));
    await expect(admit(resourceQuota, { to: 'pods', object: made }, objects)).rejects.toThrow(
      'pods "p" is forbidden: exceeded quota: q, requested: memory=1Gi,requests.cpu=600m, used: memory=256Mi,requests.cpu=600m, limited: memory=1Gi,requests.cpu=1',
    );
  });
  it('wants containers to say what they need', async () => {
    const objects = new FakeObjects().put(
      'resourcequotas',
      quota({ 'limits.cpu': '2', memory: '1Gi' }, { 'limits.cpu': '0', memory: '0' }),
    );
    await expect(
      admit(
        resourceQuota,
        { to: 'pods', object: pod(container('c', { memory: '1Mi' }), container('d', {}, { cpu: '1' })) },
        objects,
      ),
    ).rejects.toThrow('pods "p" is forbidden: failed quota: q: must specify limits.cpu for: c; memory for: d');
  });
  it('charges an update for what it adds, and nothing for what it gives back', async () => {
    const objects = new FakeObjects().put(
      'resourcequotas',
      quota({ 'services.nodeports': '1' }, { 'services.nodeports': '1' }),
    );
    const service = (type: string) => ({ metadata: { name: 's' }, spec: { type, ports: [{ port: 1 }] } });
    await expect(
      admit(
        resourceQuota,
        { to: 'services', operation: 'UPDATE', object: service('NodePort'), old: service('ClusterIP') },
        objects,
      ),
    ).rejects.toMatchObject({ code: 403 });
    await admit(
      resourceQuota,
      { to: 'services', operation: 'UPDATE', object: service('NodePort'), old: service('NodePort') },
      objects,
    );
    await admit(
      resourceQuota,
      { to: 'services', operation: 'UPDATE', object: service('ClusterIP'), old: service('NodePort') },
      objects,
    );
    expect(await stored(objects)).toEqual({ 'services.nodeports': '0' });
  });
  it('counts in its scopes alone', async () => {
    const objects = new FakeObjects().put(
      'resourcequotas',
      quota({ pods: '0' }, { pods: '0' }, { scopes: ['BestEffort'] }),
    );
    await admit(resourceQuota, { to: 'pods', object: pod(container('c', { cpu: '1m' })) }, objects);
    await expect(admit(resourceQuota, { to: 'pods', object: pod(container('c')) }, objects)).rejects.toThrow(
      'exceeded quota: q, requested: pods=1',
    );
  });
});

describe('PodResizeValidator', () => {
  const bound = (cpu: string) => ({
    ...pod(container('c', { cpu })),
    spec: { nodeName: 'n1', containers: [container('c', { cpu })] },
  });
  const node = (labels: object) =>
    new FakeObjects().put('nodes', {
      metadata: { name: 'n1', labels },
      status: { allocatable: { cpu: '2', memory: '1Gi' } },
    });
  const resize = (cpu: string, objects: FakeObjects) =>
    admit(podResizeValidator, { to: 'pods/resize', operation: 'UPDATE', object: bound(cpu), old: bound('1') }, objects);
  it('keeps pods within their node', async () => {
    const linux = node({ 'kubernetes.io/os': 'linux' });
    await resize('2', linux);
    await expect(resize('3', linux)).rejects.toMatchObject({
      message:
        'pods "p" is forbidden: Node didn\'t have enough allocatable resources: cpu, requested: 3000, allocatable: 2000',
      status: { details: { causes: [{ reason: 'NodeCapacity' }] } },
    });
    await expect(resize('2', node({}))).rejects.toThrow('pod resize is only supported on linux nodes, node "n1" is ""');
    await expect(resize('2', new FakeObjects())).rejects.toThrow('node "n1" not found');
    await resize('1', new FakeObjects());
  });
});
