import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/api/types/core-v1.ts';
import { alwaysDeny } from '../../../../src/server/admission/plugins/always-deny.ts';
import { alwaysPullImages } from '../../../../src/server/admission/plugins/always-pull-images.ts';
import { denyServiceExternalIPs } from '../../../../src/server/admission/plugins/deny-service-external-ips.ts';
import { extendedResourceToleration } from '../../../../src/server/admission/plugins/extended-resource-toleration.ts';
import { limitPodHardAntiAffinityTopology } from '../../../../src/server/admission/plugins/limit-pod-hard-anti-affinity-topology.ts';
import { namespaceExists } from '../../../../src/server/admission/plugins/namespace-exists.ts';
import { admit, FakeObjects } from '../../../helpers/admission.ts';

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
