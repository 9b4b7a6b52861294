// What Kubernetes v1.36's conformance tests of sig-network ask of the API (test/e2e/network), step by step.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  at,
  condition,
  type E2e,
  type E2eObject,
  isGone,
  isNewer,
  put,
  type Resource,
  startE2e,
} from '../helpers/e2e-client.ts';
import { apiOperations } from '../helpers/e2e-operations.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

describe('API Server', () => {
  it('should provide secure master service, found from listing all namespaces', async () => {
    expect(await e2e.typed('services', 'default').get('kubernetes')).toMatchObject({
      metadata: { name: 'kubernetes' },
    });
    const { items } = await e2e.typed('services').list();
    expect(items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toContain('default/kubernetes');
  });

  it('should have Endpoints and EndpointSlices pointing to API Server', async () => {
    const endpoints = await e2e.typed('endpoints', 'default').get('kubernetes');
    const subsets = at(endpoints, 'subsets') as { addresses: { ip: string }[]; ports: { port: number }[] }[];
    expect(subsets.length).toBeGreaterThan(0);
    const slices = await e2e.typed('endpointslices', 'default').list('kubernetes.io/service-name=kubernetes');
    expect(slices.items.length).toBeGreaterThan(0);
    const addresses = slices.items.flatMap((slice) => at(slice, 'endpoints') as { addresses: string[] }[]);
    const ports = slices.items.flatMap((slice) => at(slice, 'ports') as { port: number }[]);
    const unique = <T>(values: readonly T[]) => [...new Set(values)].sort();
    expect(unique(addresses.flatMap((one) => one.addresses))).toEqual(
      unique(subsets.flatMap((subset) => subset.addresses.map(({ ip }) => ip))),
    );
    expect(unique(ports.map(({ port }) => port))).toEqual(
      unique(subsets.flatMap((subset) => subset.ports.map(({ port }) => port))),
    );
  });
});

const backend = (name: string): JsonObject => ({ service: { name, port: { number: 8080 } } });
const path = { path: '/', pathType: 'ImplementationSpecific', backend: backend('test-backend') };
const balancer = (ip: string): JsonObject => ({ loadBalancer: { ingress: [{ ip }] } });

async function ingressStatus(client: Resource, { metadata: { name, namespace, uid } }: E2eObject): Promise<void> {
  const patch = { metadata: { annotations: { patchedstatus: 'true' } }, status: balancer('169.1.1.1') };
  expect(await client.patch(name as string, 'merge', patch, 'status')).toMatchObject(patch);
  const status = balancer('169.1.1.2');
  const updated = await client.change(name as string, (ingress) => put(ingress, 'status', status), 'status');
  expect(updated['status']).toEqual(status);
  const read = await e2e.dynamic('ingresses', namespace).get(name as string, 'status');
  expect(read.metadata.uid).toBe(uid);
}

describe('API operations', () => {
  it('EndpointSlice', () =>
    apiOperations(e2e, {
      plural: 'endpointslices',
      namespaced: true,
      body: () => ({
        metadata: { generateName: 'e2e-example-ing' },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['1.2.3.4', '5.6.7.8'] }, { addresses: ['2.2.3.4', '6.6.7.8'] }],
      }),
    }));

  it('Ingress', () =>
    apiOperations(e2e, {
      plural: 'ingresses',
      namespaced: true,
      body: (nth) => ({
        metadata: { generateName: 'e2e-example-ing' },
        spec: {
          defaultBackend: backend('default-backend'),
          rules: [{ host: `host${nth}.bar.com`, http: { paths: [path] } }],
        },
        status: { loadBalancer: {} },
      }),
      more: ingressStatus,
    }));

  it('IngressClass', () =>
    apiOperations(e2e, {
      plural: 'ingressclasses',
      namespaced: false,
      body: (nth) => ({ metadata: { name: `ingressclass${nth}` }, spec: { controller: 'example.com/controller' } }),
    }));

  it('NetworkPolicy', () =>
    apiOperations(e2e, {
      plural: 'networkpolicies',
      namespaced: true,
      body: () => ({
        metadata: { generateName: 'e2e-example-netpol' },
        spec: {
          podSelector: { matchLabels: { 'pod-name': 'test-pod' } },
          ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'ns-name': 'pod-b' } } }] }],
        },
      }),
    }));

  it('ServiceCIDR', async () => {
    const client = e2e.typed('servicecidrs');
    const { metadata } = await client.get('kubernetes');
    const status = await e2e.dynamic('servicecidrs').get('kubernetes', 'status');
    expect(status).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { uid: metadata.uid },
    });
    expect(at(status, 'status.conditions')).toEqual([
      {
        type: 'Ready',
        status: 'True',
        lastTransitionTime: expect.any(String),
        reason: '',
        message: 'Kubernetes default Service CIDR is ready',
      },
    ]);
    const patched = await client.patch('kubernetes', 'merge', '{"metadata":{"annotations":{"patched":"true"}}}');
    expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
    const updated = await client.change('kubernetes', (cidr) => put(cidr, 'metadata.annotations.updated', 'true'));
    expect(updated.metadata.annotations).toMatchObject({ patched: 'true', updated: 'true' });
    expect((await client.list()).items.length).toBeGreaterThan(0);
    const watch = await client.watch();
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'kubernetes' } } });
    watch.stop();
  });

  it('IPAddress', async () => {
    const client = e2e.typed('ipaddresses');
    const parentRef = { group: 'mygroup', resource: 'myresources', namespace: 'foo', name: 'bar' };
    const make = (name: string, type: string) =>
      client.create({ metadata: { name, labels: { type } }, spec: { parentRef } });
    await make('255.255.255.255', 'broadcast');
    await make('fe80::42:1dff:fe84:f9e2', 'link-local');
    const patched = await client.patch('255.255.255.255', 'merge', '{"metadata":{"annotations":{"patched":"true"}}}');
    expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
    const updated = await client.change('255.255.255.255', (ip) => put(ip, 'metadata.annotations.updated', 'true'));
    expect(updated.metadata.annotations).toMatchObject({ updated: 'true' });
    expect(await client.get('255.255.255.255')).toMatchObject({ spec: { parentRef } });
    expect((await client.list('type=broadcast')).items).toHaveLength(1);
    (await client.watch({ labelSelector: 'type=broadcast' })).stop();
    await client.delete('255.255.255.255');
    await client.deleteCollection('type=link-local');
    expect((await client.list('type=link-local')).items).toEqual([]);
  });
});

it('Endpoints should test the lifecycle', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('endpoints', ns);
  const selector = 'test-endpoint-static=true';
  const { metadata } = await e2e.typed('endpoints').list(selector);
  const created = await client.create({
    metadata: { name: 'testservice', labels: { 'test-endpoint-static': 'true' } },
    subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }],
  });
  await client.until(metadata.resourceVersion, selector, ({ type }) => type === 'ADDED');
  const list = await e2e.typed('endpoints').list(selector);
  const found = list.items.find((item) => item.metadata.name === 'testservice' && item.metadata.namespace === ns);
  put(found as E2eObject, 'metadata.labels.test-service', 'updated');
  await client.update(found as E2eObject);
  await client.until(list.metadata.resourceVersion, selector, ({ type }) => type === 'MODIFIED');
  const before = await client.get('testservice');
  expect(before.metadata.labels).toMatchObject({ 'test-service': 'updated' });
  const patched = await client.patch('testservice', 'strategic', {
    metadata: { labels: { 'test-service': 'patched' } },
    subsets: [{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080 }] }],
  });
  expect(isNewer(patched, created)).toBe(true);
  await client.until(before.metadata.resourceVersion as string, selector, ({ type }) => type === 'MODIFIED');
  const read = await client.get('testservice');
  expect(read).toMatchObject({
    metadata: { labels: { 'test-service': 'patched' } },
    subsets: [{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080 }] }],
  });
  await client.deleteCollection(selector);
  await client.until(read.metadata.resourceVersion as string, selector, ({ type }) => type === 'DELETED');
  expect(await isGone(client, 'testservice')).toBe(true);
});

describe('Services', () => {
  const http = { name: 'http', protocol: 'TCP', port: 80, targetPort: 9376 };

  /** The sanity check of the tests' service jig. */
  function expectSane(service: E2eObject, type: string): void {
    expect(at(service, 'spec.type')).toBe(type);
    const isNamed = type === 'ExternalName';
    expect((at(service, 'spec.externalName') ?? '') !== '', 'externalName').toBe(isNamed);
    expect((at(service, 'spec.clusterIP') ?? '') === '', 'clusterIP').toBe(isNamed);
    for (const port of (at(service, 'spec.ports') ?? []) as JsonObject[]) {
      expect(['TCP', 'UDP']).toContain(port['protocol']);
      expect(Boolean(port['nodePort']), 'nodePort').toBe(type === 'NodePort');
    }
    expect(at(service, 'status.loadBalancer.ingress')).toBeUndefined();
  }

  it.each([
    ['ExternalName', 'ClusterIP'],
    ['ExternalName', 'NodePort'],
    ['ClusterIP', 'ExternalName'],
    ['NodePort', 'ExternalName'],
  ])('should be able to change the type from %s to %s', async (from, to) => {
    const client = e2e.typed('services', await e2e.namespace());
    const labels = { testid: 'service' };
    const isNamed = from === 'ExternalName';
    const spec = isNamed ? { externalName: 'foo.example.com' } : { ports: [http] };
    const created = await client.create({
      metadata: { name: 'service', labels },
      spec: { selector: labels, type: from, ...spec },
    });
    expectSane(created, from);
    const updated = await client.change('service', (service) => {
      put(service, 'spec.type', to);
      put(service, 'spec.externalName', isNamed ? '' : 'target.svc.cluster.local');
      if (isNamed) put(service, 'spec.ports', [http]);
    });
    expectSane(updated, to);
    expectSane(await client.get('service'), to);
    await client.delete('service');
  });

  it.each(['ClusterIP', 'NodePort'])('should switch session affinity for service with type %s', async (type) => {
    const client = e2e.typed('services', await e2e.namespace());
    const labels = { testid: 'affinity' };
    const created = await client.create({
      metadata: { name: 'affinity', labels },
      spec: { selector: labels, type, ports: [http], sessionAffinity: 'ClientIP' },
    });
    expectSane(created, type);
    const sticky = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } };
    expect(created).toMatchObject({ spec: sticky });
    const loose = await client.change('affinity', (service) => put(service, 'spec.sessionAffinity', 'None'));
    expect(loose).toMatchObject({ spec: { sessionAffinity: 'None', clusterIP: at(created, 'spec.clusterIP') } });
    expect(at(loose, 'spec.sessionAffinityConfig')).toBeUndefined();
    const again = await client.change('affinity', (service) => put(service, 'spec.sessionAffinity', 'ClientIP'));
    expect(again).toMatchObject({ spec: sticky });
  });

  it('should serve endpoints on same port and different protocols', async () => {
    const client = e2e.typed('services', await e2e.namespace());
    const port = (name: string, protocol: string) => ({ name, protocol, port: 80, targetPort: 9376 });
    const created = await client.create({
      metadata: { name: 'multiprotocol' },
      spec: { selector: { testid: 'multiprotocol' }, ports: [port('tcp-port', 'TCP'), port('udp-port', 'UDP')] },
    });
    expect(at(created, 'spec.ports')).toMatchObject([{ protocol: 'TCP' }, { protocol: 'UDP' }]);
    for (const protocol of ['TCP', 'UDP']) {
      const only = port(`${protocol.toLowerCase()}-port`, protocol);
      const updated = await client.change('multiprotocol', (service) => put(service, 'spec.ports', [only]));
      expect(at(updated, 'spec.ports')).toMatchObject([only]);
    }
  });

  it('should complete a service status lifecycle', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('services', ns);
    const selector = 'test-service-static=true';
    const { metadata } = await e2e.typed('services').list(selector);
    const seen = (holds: (service: E2eObject) => boolean) =>
      client.until(
        metadata.resourceVersion,
        selector,
        ({ object }) => object.metadata.namespace === ns && holds(object),
      );
    await client.create({
      metadata: { name: 'test-service', labels: { 'test-service-static': 'true' } },
      spec: {
        type: 'LoadBalancer',
        ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }],
        loadBalancerClass: 'example.com/internal-vip',
      },
    });
    await seen(({ metadata: { name } }) => name === 'test-service');
    expect(await e2e.dynamic('services', ns).get('test-service', 'status')).toMatchObject({
      status: { loadBalancer: {} },
    });
    const patch = {
      metadata: { annotations: { patchedstatus: 'true' } },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
    };
    expect(await client.patch('test-service', 'merge', patch, 'status')).toMatchObject(patch);
    await seen((service) => service.metadata.annotations?.['patchedstatus'] === 'true');
    const message = 'Set from e2e test';
    const added = { type: 'StatusUpdate', status: 'True', lastTransitionTime: null, reason: 'E2E', message };
    const updated = await client.change(
      'test-service',
      (service) => put(service, 'status.conditions', [added]),
      'status',
    );
    expect(condition(updated, 'StatusUpdate')).toMatchObject({ reason: 'E2E', message });
    await seen((service) => condition(service, 'StatusUpdate')?.['message'] === message);
    await client.patch('test-service', 'strategic', {
      metadata: { labels: { 'test-service': 'patched' } },
      spec: {},
      status: { loadBalancer: {} },
    });
    await seen((service) => service.metadata.labels?.['test-service'] === 'patched');
    expect(await client.get('test-service')).toMatchObject({ status: patch.status });
    await client.delete('test-service');
    await client.until(metadata.resourceVersion, selector, ({ type }) => type === 'DELETED');
  });

  it('should delete a collection of services', async () => {
    const ns = await e2e.namespace();
    const dynamic = e2e.dynamic('services', ns);
    const services = [
      ['e2e-svc-a', 'delete', 8001],
      ['e2e-svc-b', 'delete', 8002],
      ['e2e-svc-c', 'keep', 8003],
    ] as const;
    for (const [name, label, port] of services) {
      await e2e.typed('services', ns).create({
        metadata: { name, labels: { 'e2e-test-service': label } },
        spec: { type: 'ClusterIP', ports: [{ name: 'http', protocol: 'TCP', port, targetPort: port }] },
      });
    }
    expect((await e2e.typed('services', ns).list()).items).toHaveLength(3);
    await dynamic.deleteCollection('e2e-test-service=delete');
    expect((await e2e.typed('services', ns).list()).items).toMatchObject([{ metadata: { name: 'e2e-svc-c' } }]);
  });
});
