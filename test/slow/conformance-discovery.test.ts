/**
 * Kubernetes' conformance tests of what a server says about itself, replayed: discovery.go, aggregated_discovery.go,
 * server_version.go, health_handlers.go, openapiv3.go, apiserver_serving_cert_sans.go.
 */
import { createHash } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConformanceServer, field, PATIENCE, startConformanceServer } from '../helpers/conformance.ts';
import { DEFINITIONS, define, definition, undefine } from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

/** Group, version and a resource of each that every cluster has. */
const EXPECTED = `v1/namespaces
admissionregistration.k8s.io/v1/validatingwebhookconfigurations
apiextensions.k8s.io/v1/customresourcedefinitions
apiregistration.k8s.io/v1/apiservices
apps/v1/deployments
authentication.k8s.io/v1/tokenreviews
authorization.k8s.io/v1/selfsubjectaccessreviews
autoscaling/v1/horizontalpodautoscalers
autoscaling/v2/horizontalpodautoscalers
batch/v1/jobs
certificates.k8s.io/v1/certificatesigningrequests
coordination.k8s.io/v1/leases
discovery.k8s.io/v1/endpointslices
events.k8s.io/v1/events
networking.k8s.io/v1/ingresses
node.k8s.io/v1/runtimeclasses
policy/v1/poddisruptionbudgets
scheduling.k8s.io/v1/priorityclasses
storage.k8s.io/v1/csinodes`.split('\n');

interface Resources {
  groupVersion: string;
  resources: { name: string; storageVersionHash?: string }[];
}

describe('Discovery', () => {
  interface Group {
    name: string;
    versions: { groupVersion: string }[];
    preferredVersion: { groupVersion: string };
  }

  test('should validate PreferredVersion for each APIGroup', async () => {
    const { groups } = await server.api.get<{ groups: Group[] }>('/apis/');
    expect(groups).not.toEqual([]);
    for (const { name } of groups.filter((group) => !group.name.endsWith('.example.com'))) {
      const group = await server.api.get<Group>(`/apis/${name}/`);
      expect(group.versions).not.toEqual([]);
      expect(group.versions.map(({ groupVersion }) => groupVersion)).toContain(group.preferredVersion.groupVersion);
    }
  });

  test.each(EXPECTED)('should locate the groupVersion and a resource within each APIGroup: %s', async (each) => {
    const groupVersion = each.slice(0, each.lastIndexOf('/'));
    const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
    const list = await server.api.get<Resources>(path);
    expect(list.groupVersion).toBe(groupVersion);
    expect(list.resources.map(({ name }) => `${groupVersion}/${name}`)).toContain(each);
  });

  test('should accurately determine present and missing resources', async () => {
    const names = async (path: string) => (await server.api.get<Resources>(path)).resources.map(({ name }) => name);
    expect(await names('/api/v1')).toContain('namespaces');
    expect(await names('/apis/apps/v1')).toContain('deployments');
    expect(await names('/apis/apps/v1')).not.toContain('please-dont-ever-create-this');
    expect(await server.api.reasonOf(server.api.get('/apis/not-these-apps/v1'))).toBe('NotFound');
  });

  test('Custom resource should have storage version hash', async () => {
    const group = 'discovery-test.example.com';
    const wanted = definition(group, [{ name: 'v1' }]);
    await define(server.api, wanted);
    const { resources } = await server.api.get<Resources>(`/apis/${group}/v1`);
    const digest = createHash('sha256').update(`${group}/v1/${wanted.spec.names.kind}`).digest();
    const found = resources.find(({ name }) => name === wanted.spec.names.plural);
    expect(found?.storageVersionHash).toBe(digest.subarray(0, 8).toString('base64'));
  });
});

describe('AggregatedDiscovery', () => {
  const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  interface Aggregated {
    items: {
      metadata?: { name?: string };
      versions: { version: string; freshness: string; resources: { resource: string }[] }[];
    }[];
  }

  const present = ({ items }: Aggregated): string[] =>
    items.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.map(({ resource }) => {
          const group = metadata?.name ?? '';
          return group === '' ? `${version}/${resource}` : `${group}/${version}/${resource}`;
        }),
      ),
    );
  const ask = (path: string) => server.api.get<Aggregated>(path, {}, { accept: ACCEPT });

  test('should support raw aggregated discovery endpoint Accept headers', async () => {
    const [core, ...others] = EXPECTED;
    expect(present(await ask('/apis'))).toEqual(expect.arrayContaining(others));
    expect(present(await ask('/api'))).toContain(core);
  });

  test('should support raw aggregated discovery request for CRDs', async () => {
    const group = 'aggregated-raw.example.com';
    const wanted = definition(group, [{ name: 'v1' }], { scope: 'Namespaced' });
    await server.api.create(DEFINITIONS, wanted);
    const resource = `${group}/v1/${wanted.spec.names.plural}`;
    await expect.poll(async () => present(await ask('/apis')), PATIENCE).toContain(resource);
  });

  test('should support aggregated discovery interface', async () => {
    // client-go asks with all of these at once, most wanted first, and takes what comes.
    const accept = [ACCEPT, ACCEPT.replace('v=v2', 'v=v2beta1'), 'application/json'].join(',');
    for (const [path, wanted] of [
      ['/api', EXPECTED.slice(0, 1)],
      ['/apis', EXPECTED.slice(1)],
    ] as const) {
      const list = await server.api.get<Aggregated>(path, {}, { accept });
      expect(field(list, 'kind')).toBe('APIGroupDiscoveryList');
      expect(present(list)).toEqual(expect.arrayContaining([...wanted]));
      expect(list.items.flatMap(({ versions }) => versions.map(({ freshness }) => freshness))).not.toContain('Stale');
    }
  });
});

test('server version: should find the server version', async () => {
  const { major, minor } = await server.api.get<{ major: string; minor: string }>('/version');
  expect(major).toMatch(/^[1-9]$/);
  expect(minor).toMatch(/^\d+\D*$/);
});

/** What every server must report; /readyz has informer-sync besides. */
const CHECKS = `ping
log
etcd
poststarthook/start-apiserver-admission-initializer
poststarthook/generic-apiserver-start-informers
poststarthook/start-apiextensions-informers
poststarthook/start-apiextensions-controllers
poststarthook/crd-informer-synced
poststarthook/bootstrap-controller
poststarthook/start-system-namespaces-controller
poststarthook/scheduling/bootstrap-system-priority-classes
poststarthook/start-cluster-authentication-info-controller
poststarthook/start-kube-aggregator-informers
poststarthook/apiservice-registration-controller
poststarthook/apiservice-status-local-available-controller
poststarthook/apiservice-status-remote-available-controller
poststarthook/kube-apiserver-autoregistration
autoregister-completion
poststarthook/apiservice-openapi-controller`.split('\n');

test.each([
  ['healthz', CHECKS],
  ['livez', CHECKS],
  ['readyz', [...CHECKS, 'informer-sync']],
])('health handlers should contain necessary checks: /%s', async (endpoint, checks) => {
  const { code, text } = await server.api.raw(`/${endpoint}?verbose=1`);
  expect(code).toBe(200);
  expect(text.split('\n')).toEqual(expect.arrayContaining(checks.map((name) => `[+]${name} ok`)));
});

describe('OpenAPIV3', () => {
  interface Root {
    paths: Record<string, { serverRelativeURL: string }>;
  }
  const document = async (path: string) => {
    const { paths } = await server.api.get<Root>('/openapi/v3');
    const entry = paths[path];
    return entry === undefined ? undefined : server.api.get<Record<string, unknown>>(entry.serverRelativeURL);
  };

  test('should round trip OpenAPI V3 for all built-in group versions', async () => {
    const { paths } = await server.api.get<Root>('/openapi/v3');
    const builtIn = Object.entries(paths).filter(([path]) =>
      /^apis\/(apps|autoscaling|batch|policy|\S+k8s\.io)\//.test(path),
    );
    expect(builtIn.length).toBeGreaterThan(20);
    for (const [path, { serverRelativeURL }] of builtIn) {
      const spec = await server.api.get<{ openapi: string; info: { title: string } }>(serverRelativeURL);
      expect(spec, path).toMatchObject({ openapi: '3.0.0', info: { title: 'Kubernetes' } });
      expect(serverRelativeURL).toContain(`/openapi/v3/${path}?hash=`);
    }
  });

  test('should publish OpenAPI V3 for CustomResourceDefinition', async () => {
    const group = 'openapi-v3.example.com';
    const wanted = definition(group, [{ name: 'v1beta1' }], { scope: 'Namespaced' });
    await define(server.api, wanted);
    const key = `apis/${group}/v1beta1`;
    await expect.poll(() => document(key), PATIENCE).toBeDefined();
    const names = Object.keys(field(await document(key), 'components.schemas') as object);
    expect(names).toContain(`com.example.openapi-v3.v1beta1.${wanted.spec.names.kind}`);
    await undefine(server.api, wanted);
    await expect.poll(() => document(key), PATIENCE).toBeUndefined();
  });
});

test('kube-apiserver serving certificate should include the in-cluster kubernetes service names', async () => {
  const { hostname, port } = new URL(server.plane.url);
  const names = await new Promise<string>((done, fail) => {
    const socket = connect({ host: hostname, port: Number(port), ca: server.plane.caCertificate }, () => {
      done(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    });
    socket.once('error', fail);
  });
  const dns = names.split(', ').map((name) => name.replace('DNS:', ''));
  const kubernetes = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  expect(dns).toEqual(expect.arrayContaining([...kubernetes, 'kubernetes.default.svc.cluster.local']));
});
