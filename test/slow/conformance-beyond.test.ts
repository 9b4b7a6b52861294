// Tests of Kubernetes v1.36 outside the conformance suite that ask the API and kctl's own controllers alone: node ports and
// ranges of service addresses (test/e2e/network/service.go, service_cidrs.go), volumes and claims in use
// (test/e2e/storage/pv_protection.go, pvc_protection.go).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { at, type E2e, type E2eObject, eventually, isGone, put, refusal, startE2e } from '../helpers/e2e-client.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

describe('Services', () => {
  const http = { name: 'http', protocol: 'TCP', port: 80, targetPort: 80 };
  const nodePort = (name: string, port: JsonObject = http): JsonObject => ({
    metadata: { name },
    spec: { type: 'NodePort', selector: { testid: name }, ports: [port] },
  });
  const portOf = (service: E2eObject): number => at(service, 'spec.ports.0.nodePort') as number;
  const conflict = (name: string, port: number, detail: string): string =>
    `Service "${name}" is invalid: spec.ports[0].nodePort: Invalid value: ${port}: provided port is ${detail}`;

  it('should prevent NodePort collisions', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    const port = portOf(await client.create(nodePort('nodeport-collision-1')));
    const second = nodePort('nodeport-collision-2', { ...http, nodePort: port });
    const { code, message } = await refusal(client.create(second));
    expect(code).toBe(422);
    expect(message).toBe(conflict('nodeport-collision-2', port, 'already allocated'));
    await client.delete('nodeport-collision-1');
    expect(portOf(await client.create(second))).toBe(port);
  });

  it('should check NodePort out-of-range', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    const port = portOf(await client.create(nodePort('nodeport-range-test')));
    expect(port).toBeGreaterThanOrEqual(30_000);
    expect(port).toBeLessThanOrEqual(32_767);
    const detail = 'not in the valid range. The range of valid ports is 30000-32767';
    for (const outside of [29_999, 32_768]) {
      const change = client.change('nodeport-range-test', (service) => put(service, 'spec.ports.0.nodePort', outside));
      expect((await refusal(change)).message).toBe(conflict('nodeport-range-test', outside, detail));
      const other = nodePort('other', { ...http, nodePort: outside });
      expect((await refusal(client.create(other))).message).toBe(conflict('other', outside, detail));
    }
  });

  it('should release NodePorts on delete', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    const port = portOf(await client.create(nodePort('nodeport-reuse')));
    await client.delete('nodeport-reuse');
    expect(portOf(await client.create(nodePort('nodeport-reuse', { ...http, nodePort: port })))).toBe(port);
  });

  it('should be able to update to NodePort listening on same port number but different protocols', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    await client.create({ metadata: { name: 'update' }, spec: { selector: { testid: 'update' }, ports: [http] } });
    const port = (protocol: string): JsonObject => ({ name: `${protocol.toLowerCase()}-port`, port: 80, protocol });
    const updated = await client.change('update', (service) => {
      put(service, 'spec.type', 'NodePort');
      put(service, 'spec.ports', [port('TCP'), port('UDP')]);
    });
    const ports = at(updated, 'spec.ports') as JsonObject[];
    expect(ports.map(({ nodePort }) => Number(nodePort) > 0)).toEqual([true, true]);
    const back = await client.change('update', (service) => {
      put(service, 'spec.type', 'ClusterIP');
      put(service, 'spec.ports', [http]);
    });
    expect(portOf(back) ?? 0).toBe(0);
  });

  it('should create Services on different Service CIDRs', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    const service = nodePort('cidr1-test');
    put(service, 'spec.clusterIP', '203.0.113.10');
    const { message } = await refusal(client.create(service));
    expect(message).toContain('203.0.113.10: the provided network does not match the current range');
    const ranges = e2e.typed('servicecidrs');
    await ranges.create({ metadata: { name: 'test-svc-cidr' }, spec: { cidrs: ['203.0.113.0/24'] } });
    expect(at(await client.create(service), 'spec.clusterIPs')).toEqual(['203.0.113.10']);
    const address = await e2e.typed('ipaddresses').get('203.0.113.10');
    expect(at(address, 'spec.parentRef')).toMatchObject({ resource: 'services', name: 'cidr1-test' });
    await client.delete('cidr1-test');
    await eventually(() => isGone(e2e.typed('ipaddresses'), '203.0.113.10'), Boolean);
    await ranges.delete('test-svc-cidr');
  });

  it('should allow creating a basic SCTP service, and NetworkPolicies for SCTP', async () => {
    const ns = await e2e.namespace();
    const sctp = { protocol: 'SCTP', port: 5060 };
    const service = await e2e.typed('services', ns).create({ metadata: { name: 'sctp' }, spec: { ports: [sctp] } });
    expect(at(service, 'spec.ports')).toMatchObject([sctp]);
    const policy = { podSelector: {}, ingress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }] };
    const created = await e2e.typed('networkpolicies', ns).create({ metadata: { name: 'sctp' }, spec: policy });
    expect(created).toMatchObject({ spec: policy });
  });
});

const claim = (labels?: Record<string, string>): JsonObject => ({
  metadata: { generateName: 'pvc-' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    resources: { requests: { storage: '2Gi' } },
    ...(labels === undefined ? {} : { selector: { matchLabels: labels } }),
  },
});

describe('PVC Protection', () => {
  it('should verify immediate deletion of a claim that is not in active use by a pod', async () => {
    const claims = e2e.typed('persistentvolumeclaims', await e2e.namespace());
    const { metadata } = await claims.create(claim());
    const name = metadata.name as string;
    expect((await claims.get(name)).metadata.finalizers).toContain('kubernetes.io/pvc-protection');
    await claims.delete(name);
    await eventually(() => isGone(claims, name), Boolean);
  });

  it('should verify that a claim in active use by a pod is not removed immediately', async () => {
    const ns = await e2e.namespace();
    const claims = e2e.typed('persistentvolumeclaims', ns);
    const pods = e2e.typed('pods', ns);
    const name = (await claims.create(claim())).metadata.name as string;
    const volume = { name: 'volume1', persistentVolumeClaim: { claimName: name } };
    const container = {
      name: 'write-pod',
      image: 'registry.k8s.io/pause:3.10.1',
      volumeMounts: [{ name: 'volume1', mountPath: '/mnt/volume1' }],
    };
    await pods.create({ metadata: { name: 'tester' }, spec: { containers: [container], volumes: [volume] } });
    await e2e.run(ns, 'tester');
    await claims.delete(name);
    expect((await claims.get(name)).metadata.deletionTimestamp).toBeDefined();
    await pods.delete('tester');
    expect((await claims.get(name)).metadata.finalizers).toContain('kubernetes.io/pvc-protection');
    await e2e.finish(ns, 'tester');
    await eventually(() => isGone(claims, name), Boolean);
  });
});

describe('PV Protection', () => {
  const volumes = () => e2e.typed('persistentvolumes');

  /** Made by hand, and free. */
  async function makeVolume(labels: Record<string, string>): Promise<string> {
    const { metadata } = await volumes().create({
      metadata: { generateName: 'hostpath-', labels },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        hostPath: { path: '/tmp/data' },
        persistentVolumeReclaimPolicy: 'Retain',
      },
    });
    const name = metadata.name as string;
    await eventually(
      () => volumes().get(name),
      (volume) =>
        at(volume, 'status.phase') === 'Available' &&
        volume.metadata.finalizers?.includes('kubernetes.io/pv-protection') === true,
    );
    return name;
  }

  it('should verify immediate deletion of a volume that is not bound to a claim', async () => {
    const name = await makeVolume({ 'e2e-pv-protection': 'free' });
    await volumes().delete(name);
    await eventually(() => isGone(volumes(), name), Boolean);
  });

  it('should verify that a volume bound to a claim is not removed immediately', async () => {
    const ns = await e2e.namespace();
    const labels = { 'e2e-pv-protection': 'bound' };
    const name = await makeVolume(labels);
    const claims = e2e.typed('persistentvolumeclaims', ns);
    const claimName = (await claims.create(claim(labels))).metadata.name as string;
    const bound = await eventually(
      () => claims.get(claimName),
      (object) => at(object, 'status.phase') === 'Bound',
    );
    expect(at(bound, 'spec.volumeName')).toBe(name);
    await eventually(
      () => volumes().get(name),
      (volume) => at(volume, 'status.phase') === 'Bound',
    );
    await volumes().delete(name);
    expect((await volumes().get(name)).metadata.deletionTimestamp).toBeDefined();
    await claims.delete(claimName);
    await eventually(() => isGone(claims, claimName), Boolean);
    await eventually(() => isGone(volumes(), name), Boolean);
  });
});
