import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import type { IPAddress } from '../../../../src/api/types/networking-v1.ts';
import { endpoints } from '../../../../src/server/kinds/core/endpoints.ts';
import {
  type ServiceAllocationOptions,
  serviceAllocation,
} from '../../../../src/server/kinds/core/service-allocation.ts';
import { parsePortRange } from '../../../../src/server/kinds/core/service-node-ports.ts';
import { servicesKind } from '../../../../src/server/kinds/core/services.ts';
import type { Companion, Kind } from '../../../../src/server/kinds/kind.ts';
import { ipaddresses } from '../../../../src/server/kinds/networking/ipaddresses.ts';
import { servicecidrs } from '../../../../src/server/kinds/networking/servicecidrs.ts';
import { openMemoryStore } from '../../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { type Answer, RegistryPlayer } from '../registry-player.ts';

const PORTS = '/registry/ranges/servicenodeports/';
const IPS = '/registry/networking.k8s.io/ipaddresses/';

let store: Store;
let player: RegistryPlayer;
let services: Kind;

function allocate(more: Partial<ServiceAllocationOptions> = {}): NonNullable<ReturnType<typeof serviceAllocation>> {
  return serviceAllocation({
    clusterIPRanges: ['10.0.0.0/24'],
    nodePortRange: '30000-30031',
    get: (key) => store.get(key),
    list: (options) => store.list(options),
    random: () => 0,
    ...more,
  });
}

/** As after a restart: nothing is remembered but what the store holds. */
function restart(more: Partial<ServiceAllocationOptions> = {}): void {
  services = servicesKind(allocate(more));
}

beforeEach(() => {
  store = openMemoryStore();
  player = new RegistryPlayer(store);
  restart();
});
afterEach(() => player.close());

function service(name: string, spec: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
}

async function create(name: string, spec: JsonObject = {}): Promise<JsonObject> {
  const { status, body } = await player.create(services, service(name, spec));
  expect((body as { message?: string }).message).toBeUndefined();
  expect(status).toBe(201);
  return body.spec as JsonObject;
}

function messageOf({ body }: Answer): string {
  return String((body as JsonObject).message);
}

async function keys(prefix: string): Promise<string[]> {
  return (await store.list({ prefix })).entries.map(({ key }) => key.slice(prefix.length));
}

const ports = (spec: JsonObject): unknown[] => (spec.ports as JsonObject[]).map(({ nodePort }) => nodePort);

describe('cluster IPs', () => {
  it('come from the upper band first and are stored as IPAddress objects with the service', async () => {
    const spec = await create('web');
    expect(spec).toMatchObject({
      clusterIP: '10.0.0.17',
      clusterIPs: ['10.0.0.17'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    const address = (await player.get(ipaddresses, '10.0.0.17')).body as IPAddress;
    expect(address.spec).toEqual({ parentRef: { resource: 'services', namespace: 'ns', name: 'web' } });
    expect(address.metadata?.labels).toEqual({
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    });
    const stored = (await player.get(services, 'web')).body as KubeObject;
    expect(address.metadata?.resourceVersion).toBe(stored.metadata.resourceVersion);
  });

  it('are never given twice, not even after a restart or to writers at once', async () => {
    const first = await create('first');
    restart();
    const others = await Promise.all(Array.from({ length: 40 }, (_, i) => create(`s${i}`)));
    const all = [first, ...others].map(({ clusterIP }) => clusterIP);
    expect(new Set(all).size).toBe(41);
  });

  it('run out', async () => {
    restart({ clusterIPRanges: ['10.0.0.0/29'] });
    for (let i = 0; i < 6; i++) await create(`s${i}`);
    const refused = await player.create(services, service('late'));
    expect(messageOf(refused)).toBe('Internal error occurred: failed to allocate a serviceIP: range is full');
    expect(await keys(IPS)).toHaveLength(6);
  });

  it('come from ready ServiceCIDR objects too', async () => {
    restart({ clusterIPRanges: ['10.0.0.0/30'] });
    await create('a');
    await create('b');
    const cidr = { metadata: { name: 'more' }, spec: { cidrs: ['10.7.0.0/28'] } };
    await player.create(servicecidrs, { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', ...cidr });
    expect((await create('c')).clusterIP).toBe('10.7.0.1');
    expect((await create('d', { clusterIP: '10.7.0.9' })).clusterIP).toBe('10.7.0.9');
    const status = { conditions: [{ type: 'Ready', status: 'False', reason: 'x', message: '' }] };
    await player.merge(servicecidrs, 'more', { status }, 'status');
    expect(messageOf(await player.create(services, service('e')))).toContain('range is full');
  });

  it.each([
    ['10.0.0.9', 'provided IP is already allocated'],
    ['192.0.2.1', 'the provided network does not match the current range'],
    ['10.0.0.0', 'the provided network does not match the current range'],
    ['10.0.0.255', 'the provided network does not match the current range'],
  ])('refuses %s: %s', async (clusterIP, why) => {
    await create('holder', { clusterIP: '10.0.0.9' });
    const refused = await player.create(services, service('x', { clusterIP }));
    expect(refused.status).toBe(422);
    expect(messageOf(refused)).toBe(
      `Service "x" is invalid: spec.clusterIPs: Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: ${why}`,
    );
  });

  it('go with the service, in its commit, and can be given again', async () => {
    await create('web', { clusterIP: '10.0.0.9' });
    await player.create(endpoints, { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' } });
    await player.delete(services, 'web');
    expect(await keys(IPS)).toEqual([]);
    expect((await player.get(endpoints, 'web')).status).toBe(404);
    await create('again', { clusterIP: '10.0.0.9' });
  });

  it('leave an address alone that belongs to something else by now', async () => {
    await create('web', { clusterIP: '10.0.0.9' });
    const parentRef = { group: 'gateway.example.com', resource: 'gateways', name: 'g' };
    await player.delete(ipaddresses, '10.0.0.9');
    const address = { metadata: { name: '10.0.0.9' }, spec: { parentRef } };
    await player.create(ipaddresses, { apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', ...address });
    await player.delete(services, 'web');
    expect(await keys(IPS)).toEqual(['10.0.0.9']);
  });

  it.each([
    ['headless', { clusterIP: 'None', selector: { a: 'b' } }, ['IPv4']],
    ['headless without selector', { clusterIP: 'None' }, ['IPv4', 'IPv6']],
    ['ExternalName', { type: 'ExternalName', externalName: 'a.example.com' }, undefined],
  ])('are not given to services that are %s', async (_, spec, families) => {
    expect((await create('x', spec)).ipFamilies).toEqual(families);
    expect(await keys(IPS)).toEqual([]);
  });

  it('nothing is taken by a refused or a dry run', async () => {
    const dry = await player.create(services, service('x', { type: 'NodePort' }), true);
    expect(dry.body.spec).toMatchObject({ clusterIP: '10.0.0.0', ports: [{ nodePort: 32_769 }] });
    await player.create(services, service('x', { selector: { 'bad key': 'x' } }));
    expect(await keys('/registry/')).toEqual([]);
    expect((await create('y')).clusterIP).toBe('10.0.0.17');
  });

  it.each([
    [
      { clusterIP: '192.0.2.1' },
      'the provided IP (192.0.2.1) is not in the valid range. The range of valid IPs is 10.0.0.0/24',
    ],
    [{ type: 'NodePort', ports: [{ port: 1, nodePort: 30_001 }] }, 'provided port is already allocated'],
  ])('a dry run of %j says: %s', async (spec, why) => {
    await create('holder', { type: 'NodePort', ports: [{ port: 1, nodePort: 30_001 }] });
    expect(messageOf(await player.create(services, service('x', spec), true))).toContain(why);
  });
});

describe('two families', () => {
  beforeEach(() => restart({ clusterIPRanges: ['10.0.0.0/24', 'fd00::/108'] }));

  it.each([
    [{}, ['10.0.0.17']],
    [{ ipFamilies: ['IPv6'] }, ['fd00::101']],
    [{ ipFamilyPolicy: 'PreferDualStack' }, ['10.0.0.17', 'fd00::101']],
    [{ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }, ['fd00::101', '10.0.0.17']],
    [{ clusterIP: 'fd00::5', ipFamilyPolicy: 'PreferDualStack' }, ['fd00::5', '10.0.0.17']],
  ])('%j gives %j', async (spec, ips) => {
    expect((await create('x', spec)).clusterIPs).toEqual(ips);
    expect((await keys(IPS)).sort()).toEqual([...ips].sort());
  });

  it('come and go with the policy', async () => {
    await create('x');
    const up = await player.merge(services, 'x', { spec: { ipFamilyPolicy: 'PreferDualStack' } });
    expect(up.body.spec).toMatchObject({ clusterIPs: ['10.0.0.17', 'fd00::101'], ipFamilies: ['IPv4', 'IPv6'] });
    const kept = await player.merge(services, 'x', { spec: { ipFamilies: ['IPv4'] } });
    expect(messageOf(kept)).toContain('spec.ipFamilyPolicy');
    expect(messageOf(kept)).toContain("'SingleStack'");
    const down = await player.merge(services, 'x', { spec: { ipFamilyPolicy: 'SingleStack' } });
    expect(down.body.spec).toMatchObject({ clusterIPs: ['10.0.0.17'], ipFamilies: ['IPv4'] });
    expect(await keys(IPS)).toEqual(['10.0.0.17']);
  });

  it.each([
    [['10.0.0.0/24'], { ipFamilyPolicy: 'RequireDualStack' }, 'this cluster is not configured for dual-stack services'],
    [
      ['10.0.0.0/24'],
      { ipFamilies: ['IPv6'] },
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      ['10.0.0.0/24'],
      { clusterIP: 'fd00::1' },
      'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured',
    ],
    [
      ['10.0.0.0/24', 'fd00::/108'],
      { clusterIP: '10.0.0.5', clusterIPs: ['10.0.0.5', 'fd00::1'] },
      "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
    ],
  ])('with %j %j is refused: %s', async (clusterIPRanges, spec, why) => {
    restart({ clusterIPRanges });
    expect(messageOf(await player.create(services, service('x', spec)))).toContain(why);
    expect(await keys(IPS)).toEqual([]);
  });
});

describe('node ports', () => {
  const two = [
    { name: 'a', port: 53 },
    { name: 'b', port: 53, protocol: 'UDP' },
  ];

  it('are shared by ports of one number, kept by updates and freed by changes of type', async () => {
    const spec = await create('x', { type: 'NodePort', ports: two });
    expect(ports(spec)).toEqual([30_016, 30_016]);
    expect(await keys(PORTS)).toEqual(['30016']);
    const put = await player.put(services, 'x', service('x', { type: 'NodePort', ports: two.slice(1) }));
    expect(ports(put.body.spec as JsonObject)).toEqual([30_016]);
    const balanced = await player.merge(services, 'x', {
      spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    });
    expect(balanced.body.spec).toMatchObject({ healthCheckNodePort: 30_017, allocateLoadBalancerNodePorts: true });
    expect(await keys(PORTS)).toEqual(['30016', '30017']);
    const plain = await player.merge(services, 'x', { spec: { type: 'ClusterIP' } });
    expect(plain.status).toBe(200);
    expect(await keys(PORTS)).toEqual([]);
  });

  it('go with the service', async () => {
    await create('x', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(await keys(PORTS)).toHaveLength(2);
    await player.delete(services, 'x');
    expect(await keys('/registry/')).toEqual([]);
  });

  it('are not given to load balancers that want none', async () => {
    const spec = await create('x', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false });
    expect(ports(spec)).toEqual([undefined]);
    const asked = {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: false,
      ports: [{ port: 1, nodePort: 30_005 }],
    };
    expect(ports(await create('y', asked))).toEqual([30_005]);
    expect(await keys(PORTS)).toEqual(['30005']);
  });

  it.each([
    [30_001, 'provided port is already allocated'],
    [80, 'provided port is not in the valid range. The range of valid ports is 30000-30031'],
  ])('refuses %i: %s', async (nodePort, why) => {
    await create('holder', { type: 'NodePort', ports: [{ port: 1, nodePort: 30_001 }] });
    const expected = `Service "x" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: ${why}`;
    const wanted = { type: 'NodePort', ports: [{ port: 80, nodePort }] };
    expect(messageOf(await player.create(services, service('x', wanted)))).toBe(expected);
    await create('x');
    expect(messageOf(await player.merge(services, 'x', { spec: wanted }))).toBe(expected);
  });

  it('run out, and are found while any is free', async () => {
    for (let i = 0; i < 32; i++) await create(`s${i}`, { type: 'NodePort' });
    const refused = await player.create(services, service('late', { type: 'NodePort' }));
    expect(messageOf(refused)).toBe('Internal error occurred: failed to allocate a nodePort: range is full');
    const held = ports((await player.get(services, 's7')).body.spec as JsonObject)[0];
    await player.delete(services, 's7');
    restart();
    expect(ports(await create('late', { type: 'NodePort' }))).toEqual([held]);
  });

  it('are taken by one of two writers only', async () => {
    const wanted = { type: 'NodePort', ports: [{ port: 1, nodePort: 30_003 }] };
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => player.create(services, service(name, wanted))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
    expect(await keys(PORTS)).toEqual(['30003']);
  });

  it.each([
    ['30000-32767', { first: 30_000, last: 32_767 }],
    ['30000+2767', { first: 30_000, last: 32_767 }],
    ['30000', { first: 30_000, last: 30_000 }],
  ])('reads the range %s', (text, range) => {
    expect(parsePortRange(text)).toEqual(range);
  });

  it.each(['', 'x', '0-10', '30000-29999', '1-70000', '1-2-3'])('refuses the range %j', (text) => {
    expect(() => parsePortRange(text)).toThrow('not a range of ports');
  });
});

describe('a write that fails', () => {
  it('leaves nothing held, so that the next one may have it', async () => {
    const companion = allocate();
    const object = { metadata: { name: 'x', namespace: 'ns' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } };
    const change = () =>
      ({ operation: 'create', object: structuredClone(object), old: undefined, dryRun: false }) as const;
    const first: Companion = await companion(change());
    const second = await companion(change());
    const held = (c: Companion) => c.mutations.map(({ key }) => key);
    expect(held(second)).not.toEqual(held(first));
    first.settle(false);
    second.settle(false);
    expect(held(await companion(change()))).toEqual(held(first));
    expect(await keys('/registry/')).toEqual([]);
  });

  it.each([[[]], [['10.0.0.0']], [['10.0.0.0/24', '10.1.0.0/24']]])('bad cluster IP ranges: %j', (clusterIPRanges) => {
    expect(() => allocate({ clusterIPRanges })).toThrow(/range/);
  });
});
