import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/api/types/core-v1.ts';
import { alwaysDeny } from '../../../../src/server/admission/plugins/always-deny.ts';
import { alwaysPullImages } from '../../../../src/server/admission/plugins/always-pull-images.ts';
import { denyServiceExternalIPs } from '../../../../src/server/admission/plugins/deny-service-external-ips.ts';
import { extendedResourceToleration } from '../../../../src/server/admission/plugins/extended-resource-toleration.ts';
import { limitPodHardAntiAffinityTopology } from '../../../../src/server/admission/plugins/limit-pod-hard-anti-affinity-topology.ts';
import { namespaceExists } from '../../../../src/server/admission/plugins/namespace-exists.ts';
import { ownerReferencesPermissionEnforcement } from '../../../../src/server/admission/plugins/owner-references-permission-enforcement.ts';
import { podNodeSelector } from '../../../../src/server/admission/plugins/pod-node-selector.ts';
import { podTolerationRestriction } from '../../../../src/server/admission/plugins/pod-toleration-restriction.ts';
import { admit, contextOf, FakeObjects } from '../../../helpers/admission.ts';

const pod = (spec: object) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Never' }], ...spec },
});

describe('plugins that are off unless asked for', () => {
  it('AlwaysDeny', async () => {
    await expect(admit(alwaysDeny, { to: 'configmaps', object: { metadata: { name: 'a' } } })).rejects.toThrow(
      'configmaps "a" is forbidden: admission control is denying all modifications',
    );
  });
  it('AlwaysPullImages leaves running containers alone', async () => {
    const made = (
      await admit(alwaysPullImages, {
        to: 'pods',
        object: pod({ volumes: [{ name: 'v', image: { reference: 'r' } }] }),
      })
    ).object as Pod;
    expect(made.spec?.containers?.[0]?.imagePullPolicy).toBe('Always');
    expect(made.spec?.volumes?.[0]?.image?.pullPolicy).toBe('Always');
    const kept = (await admit(alwaysPullImages, { to: 'pods', operation: 'UPDATE', object: pod({}), old: pod({}) }))
      .object as Pod;
    expect(kept.spec?.containers?.[0]?.imagePullPolicy).toBe('Never');
  });
  it('DenyServiceExternalIPs', async () => {
    const service = (...externalIPs: string[]) => ({ metadata: { name: 's' }, spec: { externalIPs } });
    await expect(admit(denyServiceExternalIPs, { to: 'services', object: service('1.2.3.4') })).rejects.toThrow(
      'Use of external IPs is denied by admission control.',
    );
    await admit(denyServiceExternalIPs, {
      to: 'services',
      operation: 'UPDATE',
      object: service('1.2.3.4'),
      old: service('1.2.3.4', '5.6.7.8'),
    });
  });
  it('ExtendedResourceToleration', async () => {
    const resources = { requests: { 'example.com/gpu': '1', cpu: '1' } };
    const made = (
      await admit(extendedResourceToleration, { to: 'pods', object: pod({ containers: [{ name: 'c', resources }] }) })
    ).object as Pod;
    expect(made.spec?.tolerations).toEqual([{ key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  });
  it('LimitPodHardAntiAffinityTopology', async () => {
    const affinity = (topologyKey: string) => ({
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey }] } },
    });
    await admit(limitPodHardAntiAffinityTopology, { to: 'pods', object: pod(affinity('kubernetes.io/hostname')) });
    await expect(
      admit(limitPodHardAntiAffinityTopology, { to: 'pods', object: pod(affinity('zone')) }),
    ).rejects.toThrow('has TopologyKey zone but only key kubernetes.io/hostname is allowed');
  });
  it('NamespaceExists', async () => {
    await expect(admit(namespaceExists, { to: 'configmaps', object: {} })).rejects.toMatchObject({ code: 404 });
    await admit(
      namespaceExists,
      { to: 'configmaps', object: {} },
      new FakeObjects().put('namespaces', { metadata: { name: 'shop' } }),
    );
  });
});

const shop = (annotations: object) =>
  new FakeObjects().put('namespaces', {
    metadata: {
      name: 'shop',
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`scheduler.alpha.kubernetes.io/${key}`, value]),
      ),
    },
  });

describe('PodNodeSelector', () => {
  it.each<[string, object | undefined, object | undefined]>([
    ['', undefined, undefined],
    ['disk=ssd, zone = a', undefined, { disk: 'ssd', zone: 'a' }],
    ['disk=ssd', { disk: 'ssd', cpu: 'x' }, { disk: 'ssd', cpu: 'x' }],
    ['disk=ssd', { zone: 'a' }, { disk: 'ssd', zone: 'a' }],
  ])('%j and %j make %j', async (annotation, nodeSelector, expected) => {
    const object = pod(nodeSelector === undefined ? {} : { nodeSelector });
    const made = (await admit(podNodeSelector, { to: 'pods', object }, shop({ 'node-selector': annotation })))
      .object as Pod;
    expect(made.spec?.nodeSelector).toEqual(expected);
  });
  it('refuses what conflicts, and annotations that are no labels', async () => {
    const create = (annotation: string) =>
      admit(
        podNodeSelector,
        { to: 'pods', object: pod({ nodeSelector: { disk: 'hdd' } }) },
        shop({ 'node-selector': annotation }),
      );
    await expect(create('disk=ssd')).rejects.toThrow(
      'pods "p" is forbidden: pod node label selector conflicts with its namespace node label selector',
    );
    await expect(create('disk')).rejects.toThrow('invalid selector: [disk]');
  });
});

describe('PodTolerationRestriction', () => {
  const tolerate = (key: string) => ({ key, operator: 'Exists', effect: 'NoSchedule' });
  const create = async (annotations: object, spec: object = {}) =>
    ((await admit(podTolerationRestriction, { to: 'pods', object: pod(spec) }, shop(annotations))).object as Pod).spec
      ?.tolerations;
  it('adds those of the namespace and of what asks for resources', async () => {
    expect(await create({})).toBeUndefined();
    expect(
      await create({ defaultTolerations: JSON.stringify([tolerate('a')]) }, { tolerations: [tolerate('b')] }),
    ).toEqual([tolerate('a'), tolerate('b')]);
    const containers = [{ name: 'c', resources: { requests: { cpu: '1' } } }];
    expect(await create({}, { containers })).toEqual([tolerate('node.kubernetes.io/memory-pressure')]);
  });
  it('refuses those that the namespace does not list', async () => {
    const tolerationsWhitelist = JSON.stringify([tolerate('a')]);
    await create({ tolerationsWhitelist }, { tolerations: [tolerate('a')] });
    await expect(create({ tolerationsWhitelist }, { tolerations: [tolerate('b')] })).rejects.toMatchObject({
      code: 500,
      message:
        'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
    });
    await expect(create({ tolerationsWhitelist: '{' }, { tolerations: [tolerate('b')] })).rejects.toMatchObject({
      code: 500,
    });
  });
});

describe('OwnerReferencesPermissionEnforcement', () => {
  const owner = (more: object = {}) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', ...more });
  const object = (...ownerReferences: object[]) => ({ metadata: { name: 'p', ownerReferences } });
  const write = (verbs: string[], now: object, old?: object, to = 'pods') =>
    admit(ownerReferencesPermissionEnforcement(contextOf(undefined, (verb) => verbs.includes(verb))), {
      to,
      operation: old === undefined ? 'CREATE' : 'UPDATE',
      object: now,
      ...(old === undefined ? {} : { old }),
    });
  it('wants the right to delete what gets an owner', async () => {
    await write([], object());
    await write([], object(owner()), object(owner()));
    await write([], object(owner()), object(), 'pods/status');
    await write([], object(owner()));
    await write(['delete'], object(owner()), object());
    await expect(write(['update'], object(owner()), object())).rejects.toThrow(
      'pods "p" is forbidden: cannot set an ownerRef on a resource you can\'t delete: , <nil>',
    );
  });
  it('wants the right to finalize owners that wait', async () => {
    const blocking = { blockOwnerDeletion: true };
    await write(['update'], object(owner(blocking)));
    await write(['delete'], object(owner(blocking), owner({ uid: 'v' })), object(owner(blocking)));
    await expect(write(['delete'], object(owner(blocking)), object(owner()))).rejects.toThrow(
      "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>",
    );
    await expect(write(['delete'], object(owner({ ...blocking, kind: 'Nonsense' })))).rejects.toThrow(
      'cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion apps/v1 Kind Nonsense: no matches for kind "Nonsense" in version "apps/v1"',
    );
  });
});
