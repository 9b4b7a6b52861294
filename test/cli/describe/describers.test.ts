/** What a server of Kubernetes 1.36 does not bring about, or not without effort. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { describeObject } from '../../../src/cli/describe/describers.ts';
import { RestClient } from '../../../src/client/rest-client.ts';

/** A server that answers nothing but 404. */
const client = new RestClient({
  transport: {
    send: async () => ({
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: (async function* () {
        yield Buffer.from(
          JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'no', code: 404 }),
        );
      })(),
    }),
  } as never,
});
const around = { client, showEvents: true, now: Date.parse('2030-01-01T00:00:00Z') };
const metadata = { name: 'a', namespace: 'n', creationTimestamp: '2029-01-01T00:00:00Z' };

function described(
  object: Omit<KubeObject, 'metadata'> & { [field: string]: unknown },
  group: string,
): Promise<string> {
  return describeObject({ metadata, ...object } as KubeObject, { kind: String(object.kind), group }, around);
}

test.each([
  [{ targetCPUUtilizationPercentage: 70 }, {}, ['Target CPU utilization: 70%', 'Current CPU utilization: <unknown>%']],
  [{ targetCPUUtilizationPercentage: 7 }, { currentCPUUtilizationPercentage: 9 }, ['Current CPU utilization: 9%']],
])('an autoscaler of a server without autoscaling/v2: %j', async (spec, status, lines) => {
  const object = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    spec: { ...spec, maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    status: { ...status, currentReplicas: 1 },
  };
  const text = (await described(object, 'autoscaling')).replace(/ +/g, ' ');
  expect(text.split('\n')).toEqual(expect.arrayContaining(lines));
  expect(text).toMatch(
    /^Min replicas: <unset>\nMax replicas: 3\nDeployment pods: 1 current \/ 0 desired\nEvents: <none>$/m,
  );
});

test('a namespace of a server without quotas', async () => {
  const text = await described({ apiVersion: 'v1', kind: 'Namespace', status: { phase: 'Active' } }, '');
  expect(text).toMatch(/^Status: +Active\n$/m);
});

test.each([
  ['none', ''],
  ['no PEM', Buffer.from('x').toString('base64')],
  [
    'no request',
    Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n').toString('base64'),
  ],
])('a signing request with %s', async (_, request) => {
  const object = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', spec: { request } };
  await expect(described(object, 'certificates.k8s.io')).rejects.toThrow(/^Error parsing CSR: /);
});

test('a volume of an unknown kind', async () => {
  const spec = { containers: [], volumes: [{ name: 'v', other: {} }] };
  expect(await described({ apiVersion: 'v1', kind: 'Pod', spec }, '')).toContain('Volumes:\n  v:\n  <unknown>\n');
});

test('a node is not described without its pods, unless they may not be read', async () => {
  await expect(described({ apiVersion: 'v1', kind: 'Node' }, '')).rejects.toThrow('no');
});
