import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/api/object.ts';
import { certificateApproval } from '../../../../src/server/admission/plugins/certificate-approval.ts';
import { certificateSigning } from '../../../../src/server/admission/plugins/certificate-signing.ts';
import { certificateSubjectRestriction } from '../../../../src/server/admission/plugins/certificate-subject-restriction.ts';
import { defaultIngressClass } from '../../../../src/server/admission/plugins/default-ingress-class.ts';
import { defaultStorageClass } from '../../../../src/server/admission/plugins/default-storage-class.ts';
import { defaultTolerationSeconds } from '../../../../src/server/admission/plugins/default-toleration-seconds.ts';
import { namespaceLifecycle } from '../../../../src/server/admission/plugins/namespace-lifecycle.ts';
import { nodeDeclaredFeatureValidator } from '../../../../src/server/admission/plugins/node-declared-feature-validator.ts';
import { persistentVolumeClaimResize } from '../../../../src/server/admission/plugins/persistent-volume-claim-resize.ts';
import { podTopologyLabels } from '../../../../src/server/admission/plugins/pod-topology-labels.ts';
import { priority } from '../../../../src/server/admission/plugins/priority.ts';
import { runtimeClass } from '../../../../src/server/admission/plugins/runtime-class.ts';
import { storageObjectInUseProtection } from '../../../../src/server/admission/plugins/storage-object-in-use-protection.ts';
import { taintNodesByCondition } from '../../../../src/server/admission/plugins/taint-nodes-by-condition.ts';
import { admit, contextOf, FakeObjects } from '../../../helpers/admission.ts';

type Spec = Record<string, unknown>;
const spec = (object: KubeObject | undefined): Spec => (object?.spec ?? {}) as Spec;
const pod = (given: object = {}, metadata: object = {}) => ({
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec: { containers: [], ...given },
});

describe('NamespaceLifecycle', () => {
  const objects = new FakeObjects()
    .put('namespaces', { metadata: { name: 'shop' }, status: { phase: 'Active' } })
    .put('namespaces', { metadata: { name: 'going' }, status: { phase: 'Terminating' } });
  const cm = { metadata: { name: 'new' } };
  it.each(['default', 'kube-system', 'kube-public'])('keeps %s', async (name) => {
    const write = { to: 'namespaces', operation: 'DELETE' as const, old: { metadata: { name } }, namespace: name };
    await expect(admit(namespaceLifecycle, write, objects)).rejects.toMatchObject({
      code: 403,
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    });
  });
  it('lets go of others', async () => {
    await admit(
      namespaceLifecycle,
      { to: 'namespaces', operation: 'DELETE', old: { metadata: { name: 'kube-node-lease' } } },
      objects,
    );
    await admit(namespaceLifecycle, { to: 'configmaps', operation: 'DELETE', old: cm, namespace: 'going' }, objects);
    await admit(
      namespaceLifecycle,
      { to: 'configmaps', operation: 'UPDATE', object: cm, old: cm, namespace: 'going' },
      objects,
    );
    await admit(namespaceLifecycle, { to: 'nodes', object: { metadata: { name: 'n' } } }, objects);
    await admit(
      namespaceLifecycle,
      { to: 'localsubjectaccessreviews.authorization.k8s.io', object: {}, namespace: 'nowhere' },
      objects,
    );
  });
  it('answers 404 for a namespace that is not there', async () => {
    await expect(
      admit(namespaceLifecycle, { to: 'configmaps', object: cm, namespace: 'nowhere' }, objects),
    ).rejects.toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
      status: { details: { name: 'nowhere', kind: 'namespaces' } },
    });
    await expect(
      admit(namespaceLifecycle, { to: 'serviceaccounts/token', object: {}, namespace: 'nowhere' }, objects),
    ).rejects.toMatchObject({ code: 404 });
  });
  it('takes nothing new into a namespace that is going', async () => {
    await expect(
      admit(namespaceLifecycle, { to: 'configmaps', object: cm, namespace: 'going' }, objects),
    ).rejects.toMatchObject({
      code: 403,
      message:
        'configmaps "new" is forbidden: unable to create new content in namespace going because it is being terminated',
      status: {
        details: {
          name: 'new',
          kind: 'configmaps',
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: 'namespace going is being terminated',
              field: 'metadata.namespace',
            },
          ],
        },
      },
    });
    await expect(
      admit(
        namespaceLifecycle,
        { to: 'configmaps', object: { metadata: { generateName: 'new-' } }, namespace: 'going' },
        objects,
      ),
    ).rejects.toThrow('configmaps "new-" is forbidden');
  });
});

describe('DefaultTolerationSeconds', () => {
  const added = (key: string) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  });
  const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists' };
  const table: [string, object[] | undefined, object[]][] = [
    ['none', undefined, [added('not-ready'), added('unreachable')]],
    ['all', [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
    ['one', [own], [own, added('not-ready')]],
    [
      'another effect',
      [{ ...own, effect: 'NoSchedule' }],
      [{ ...own, effect: 'NoSchedule' }, added('not-ready'), added('unreachable')],
    ],
  ];
  it.each(table)('%s', async (_, tolerations, expected) => {
    const { object } = await admit(defaultTolerationSeconds, {
      to: 'pods',
      object: pod(tolerations ? { tolerations } : {}),
    });
    expect(spec(object).tolerations).toEqual(expected);
  });
  it('leaves other sub-resources and kinds alone', async () => {
    const { object } = await admit(defaultTolerationSeconds, {
      to: 'pods/status',
      operation: 'UPDATE',
      object: pod(),
      old: pod(),
    });
    expect(spec(object).tolerations).toBeUndefined();
  });
});

describe('Priority', () => {
  const objects = () =>
    new FakeObjects()
      .put('priorityclasses.scheduling.k8s.io', { metadata: { name: 'gold' }, value: 700, preemptionPolicy: 'Never' })
      .put('priorityclasses.scheduling.k8s.io', {
        metadata: { name: 'system-node-critical' },
        value: 2000001000,
        preemptionPolicy: 'PreemptLowerPriority',
      });
  it('takes the value of the class', async () => {
    const { object } = await admit(priority, { to: 'pods', object: pod({ priorityClassName: 'gold' }) }, objects());
    expect(spec(object)).toMatchObject({ priority: 700, preemptionPolicy: 'Never', priorityClassName: 'gold' });
  });
  it('is 0 without a class', async () => {
    const { object } = await admit(priority, { to: 'pods', object: pod() }, objects());
    expect(spec(object)).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    expect(spec(object).priorityClassName).toBeUndefined();
  });
  it('takes the lowest default class', async () => {
    const given = objects()
      .put('priorityclasses.scheduling.k8s.io', { metadata: { name: 'a' }, value: 9, globalDefault: true })
      .put('priorityclasses.scheduling.k8s.io', { metadata: { name: 'b' }, value: 5, globalDefault: true });
    const { object } = await admit(priority, { to: 'pods', object: pod() }, given);
    expect(spec(object)).toMatchObject({ priority: 5, priorityClassName: 'b' });
  });
  it.each([
    [
      { priorityClassName: 'gold', priority: 5 },
      'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 700 from the given PriorityClass name',
    ],
    [
      { priority: 10 },
      'pods "p" is forbidden: the integer value of priority (10) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { priorityClassName: 'gold', preemptionPolicy: 'PreemptLowerPriority' },
      'pods "p" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    ],
    [{ priorityClassName: 'none' }, 'pods "p" is forbidden: no PriorityClass with name none was found'],
  ])('refuses %j', async (given, message) => {
    await expect(admit(priority, { to: 'pods', object: pod(given) }, objects())).rejects.toThrow(message);
  });
  it('keeps what an old pod has', async () => {
    const { object } = await admit(priority, {
      to: 'pods',
      operation: 'UPDATE',
      object: pod(),
      old: pod({ priority: 3, preemptionPolicy: 'Never' }),
    });
    expect(spec(object)).toMatchObject({ priority: 3, preemptionPolicy: 'Never' });
  });
  it('allows one default class', async () => {
    const given = objects().put('priorityclasses.scheduling.k8s.io', {
      metadata: { name: 'a' },
      value: 9,
      globalDefault: true,
    });
    const write = {
      to: 'priorityclasses.scheduling.k8s.io',
      object: { metadata: { name: 'b' }, value: 1, globalDefault: true },
    };
    await expect(admit(priority, write, given)).rejects.toThrow(
      'priorityclasses.scheduling.k8s.io "b" is forbidden: PriorityClass a is already marked as default. Only one default can exist',
    );
    const again = { metadata: { name: 'a' }, value: 9, globalDefault: true };
    await admit(priority, { to: write.to, operation: 'UPDATE', object: again, old: again }, given);
  });
});

describe('TaintNodesByCondition', () => {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  it.each([
    [{}, [taint]],
    [{ taints: [taint] }, [taint]],
    [{ taints: [{ key: 'own', effect: 'NoExecute' }] }, [{ key: 'own', effect: 'NoExecute' }, taint]],
  ])('%j', async (given, taints) => {
    const { object } = await admit(taintNodesByCondition, {
      to: 'nodes',
      object: { metadata: { name: 'n' }, spec: given },
    });
    expect(spec(object).taints).toEqual(taints);
  });
});

describe('StorageObjectInUseProtection', () => {
  it.each([
    ['persistentvolumes', 'kubernetes.io/pv-protection'],
    ['persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
    ['volumeattributesclasses.storage.k8s.io', 'kubernetes.io/vac-protection'],
  ])('%s', async (to, finalizer) => {
    expect(
      (await admit(storageObjectInUseProtection, { to, object: { metadata: { finalizers: ['a.b/c'] } } })).object
        ?.metadata.finalizers,
    ).toEqual(['a.b/c', finalizer]);
    expect(
      (await admit(storageObjectInUseProtection, { to, object: { metadata: { finalizers: [finalizer] } } })).object
        ?.metadata.finalizers,
    ).toEqual([finalizer]);
  });
});

describe('default classes', () => {
  const marked = (name: string, created: string, key: string) => ({
    metadata: { name, creationTimestamp: created, annotations: { [key]: 'true' } },
  });
  it('of storage: the newest, for claims that name none', async () => {
    const key = 'storageclass.kubernetes.io/is-default-class';
    const objects = new FakeObjects()
      .put('storageclasses.storage.k8s.io', marked('old', '2020-01-01T00:00:00Z', key))
      .put(
        'storageclasses.storage.k8s.io',
        marked('new-b', '2021-01-01T00:00:00Z', 'storageclass.beta.kubernetes.io/is-default-class'),
      )
      .put('storageclasses.storage.k8s.io', marked('new-a', '2021-01-01T00:00:00Z', key))
      .put('storageclasses.storage.k8s.io', {
        metadata: { name: 'newest', creationTimestamp: '2022-01-01T00:00:00Z' },
      });
    const claim = (given: object, metadata: object = {}) =>
      admit(defaultStorageClass, { to: 'persistentvolumeclaims', object: { metadata, spec: given } }, objects);
    expect(spec((await claim({})).object).storageClassName).toBe('new-a');
    expect(spec((await claim({ storageClassName: '' })).object).storageClassName).toBe('');
    expect(
      spec((await claim({}, { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } })).object)
        .storageClassName,
    ).toBeUndefined();
    expect(
      spec((await admit(defaultStorageClass, { to: 'persistentvolumeclaims', object: { spec: {} } })).object)
        .storageClassName,
    ).toBeUndefined();
  });
  it('of ingresses', async () => {
    const objects = new FakeObjects().put(
      'ingressclasses.networking.k8s.io',
      marked('x', '', 'ingressclass.kubernetes.io/is-default-class'),
    );
    const ingress = (metadata: object) =>
      admit(defaultIngressClass, { to: 'ingresses.networking.k8s.io', object: { metadata, spec: {} } }, objects);
    expect(spec((await ingress({})).object).ingressClassName).toBe('x');
    expect(
      spec((await ingress({ annotations: { 'kubernetes.io/ingress.class': 'legacy' } })).object).ingressClassName,
    ).toBeUndefined();
  });
});

describe('PersistentVolumeClaimResize', () => {
  const claim = (storage: string, storageClassName: string, phase = 'Bound') => ({
    metadata: { name: 'c' },
    spec: { storageClassName, resources: { requests: { storage } } },
    status: { phase },
  });
  const objects = new FakeObjects()
    .put('storageclasses.storage.k8s.io', { metadata: { name: 'grows' }, allowVolumeExpansion: true })
    .put('storageclasses.storage.k8s.io', { metadata: { name: 'stays' } });
  const grow = (from: object, to: object) =>
    admit(
      persistentVolumeClaimResize,
      { to: 'persistentvolumeclaims', operation: 'UPDATE', object: to, old: from },
      objects,
    );
  const refusal =
    'persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  it('asks the class', async () => {
    await grow(claim('1Gi', 'grows'), claim('2Gi', 'grows'));
    await grow(claim('1024Mi', 'stays'), claim('1Gi', 'stays'));
    await grow(claim('2Gi', 'stays'), claim('1Gi', 'stays'));
    for (const name of ['stays', 'gone', ''])
      await expect(grow(claim('1Gi', name), claim('2Gi', name))).rejects.toThrow(refusal);
    await expect(grow(claim('1Gi', 'grows', 'Pending'), claim('2Gi', 'grows'))).rejects.toThrow(
      'Only bound persistent volume claims can be expanded',
    );
  });
});

describe('NodeDeclaredFeatureValidator', () => {
  const objects = new FakeObjects().put('nodes', { metadata: { name: 'old' } }).put('nodes', {
    metadata: { name: 'new' },
    status: { declaredFeatures: ['GuaranteedQoSPodCPUResize', 'InPlacePodLevelResourcesVerticalScaling'] },
  });
  const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });
  const bound = (nodeName: string, spec: object, qosClass = 'Guaranteed') => ({
    ...pod({ nodeName, ...spec }),
    status: { qosClass },
  });
  const update = (old: object, object: object, to = 'pods/resize') =>
    admit(nodeDeclaredFeatureValidator, { to, operation: 'UPDATE', old, object }, objects);
  const before = { containers: [cpu('1')], initContainers: [cpu('1')] };
  it.each([
    ['unbound', '', { containers: [cpu('2')] }, undefined],
    ['nothing that needs a feature', 'old', { ...before, activeDeadlineSeconds: 1 }, undefined],
    ['declared', 'new', { ...before, containers: [cpu('2')], ...cpu('3') }, undefined],
    ['cpu of a guaranteed pod', 'old', { ...before, containers: [cpu('2')] }, 'GuaranteedQoSPodCPUResize'],
    [
      'two',
      'old',
      { ...before, initContainers: [cpu('2')], ...cpu('3') },
      'InPlacePodLevelResourcesVerticalScaling, InPlacePodVerticalScalingInitContainers',
    ],
    ['one of two', 'new', { initContainers: [cpu('2')], ...cpu('3') }, 'InPlacePodVerticalScalingInitContainers'],
  ])('%s', async (_, node, spec, features) => {
    const old = bound(node, 'containers' in spec ? before : { initContainers: [cpu('1')] });
    const write = update(old, bound(node, spec));
    if (features === undefined) await write;
    else
      await expect(write).rejects.toThrow(
        `pods "p" is forbidden: pod update requires features ${features} which are not available on node "${node}"`,
      );
  });
  it('leaves other classes and sub-resources alone, and wants the node to be there', async () => {
    const after = { ...before, containers: [cpu('2')] };
    await update(bound('old', before, 'Burstable'), bound('old', after, 'Burstable'));
    await update(bound('old', before), bound('old', after), 'pods/status');
    await expect(update(bound('gone', before), bound('gone', after))).rejects.toThrow(
      'pods "p" is forbidden: node "gone" not found',
    );
  });
});

describe('RuntimeClass', () => {
  const objects = new FakeObjects().put('runtimeclasses.node.k8s.io', {
    metadata: { name: 'box' },
    overhead: { podFixed: { cpu: '10m' } },
    scheduling: {
      nodeSelector: { sandbox: 'yes' },
      tolerations: [{ key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' }],
    },
  });
  const create = (given: object) => admit(runtimeClass, { to: 'pods', object: pod(given) }, objects);
  it('adds overhead, selector and tolerations', async () => {
    const { object } = await create({
      runtimeClassName: 'box',
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
    });
    expect(spec(object)).toMatchObject({
      overhead: { cpu: '10m' },
      nodeSelector: { disk: 'ssd', sandbox: 'yes' },
      tolerations: [
        { key: 'a', operator: 'Exists' },
        { key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' },
      ],
    });
    expect(
      spec((await create({ runtimeClassName: 'box', tolerations: [{ operator: 'Exists' }] })).object).tolerations,
    ).toEqual([{ operator: 'Exists' }]);
    expect(spec((await create({ runtimeClassName: 'box', overhead: { cpu: '0.01' } })).object).overhead).toEqual({
      cpu: '10m',
    });
  });
  it.each([
    [
      { runtimeClassName: 'box', overhead: { cpu: '99m' } },
      "pods \"p\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      { runtimeClassName: 'box', nodeSelector: { sandbox: 'no' } },
      'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    ],
    [{ runtimeClassName: 'none' }, 'pods "p" is forbidden: pod rejected: RuntimeClass "none" not found'],
    [
      { overhead: { cpu: '1m' } },
      'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
  ])('refuses %j', async (given, message) => await expect(create(given)).rejects.toThrow(message));
});

describe('PodTopologyLabels', () => {
  const objects = new FakeObjects().put('nodes', {
    metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z', other: 'x' } },
  });
  it('copies zone and region onto bindings and pods', async () => {
    const binding = { target: { kind: 'Node', name: 'n1' } };
    expect(
      (await admit(podTopologyLabels, { to: 'pods/binding', object: binding }, objects)).object?.metadata.labels,
    ).toEqual({ 'topology.kubernetes.io/zone': 'z' });
    expect(
      (await admit(podTopologyLabels, { to: 'pods', object: pod({ nodeName: 'n1' }) }, objects)).object?.metadata
        .labels,
    ).toEqual({ 'topology.kubernetes.io/zone': 'z' });
    expect(
      (await admit(podTopologyLabels, { to: 'pods', object: pod({ nodeName: 'gone' }) }, objects)).object?.metadata
        .labels,
    ).toBeUndefined();
  });
});

describe('certificates', () => {
  const scenario = readFileSync(new URL('../../../util/certificates.test.ts', import.meta.url), 'utf8');
  const dev = /const DEV =\s+'([^']+)'/.exec(scenario)?.[1] as string;
  const csr = (more: object, status: object = {}) => ({
    metadata: { name: 'r' },
    spec: { signerName: 'example.com/a', request: dev, ...more },
    status,
  });
  const to = 'certificatesigningrequests.certificates.k8s.io';
  it('are approved by those who may', async () => {
    const write = { to: `${to}/approval`, operation: 'UPDATE' as const, object: csr({}), old: csr({}) };
    await admit(
      certificateApproval(contextOf(undefined, (verb, name) => verb === 'approve' && name === 'example.com/a')),
      write,
    );
    await admit(
      certificateApproval(contextOf(undefined, (verb, name) => verb === 'approve' && name === 'example.com/*')),
      write,
    );
    await expect(
      admit(certificateApproval(contextOf(undefined, (_, name) => name === 'example.com')), write),
    ).rejects.toThrow(
      'certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to approve requests with signerName "example.com/a"',
    );
  });
  it('are signed by those who may', async () => {
    const write = {
      to: `${to}/status`,
      operation: 'UPDATE' as const,
      object: csr({}, { certificate: 'x' }),
      old: csr({}),
    };
    await expect(admit(certificateSigning, write)).rejects.toThrow(
      'user not permitted to sign requests with signerName "example.com/a"',
    );
    await admit(certificateSigning, { ...write, object: csr({}) });
  });
  it('are not asked for system:masters', async () => {
    const restricted = 'kubernetes.io/kube-apiserver-client';
    await admit(certificateSubjectRestriction, { to, object: csr({ signerName: restricted }) });
    await expect(
      admit(certificateSubjectRestriction, { to, object: csr({ signerName: restricted, request: 'AAAA' }) }),
    ).rejects.toThrow('failed to parse CSR: PEM block type must be CERTIFICATE REQUEST');
    await expect(
      admit(certificateSubjectRestriction, { to, object: csr({ signerName: restricted, request: MASTERS }) }),
    ).rejects.toThrow('use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed');
    await admit(certificateSubjectRestriction, { to, object: csr({ request: MASTERS }) });
  });
});

const MASTERS =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIcE1JR1FBZ0VBTUM0eEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVJNd0VRWURWUVFEREFwaApkWFJvYmkxeWIyOTBNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVURDBVVCs5dEc2ejM2NkhYCmQ1TmdsMFVwTFJ5eERkck1DY1VNa3hua3lsVmFaQTlPeEFKKzdTZnpabU9RcW1VeU1VZGsvT2w4blZ5ZVppNTEKaUM0dEFxQUFNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNlOExzd0tMSVJWYWs2bVRzcHluSkF5OTBtbHVJdAowVXd4a2hRaHpEVXFwQUlnSHFhMlBvdkt0UExuSU40SXV2OFZhRktodnk5R0dka0lsVHJuY0pVUXdNWT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
