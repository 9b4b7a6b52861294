// A webhook or policy that changes an object has all mutating plugins run once more: none of them may mind.
import { describe, expect, it } from 'vitest';
import { cloneJson } from '../../../src/api/object.ts';
import type { AdmissionPlugin } from '../../../src/server/admission/admission.ts';
import { admissionChain, createPlugins } from '../../../src/server/admission/chain.ts';
import { PLUGINS } from '../../../src/server/admission/plugins/index.ts';
import { Reinvocation } from '../../../src/server/admission/reinvocation.ts';
import { attributesOf, contextOf, FakeObjects, type Write } from '../../helpers/admission.ts';

const objects = new FakeObjects()
  .put('namespaces', {
    metadata: { name: 'shop', annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'a=b' } },
  })
  .put('serviceaccounts', { metadata: { name: 'default', namespace: 'shop' }, imagePullSecrets: [{ name: 'pull' }] })
  .put('priorityclasses.scheduling.k8s.io', { metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' })
  .put('runtimeclasses.node.k8s.io', {
    metadata: { name: 'heavy' },
    handler: 'h',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { rt: 'heavy' }, tolerations: [{ key: 'rt', operator: 'Exists' }] },
  })
  .put('limitranges', {
    metadata: { name: 'limits', namespace: 'shop' },
    spec: {
      limits: [{ type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '500m' }, max: { cpu: '2' } }],
    },
  })
  .put('storageclasses.storage.k8s.io', {
    metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  })
  .put('ingressclasses.networking.k8s.io', {
    metadata: { name: 'front', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  });

const WRITES: readonly (readonly [string, Write])[] = [
  [
    'a pod',
    {
      to: 'pods',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          priorityClassName: 'high',
          runtimeClassName: 'heavy',
          containers: [{ name: 'c', image: 'i', resources: {} }],
        },
      },
    },
  ],
  ['a claim', { to: 'persistentvolumeclaims', object: { metadata: { name: 'c', namespace: 'shop' }, spec: {} } }],
  [
    'an ingress',
    { to: 'ingresses.networking.k8s.io', object: { metadata: { name: 'i', namespace: 'shop' }, spec: {} } },
  ],
  ['a node', { to: 'nodes', object: { metadata: { name: 'n' }, spec: {} } }],
];

describe('in a second round', () => {
  it.each(WRITES)('%s stays as the first one left it', async (_, write) => {
    const enable = PLUGINS.map(({ name }) => name).filter(
      (name) => name !== 'AlwaysDeny' && name !== 'PodTolerationRestriction',
    );
    const after: unknown[] = [];
    const last: AdmissionPlugin = {
      name: 'Last',
      admit(attributes) {
        after.push(cloneJson(attributes.object));
        attributes.reinvocation ??= new Reinvocation();
        attributes.reinvocation.wanted = true;
      },
    };
    const chain = admissionChain([...createPlugins(contextOf(objects), { enable }), last]);
    await chain.admit(attributesOf(write));
    expect(after).toHaveLength(2);
    expect(after[1]).toEqual(after[0]);
    expect(after[0]).not.toEqual(write.object);
  });
});
