// What Kubernetes v1.36's conformance tests of sig-storage, sig-scheduling, sig-instrumentation and dynamic resource
// allocation ask of the API (test/e2e/storage, scheduling, instrumentation, dra), step by step.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  at,
  condition,
  type E2e,
  type E2eObject,
  eventually,
  isGone,
  isNewer,
  type Plural,
  put,
  type Resource,
  refusal,
  startE2e,
} from '../helpers/e2e-client.ts';
import { apiOperations, crudOperations } from '../helpers/e2e-operations.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

const labelled = (value: string, label: string): JsonObject => ({ metadata: { labels: { [label]: value } } });

async function isEmpty(client: Resource, selector?: string): Promise<void> {
  await eventually(
    () => client.list(selector),
    ({ items }) => items.length === 0,
  );
}

const LIFECYCLES: readonly [plural: Plural, metadata: () => JsonObject, body: JsonObject][] = [
  ['storageclasses', () => ({ generateName: 'e2e-' }), { provisioner: 'e2e-fake-provisioner' }],
  [
    'volumeattributesclasses',
    () => ({ generateName: 'e2e-' }),
    { driverName: 'e2e-fake-csi-driver', parameters: { foo: 'bar' } },
  ],
  ['csinodes', () => ({ name: `e2e-csinode-${randomUUID().slice(0, 5)}` }), { spec: { drivers: [] } }],
  [
    'volumeattachments',
    () => ({ name: `va-e2e-${randomUUID().slice(0, 5)}`, uid: 'the-clients-own' }),
    {
      spec: {
        attacher: 'e2e-test.storage.k8s.io',
        nodeName: 'node-1',
        source: { persistentVolumeName: 'pv-e2e' },
      },
      status: { attached: false },
    },
  ],
];

it.each(LIFECYCLES)('%s should run through the lifecycle', async (plural, metadata, body) => {
  const client = e2e.typed(plural);
  const create = () => client.create({ metadata: metadata(), ...body });
  const created = await create();
  const name = created.metadata.name as string;
  expect((await client.get(name)).metadata.name).toBe(name);
  const patched = await client.patch(name, 'strategic', labelled('patched', name));
  expect(patched.metadata.labels).toMatchObject({ [name]: 'patched' });
  expect(isNewer(patched, created)).toBe(true);
  expect((await client.list(`${name}=patched`)).items).toHaveLength(1);
  await client.delete(name);
  await isEmpty(client, `${name}=patched`);
  const names: string[] = [];
  for (const _ of [2, 3]) {
    const {
      metadata: { name: other = '' },
    } = await create();
    const updated = await client.change(other, (object) => put(object, 'metadata.labels', { [name]: 'updated' }));
    expect(updated.metadata.labels).toEqual({ [name]: 'updated' });
    names.push(other);
  }
  expect((await client.list(`${name}=updated`)).items.map((item) => item.metadata.name).sort()).toEqual(names.sort());
  await client.deleteCollection(`${name}=updated`);
  await isEmpty(client, `${name}=updated`);
});

it('VolumeAttributesClass should be protected while a claim or a volume names it', async () => {
  const ns = await e2e.namespace();
  const [classes, claims] = [e2e.typed('volumeattributesclasses'), e2e.typed('persistentvolumeclaims', ns)];
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } };
  const make = (name: string) =>
    classes.create({ metadata: { name }, driverName: 'csi.test', parameters: { foo: 'bar' } });
  for (const name of ['gold', 'silver', 'unused']) {
    expect((await make(name)).metadata.finalizers).toEqual(['kubernetes.io/vac-protection']);
  }
  await claims.create({ metadata: { name: 'holder' }, spec: { ...spec, volumeAttributesClassName: 'gold' } });
  await e2e.typed('persistentvolumes').create({
    metadata: { name: 'holder' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1' },
      csi: { driver: 'csi.test', volumeHandle: 'x' },
      volumeAttributesClassName: 'silver',
    },
  });
  for (const name of ['gold', 'silver', 'unused']) await classes.delete(name);
  await eventually(() => isGone(classes, 'unused'), Boolean);
  expect([await isGone(classes, 'gold'), await isGone(classes, 'silver')]).toEqual([false, false]);
  await claims.delete('holder');
  await e2e.typed('persistentvolumes').delete('holder');
  for (const name of ['gold', 'silver']) await eventually(() => isGone(classes, name), Boolean);
});

it('VolumeAttachment should apply changes to its status', async () => {
  const client = e2e.typed('volumeattachments');
  const source = { persistentVolumeName: 'pv-e2e' };
  const spec = { attacher: 'e2e-test.storage.k8s.io', nodeName: 'node-1', source };
  await client.create({ metadata: { name: 'va-status' }, spec, status: { attached: false } });
  await client.patch('va-status', 'merge', labelled('patched', 'va-status'));
  const read = await e2e.dynamic('volumeattachments').get('va-status', 'status');
  expect(at(read, 'status.attached')).toBe(false);
  const patched = await client.patch('va-status', 'merge', '{"status":{"attached":true}}', 'status');
  expect(at(patched, 'status.attached')).toBe(true);
  const updated = await client.change('va-status', (object) => put(object, 'status.attached', false), 'status');
  expect(at(updated, 'status.attached') ?? false).toBe(false);
  await client.delete('va-status');
  await isEmpty(client, 'va-status=patched');
});

it('CSIDriver should run through the lifecycle', async () => {
  const client = e2e.typed('csidrivers');
  const selector = 'e2e-test=csidrivers';
  const make = (name: string, volumeLifecycleModes: string[]) =>
    client.create({
      metadata: { name, labels: { 'e2e-test': 'csidrivers' } },
      spec: { volumeLifecycleModes, fsGroupPolicy: 'ReadWriteOnceWithFSType' },
    });
  const first = await make('inline-driver-1', ['Ephemeral']);
  const second = await make('inline-driver-2', ['Persistent', 'Ephemeral']);
  expect(await refusal(make('inline-driver-1', ['Ephemeral']))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  for (const { metadata } of [first, second])
    expect((await client.get(metadata.name as string)).metadata.uid).toBe(metadata.uid);
  const patched = await client.patch('inline-driver-2', 'strategic', labelled('patched', 'inline-driver-2'));
  expect(patched.metadata.labels).toMatchObject({ 'inline-driver-2': 'patched' });
  const updated = await client.change('inline-driver-2', ({ metadata }) =>
    Object.assign(metadata.labels as object, { 'inline-driver-2': 'updated' }),
  );
  expect(updated.metadata.labels).toMatchObject({ 'inline-driver-2': 'updated' });
  expect((await client.list(selector)).items).toHaveLength(2);
  await client.delete('inline-driver-1');
  expect(await isGone(client, 'inline-driver-1')).toBe(true);
  await client.deleteCollection('inline-driver-2=updated');
  expect(await isGone(client, 'inline-driver-2')).toBe(true);
});

it('CSIInlineVolumes should support CSIVolumeSource in Pod API', async () => {
  const client = e2e.typed('pods', await e2e.namespace());
  const names = ['csi-inline-vol1', 'csi-inline-vol2'];
  const csi = { driver: 'e2e.example.com' };
  const volumes = [
    { name: names[0], csi },
    { name: names[1], csi: { ...csi, fsType: 'ext4', readOnly: true } },
  ];
  const volumeMounts = names.map((name, i) => ({ name, mountPath: `/mnt/vol${i + 1}` }));
  const container = { name: 'pod', image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1', volumeMounts };
  const body = { metadata: { name: 'pod-csi-inline-volumes' }, spec: { volumes, containers: [container] } };
  const created = await client.create(body);
  expect(await refusal(client.create(body))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  expect((await client.get('pod-csi-inline-volumes')).metadata.uid).toBe(created.metadata.uid);
  expect((await client.list()).items).toHaveLength(1);
  const patch = '{"metadata":{"annotations":{"patched":"true"}}}';
  const patched = await client.patch('pod-csi-inline-volumes', 'merge', patch);
  expect(patched).toMatchObject({
    metadata: { annotations: { patched: 'true' } },
    spec: { volumes: expect.arrayContaining(volumes) },
  });
  await client.delete('pod-csi-inline-volumes');
  expect(await isGone(client, 'pod-csi-inline-volumes')).toBe(true);
});

it('CSIStorageCapacity should support API operations', () =>
  apiOperations(e2e, {
    plural: 'csistoragecapacities',
    namespaced: true,
    body: (nth) => ({ metadata: { name: `e2e-csc${nth}` }, storageClassName: 'e2e.example.com' }),
  }));

describe('PersistentVolumes', () => {
  const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'];

  async function create(ns: string): Promise<{ volume: E2eObject; claim: E2eObject }> {
    const volume = await e2e.typed('persistentvolumes').create({
      metadata: {
        generateName: `${ns}-`,
        labels: { 'e2e-pv-pool': ns },
        annotations: { 'pv.beta.kubernetes.io/gid': '777' },
      },
      spec: {
        capacity: { storage: '2Gi' },
        csi: { driver: `inline-driver-${ns}`, volumeHandle: 'e2e-conformance' },
        accessModes,
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: ns,
      },
    });
    const claim = await e2e.typed('persistentvolumeclaims', ns).create({
      metadata: { generateName: 'pvc-' },
      spec: { accessModes, resources: { requests: { storage: '2Gi' } }, storageClassName: ns },
    });
    return { volume, claim };
  }

  it('should run through the lifecycle of a PV and a PVC', async () => {
    const ns = await e2e.namespace();
    const [volumes, claims] = [e2e.typed('persistentvolumes'), e2e.typed('persistentvolumeclaims', ns)];
    const selector = `e2e-pv-pool=${ns}`;
    await create(ns);
    const [volume] = (await volumes.list(selector)).items as [E2eObject];
    const [claim] = (await claims.list()).items as [E2eObject];
    for (const [client, object] of [
      [volumes, volume],
      [claims, claim],
    ] as const) {
      const name = object.metadata.name as string;
      const patched = await client.patch(name, 'strategic', labelled('patched', name));
      expect(patched.metadata.labels).toMatchObject({ [name]: 'patched' });
      expect(isNewer(patched, object)).toBe(true);
      expect((await client.get(name)).metadata.uid).toBe(object.metadata.uid);
    }
    await claims.delete(claim.metadata.name as string);
    await isEmpty(claims);
    await volumes.delete(volume.metadata.name as string);
    await isEmpty(volumes, selector);

    const again = await create(ns);
    const [volumeName, claimName] = [again.volume, again.claim].map(({ metadata }) => metadata.name) as [
      string,
      string,
    ];
    const updatedVolume = await volumes.change(volumeName, (pv) => put(pv, `metadata.labels.${volumeName}`, 'updated'));
    expect(updatedVolume.metadata.labels).toMatchObject({ [volumeName]: 'updated' });
    const updatedClaim = await claims.change(claimName, (pvc) =>
      put(pvc, 'metadata.labels', { [claimName]: 'updated' }),
    );
    expect(updatedClaim.metadata.labels).toEqual({ [claimName]: 'updated' });
    expect((await e2e.typed('persistentvolumeclaims').list(`${claimName}=updated`)).items).toHaveLength(1);
    await claims.deleteCollection(`${claimName}=updated`);
    await isEmpty(claims, `${claimName}=updated`);
    await volumes.deleteCollection(`${volumeName}=updated`);
    await isEmpty(volumes, `${volumeName}=updated`);
  });

  it('should apply changes to a pv/pvc status', async () => {
    const ns = await e2e.namespace();
    const [volumes, claims] = [e2e.typed('persistentvolumes'), e2e.typed('persistentvolumeclaims', ns)];
    const { volume, claim } = await create(ns);
    const [volumeName, claimName] = [volume, claim].map(({ metadata }) => metadata.name) as [string, string];
    const readClaim = await e2e.dynamic('persistentvolumeclaims', ns).get(claimName, 'status');
    expect(['Pending', 'Bound']).toContain(at(readClaim, 'status.phase'));
    const readVolume = await e2e.dynamic('persistentvolumes').get(volumeName, 'status');
    expect(['Available', 'Bound', 'Pending']).toContain(at(readVolume, 'status.phase'));
    const added = { type: 'StatusPatched', status: 'True', reason: 'E2E patchedStatus', message: 'Set from e2e test' };
    const patchedClaim = await claims.patch(claimName, 'merge', { status: { conditions: [added] } }, 'status');
    expect(condition(patchedClaim, 'StatusPatched')).toMatchObject(added);
    const said = { message: 'StatusPatched', reason: 'E2E patchStatus' };
    expect(await volumes.patch(volumeName, 'merge', { status: said }, 'status')).toMatchObject({ status: said });
    const second = { ...added, type: 'StatusUpdated', reason: 'E2E updateStatus', lastProbeTime: null };
    const updatedClaim = await claims.change(
      claimName,
      (pvc) => put(pvc, 'status.conditions', [...((at(pvc, 'status.conditions') ?? []) as JsonObject[]), second]),
      'status',
    );
    expect(condition(updatedClaim, 'StatusUpdated')).toMatchObject({ reason: 'E2E updateStatus' });
    const updated = { reason: 'E2E updateStatus', message: 'StatusUpdated' };
    const change = (pv: E2eObject) => Object.assign(pv['status'] as object, updated);
    expect(await volumes.change(volumeName, change, 'status')).toMatchObject({ status: updated });
  });
});

describe('LimitRange', () => {
  const resources = (cpu?: string, memory?: string, storage?: string): JsonObject => ({
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(storage && { 'ephemeral-storage': storage }),
  });
  const pod = (name: string, requests: JsonObject, limits: JsonObject): JsonObject => ({
    metadata: { name },
    spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1', resources: { requests, limits } }] },
  });

  it('should create a LimitRange with defaults and ensure pod has those defaults applied', async () => {
    const ns = await e2e.namespace();
    const [client, pods] = [e2e.typed('limitranges', ns), e2e.typed('pods', ns)];
    const { metadata, items } = await client.list('time=1');
    expect(items).toEqual([]);
    const defaults = resources('500m', '500Mi', '500Gi');
    const defaultRequests = resources('100m', '200Mi', '200Gi');
    const limit = {
      type: 'Container',
      min: resources('50m', '100Mi', '100Gi'),
      max: defaults,
      default: defaults,
      defaultRequest: defaultRequests,
    };
    await client.create({ metadata: { name: 'limit-range', labels: { time: '1' } }, spec: { limits: [limit] } });
    await client.until(metadata.resourceVersion, 'time=1', ({ type }) => type === 'ADDED');
    expect(at(await client.get('limit-range'), 'spec.limits.0')).toMatchObject(limit);
    await pods.create(pod('pod-no-resources', {}, {}));
    expect(at(await pods.get('pod-no-resources'), 'spec.containers.0.resources')).toEqual({
      requests: defaultRequests,
      limits: defaults,
    });
    await pods.create(pod('pod-partial-resources', resources(undefined, '150Mi', '150Gi'), resources('300m')));
    expect(at(await pods.get('pod-partial-resources'), 'spec.containers.0.resources')).toEqual({
      requests: resources('300m', '150Mi', '150Gi'),
      limits: resources('300m', '500Mi', '500Gi'),
    });
    const [tooLittle, tooMuch] = [resources('10m', '50Mi', '50Gi'), resources('600m', '600Mi', '600Gi')];
    for (const requests of [tooLittle, tooMuch]) {
      expect((await refusal(pods.create(pod('pfpod', requests, {})))).code).toBeGreaterThanOrEqual(400);
    }
    const min = resources('9m', '49Mi', '49Gi');
    await client.change('limit-range', (object) => put(object, 'spec.limits.0.min', min));
    expect(at(await client.get('limit-range'), 'spec.limits.0.min')).toEqual(min);
    await pods.create(pod('pfpod', tooLittle, {}));
    expect((await refusal(pods.create(pod('pfpod', tooMuch, {})))).code).toBeGreaterThanOrEqual(400);
    await client.delete('limit-range', { gracePeriodSeconds: 30 });
    expect(await isGone(client, 'limit-range')).toBe(true);
    await pods.create(pod('pfpod2', tooMuch, {}));
  });

  it('should list, patch and delete a LimitRange by collection', async () => {
    const [ns, other] = [await e2e.namespace(), await e2e.namespace()];
    const client = e2e.typed('limitranges', ns);
    const limit = { type: 'Container', min: resources('50m'), max: resources('500m') };
    for (const one of [ns, other]) {
      await e2e.typed('limitranges', one).create({
        metadata: { name: 'e2e-limitrange', labels: { 'e2e-test': 'limitrange' } },
        spec: { limits: [limit] },
      });
    }
    const everywhere = async (selector: string) => (await e2e.typed('limitranges').list(selector)).items;
    expect(await everywhere('e2e-test=limitrange')).toHaveLength(2);
    const patch = { ...labelled('patched', 'e2e-limitrange'), spec: { limits: [{ ...limit, min: resources('40m') }] } };
    expect(await client.patch('e2e-limitrange', 'strategic', patch)).toMatchObject(patch);
    expect(await everywhere('e2e-limitrange=patched')).toHaveLength(1);
    await client.deleteCollection('e2e-limitrange=patched');
    await isEmpty(e2e.typed('limitranges'), 'e2e-limitrange=patched');
    expect(await everywhere('e2e-test=limitrange')).toMatchObject([{ metadata: { namespace: other } }]);
  });
});

describe('PriorityClass', () => {
  it('endpoints can be operated with different HTTP methods', async () => {
    const client = e2e.typed('priorityclasses');
    const make = (value: number) =>
      client.create({ metadata: { name: `p${value}`, labels: { e2e: 'priority' } }, value });
    const [first, second] = [await make(1), await make(2)];
    const isRefused = { code: 422, reason: 'Invalid' };
    expect(await refusal(client.patch('p1', 'strategic', { value: 10 }))).toMatchObject(isRefused);
    expect(await refusal(client.update({ ...second, value: 20 }))).toMatchObject(isRefused);
    const description = 'updated description';
    await client.patch('p1', 'strategic', { description });
    await client.update({ ...second, description });
    await client.list();
    for (const before of [first, second]) {
      const live = await client.get(before.metadata.name as string);
      expect(live).toMatchObject({ value: before['value'], description });
      expect(isNewer(live, before)).toBe(true);
    }
  });

  it('decides over a pod’s priority, and what preemption says in its status is kept', async () => {
    const ns = await e2e.namespace();
    const pods = e2e.typed('pods', ns);
    await e2e.typed('priorityclasses').create({ metadata: { name: 'high' }, value: 1000 });
    const container = { name: 'pause', image: 'registry.k8s.io/pause:3.10.1' };
    const spec = { containers: [container], priorityClassName: 'high', terminationGracePeriodSeconds: 0 };
    const metadata = { name: 'victim', finalizers: ['example.com/test-finalizer'] };
    expect(at(await pods.create({ metadata, spec }), 'spec.priority')).toBe(1000);
    await e2e.run(ns, 'victim');
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'preempting' };
    await pods.patch('victim', 'strategic', { status: { conditions: [target] } }, 'status');
    await pods.delete('victim');
    const read = await pods.get('victim');
    expect(condition(read, 'DisruptionTarget')).toMatchObject(target);
    expect(condition(read, 'Ready')).toBeDefined();
    expect(read.metadata.deletionTimestamp).toBeDefined();
    await pods.patch('victim', 'json', [{ op: 'remove', path: '/metadata/finalizers' }]);
    expect(await isGone(pods, 'victim')).toBe(true);
  });
});

describe('Events', () => {
  const withoutSystem = ({ metadata, ...event }: E2eObject): JsonObject => {
    const { resourceVersion: _, managedFields: __, ...rest } = metadata;
    return { ...event, metadata: rest };
  };
  const series = (count: number, second: number): JsonObject => ({
    count,
    lastObservedTime: `2017-09-19T13:49:${second}.000000Z`,
  });

  it('should manage the lifecycle of an event', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('events', ns);
    const selector = 'testevent-constant=true';
    const here = async () =>
      (await e2e.typed('events').list(selector)).items.some(({ metadata }) => metadata.namespace === ns);
    await client.create({
      metadata: { name: 'event-test', labels: { 'testevent-constant': 'true' } },
      message: 'This is a test event',
      reason: 'Test',
      type: 'Normal',
      count: 1,
      involvedObject: { namespace: ns },
    });
    expect(await here()).toBe(true);
    await client.patch('event-test', 'strategic', { message: 'This is a test event - patched' });
    const read = await client.get('event-test');
    expect(read['message']).toBe('This is a test event - patched');
    const changed = { ...withoutSystem(read), series: series(100, 16) };
    await client.update(changed as unknown as E2eObject);
    expect(withoutSystem(await client.get('event-test'))).toEqual(changed);
    await client.delete('event-test');
    expect(await here()).toBe(false);
  });

  const newEvent = (ns: string, name: string, label: string): JsonObject => ({
    metadata: { name, labels: { [label]: 'true' } },
    regarding: { namespace: ns },
    eventTime: '2017-09-19T13:49:16.000000Z',
    note: `This is ${name}`,
    action: 'Do',
    reason: 'Test',
    type: 'Normal',
    reportingController: 'test-controller',
    reportingInstance: 'test-node',
  });

  it('API should ensure that an event can be fetched, patched, deleted, and listed', async () => {
    const ns = await e2e.namespace();
    const [client, everywhere] = [e2e.typed('events.events.k8s.io', ns), e2e.typed('events.events.k8s.io')];
    const exists = async (one: Resource) =>
      (await one.list('testevent-constant=true')).items.some(({ metadata }) => metadata.namespace === ns);
    await client.create(newEvent(ns, 'event-test', 'testevent-constant'));
    expect([await exists(everywhere), await exists(client)]).toEqual([true, true]);
    const isOnlyOne = [{ metadata: { name: 'event-test' } }];
    const core = await e2e.typed('events', ns).list(undefined, { fieldSelector: 'source=test-controller' });
    expect(core.items).toMatchObject(isOnlyOne);
    const own = await client.list(undefined, { fieldSelector: 'reportingController=test-controller' });
    expect(own.items).toMatchObject(isOnlyOne);
    const read = await client.get('event-test');
    await client.patch('event-test', 'strategic', { series: series(2, 11) });
    const patched = { ...withoutSystem(read), series: series(2, 11) };
    expect(withoutSystem(await client.get('event-test'))).toEqual(patched);
    const updated = { ...patched, series: series(100, 16) };
    await client.update(updated as unknown as E2eObject);
    expect(withoutSystem(await client.get('event-test'))).toEqual(updated);
    await client.delete('event-test');
    expect([await exists(everywhere), await exists(client)]).toEqual([false, false]);
  });

  it.each<Plural>(['events', 'events.events.k8s.io'])('%s should delete a collection', async (plural) => {
    const ns = await e2e.namespace();
    const client = e2e.typed(plural, ns);
    for (const name of ['test-event-1', 'test-event-2', 'test-event-3']) {
      const core = { involvedObject: { namespace: ns }, message: name, reason: 'Test', type: 'Normal', count: 1 };
      const labels = { 'testevent-set': 'true' };
      await client.create(
        plural === 'events' ? { metadata: { name, labels }, ...core } : newEvent(ns, name, 'testevent-set'),
      );
    }
    expect((await client.list('testevent-set=true')).items).toHaveLength(3);
    await client.deleteCollection('testevent-set=true');
    expect((await client.list('testevent-set=true')).items).toEqual([]);
  });
});

describe('CRUD Tests', () => {
  const addLabel = { op: 'add', path: '/metadata/labels/test.example.com', value: 'test' };
  const labelChange = labelled('test', 'test.example.com');
  const devices = { requests: [{ name: 'req-0', exactly: { deviceClassName: 'test-class' } }] };
  const allocation = {
    devices: { results: [{ request: 'req-0', driver: 'dra.example.com', pool: 'some-pool', device: 'some-device' }] },
  };
  const selectors = [{ cel: { expression: 'device.driver == "dra.example.com"' } }];
  const slice = {
    driver: 'dra.example.com',
    nodeName: 'some-node',
    pool: { name: 'some-pool', resourceSliceCount: 1, generation: 1 },
  };

  it('resource.k8s.io/v1 DeviceClass', () =>
    crudOperations(e2e, {
      plural: 'deviceclasses',
      namespaced: false,
      initial: { spec: {} },
      change: { spec: { selectors } },
      jsonPatch: [{ op: 'add', path: '/spec/selectors', value: selectors }],
    }));

  it('resource.k8s.io/v1 ResourceClaim', () =>
    crudOperations(e2e, {
      plural: 'resourceclaims',
      namespaced: true,
      initial: { spec: { devices } },
      change: labelChange,
      jsonPatch: [addLabel],
      status: { allocation },
      statusJsonPatch: [{ op: 'add', path: '/status', value: { allocation } }],
    }));

  it('resource.k8s.io/v1 ResourceClaimTemplate', () =>
    crudOperations(e2e, {
      plural: 'resourceclaimtemplates',
      namespaced: true,
      initial: { spec: { spec: { devices } } },
      change: labelChange,
      jsonPatch: [addLabel],
    }));

  it('resource.k8s.io/v1 ResourceSlice', () =>
    crudOperations(e2e, {
      plural: 'resourceslices',
      namespaced: false,
      initial: { spec: slice },
      change: { spec: { devices: [{ name: 'device-0' }] } },
      jsonPatch: [{ op: 'add', path: '/spec/devices', value: [{ name: 'device-0' }] }],
    }));

  it('storage.k8s.io/v1 StorageClass', () =>
    crudOperations(e2e, {
      plural: 'storageclasses',
      namespaced: false,
      initial: { provisioner: 'e2e-fake-provisioner', parameters: { foo: 'bar' } },
      change: labelChange,
      jsonPatch: [addLabel],
    }));

  it('storage.k8s.io/v1 VolumeAttributesClass', () =>
    crudOperations(e2e, {
      plural: 'volumeattributesclasses',
      namespaced: false,
      initial: { driverName: 'e2e-fake-csi-driver', parameters: { foo: 'bar' } },
      change: labelChange,
      jsonPatch: [addLabel],
    }));
});
