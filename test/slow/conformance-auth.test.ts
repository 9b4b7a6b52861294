/**
 * Kubernetes' tests of [sig-auth] that need no kubelet, replayed: certificates.go, subjectreviews.go,
 * selfsubjectreviews.go, service_accounts.go (what a container would do with its token is done here), node_authz.go.
 */
import { X509Certificate } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { signingRequest } from '../../src/cli/certs/issue.ts';
import { makeKeys } from '../../src/cli/certs/keys.ts';
import { certificateCredentials, tokenCredentials } from '../../src/client/credentials.ts';
import { createAuthority, privateKeyPem } from '../../src/util/certificates.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  PATIENCE,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import { performOperations } from '../helpers/conformance-operations.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const spaced = (namespace: string) => `/api/v1/namespaces/${namespace}`;

async function request(commonName: string, hosts: readonly string[] = []): Promise<{ csr: string; key: string }> {
  const keys = await makeKeys('rsa');
  const csr = await signingRequest({ subject: { commonName }, hosts } as Parameters<typeof signingRequest>[0], keys);
  return { csr, key: privateKeyPem(keys.privateKey) };
}

describe('Certificates API', () => {
  const group = 'certificates.k8s.io';
  const path = `/apis/${group}/v1/certificatesigningrequests`;

  test('should support building a client with a CSR', async () => {
    const commonName = 'tester-csr';
    const { csr, key } = await request(commonName);
    const body = {
      apiVersion: `${group}/v1`,
      kind: 'CertificateSigningRequest',
      metadata: { generateName: `${commonName}-` },
      spec: {
        request: base64(csr),
        usages: ['digital signature', 'key encipherment', 'client auth'],
        signerName: 'kubernetes.io/kube-apiserver-client',
        expirationSeconds: 3600,
      },
    };
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const role = await server.api.create(`${rbac}/clusterroles`, {
      metadata: { generateName: `${commonName}-` },
      rules: [{ verbs: ['create'], apiGroups: [group], resources: ['certificatesigningrequests'] }],
    });
    await server.api.create(`${rbac}/clusterrolebindings`, {
      metadata: { generateName: `${commonName}-` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: nameOf(role) },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: commonName }],
    });
    const created = await server.api.create(path, body);
    const own = `${path}/${nameOf(created)}`;
    await server.api.change(
      own,
      (found) => {
        const approved = { type: 'Approved', status: 'True', reason: 'E2E', message: 'Set from an e2e test' };
        found['status'] = { conditions: [approved] };
      },
      `${own}/approval`,
    );
    const certificate = async () => String(field(await server.api.get(own), 'status.certificate') ?? '');
    await expect.poll(certificate, PATIENCE).toMatch(/./);
    const cert = Buffer.from(await certificate(), 'base64').toString();
    expect(cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    const { validFromDate, validToDate } = new X509Certificate(cert);
    expect(validToDate.getTime() - validFromDate.getTime()).toBeLessThanOrEqual(65 * 60_000);
    const client = server.as({ credentials: certificateCredentials({ cert, key }), impersonate: {} });
    const second = await client.create(path, body);
    expect(second).toMatchObject({ spec: { username: commonName } });
    await server.api.remove(`${path}/${nameOf(second)}`);
    await server.api.remove(own);
  });

  test('should support CSR API operations', async () => {
    const { csr } = await request('e2e.example.com', ['e2e.example.com']);
    const { cert } = await createAuthority('e2e.example.com', new Date(), 1);
    const signerName = 'example.com/e2e-certificates';
    const spec = {
      request: base64(csr),
      signerName,
      expirationSeconds: 3600,
      usages: ['digital signature', 'key encipherment', 'server auth'],
    };
    const conditions = (object: Thing) => (field(object, 'status.conditions') ?? []) as JsonObject[];
    const condition = (type: string, message: string) => ({
      type,
      status: 'True',
      reason: 'E2E',
      message,
      lastUpdateTime: null,
      lastTransitionTime: null,
    });

    async function subresources(own: string, created: Thing): Promise<void> {
      const identity = { apiVersion: `${group}/v1`, kind: 'CertificateSigningRequest' };
      const approval = await server.api.get(`${own}/approval`);
      expect(approval).toMatchObject({ ...identity, metadata: { uid: created.metadata.uid } });
      const patched = await server.api.patch(`${own}/approval`, 'merge', {
        metadata: { annotations: { patchedapproval: 'true' } },
        status: { conditions: [{ type: 'ApprovalPatch', status: 'True', reason: 'e2e' }] },
      });
      expect(conditions(patched).map(({ type }) => type)).toEqual(['ApprovalPatch']);
      expect(patched.metadata.annotations).toMatchObject({ patchedapproval: 'true' });
      conditions(patched).push(condition('Approved', 'Set from an e2e test'));
      const approved = await server.api.update(`${own}/approval`, patched);
      expect(conditions(approved).map(({ type }) => type)).toEqual(['ApprovalPatch', 'Approved']);

      const status = await server.api.get(`${own}/status`);
      expect(status).toMatchObject({ ...identity, metadata: { uid: created.metadata.uid } });
      const issued = await server.api.patch(`${own}/status`, 'merge', {
        metadata: { annotations: { patchedstatus: 'true' } },
        status: { certificate: base64(cert) },
      });
      expect(issued).toMatchObject({
        metadata: { annotations: { patchedstatus: 'true' } },
        status: { certificate: base64(cert) },
      });
      conditions(issued).push(condition('StatusUpdate', 'Set from an e2e test'));
      const updated = await server.api.update(`${own}/status`, issued);
      expect(conditions(updated)).toHaveLength(conditions(issued).length);
      expect(conditions(updated).at(-1)?.['type']).toBe('StatusUpdate');
    }

    await performOperations(server.api, {
      group,
      version: 'v1',
      kind: 'CertificateSigningRequest',
      resource: 'certificatesigningrequests',
      subresources: ['approval', 'status'],
      spec,
      patched: { expirationSeconds: 3600 },
      select: { fieldSelector: `spec.signerName=${signerName}` },
      more: subresources,
    });
  });
});

test('SubjectReview: should support SubjectReview API operations', async () => {
  const namespace = await server.namespace('subjectreview');
  const account = await server.api.create(`${spaced(namespace)}/serviceaccounts`, { metadata: { name: 'e2e' } });
  const user = `system:serviceaccount:${namespace}:e2e`;
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const uid = String(account.metadata.uid);
  const resourceAttributes = { verb: 'list', resource: 'configmaps', namespace, version: 'v1' };
  const review = async (path: string, kind: string, who: string, metadata: JsonObject = {}) => {
    const body = { kind, metadata, spec: { resourceAttributes, user: who, groups, uid } };
    const made = await server.api.create(path, { apiVersion: 'authorization.k8s.io/v1', ...body });
    return field(made, 'status.allowed');
  };
  const impersonated = server.as({ impersonate: { user, uid, groups } });
  const reason = await impersonated.reasonOf(impersonated.list(`${spaced(namespace)}/configmaps`));
  expect(['', 'Forbidden']).toContain(reason);
  const base = '/apis/authorization.k8s.io/v1';
  expect(await review(`${base}/subjectaccessreviews`, 'SubjectAccessReview', user)).toBe(reason === '');
  const local = `${base}/namespaces/${namespace}/localsubjectaccessreviews`;
  expect(await review(local, 'LocalSubjectAccessReview', 'e2e', { namespace })).toBe(reason === '');
});

test('SelfSubjectReview: should support SelfSubjectReview API operations', async () => {
  const { resources } = await server.api.get<{ resources: { name: string }[] }>('/apis/authentication.k8s.io/v1');
  expect(resources.map(({ name }) => name)).toContain('selfsubjectreviews');
  const groups = ['system:authenticated', 'developers'];
  const extra = { 'known-languages': ['python', 'javascript'] };
  const jane = server.as({ impersonate: { user: 'jane-doe', uid: 'uniq-id', groups, extra } });
  const made = await jane.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: { creationTimestamp: null },
    status: { userInfo: {} },
  });
  expect(field(made, 'status.userInfo')).toEqual({ username: 'jane-doe', uid: 'uniq-id', groups, extra });
});

describe('ServiceAccounts', () => {
  const accounts = (namespace: string) => `${spaced(namespace)}/serviceaccounts`;
  const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

  /** What the kubelet asks for a pod's projected volume. */
  async function podToken(namespace: string, account: string, pod: Thing, audience?: string): Promise<string> {
    const made = await server.api.create(`${accounts(namespace)}/${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds: 3607,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: nameOf(pod), uid: pod.metadata.uid },
      },
    });
    return String(field(made, 'status.token'));
  }

  const pod = (name: string, spec: JsonObject = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { restartPolicy: 'Never', containers: [{ name: 'test', image: 'agnhost' }], ...spec },
  });

  test('no secret-based service account token should be auto-generated', async () => {
    const namespace = await server.namespace('svcaccounts');
    expect((await server.api.get(`${accounts(namespace)}/default`))['secrets']).toBeUndefined();
    expect((await server.api.list(`${spaced(namespace)}/secrets`)).items).toEqual([]);
  });

  test('should mount an API token into pods', async () => {
    const namespace = await server.namespace('svcaccounts');
    await server.api.create(accounts(namespace), { metadata: { name: 'mount-test' } });
    const spec = { serviceAccountName: 'mount-test', terminationGracePeriodSeconds: 0 };
    const made = await server.api.create(`${spaced(namespace)}/pods`, pod('pod-service-account', spec));
    const volume = (field(made, 'spec.volumes') as JsonObject[]).find(({ name }) =>
      String(name).startsWith('kube-api-access-'),
    );
    expect(volume).toMatchObject({
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    });
    const root = await server.api.get(`${spaced(namespace)}/configmaps/kube-root-ca.crt`);
    expect((root['data'] as JsonObject)['ca.crt']).toBe(server.plane.caCertificate);
    const token = await podToken(namespace, 'mount-test', made);
    const review = await server.api.create('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token } });
    expect(review['status']).toMatchObject({
      authenticated: true,
      user: { username: `system:serviceaccount:${namespace}:mount-test` },
    });
    expect(field(review, 'status.error') ?? '').toBe('');
    expect(field(review, 'status.user.groups')).toEqual(
      expect.arrayContaining(['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`]),
    );
    const user = server.as({ credentials: tokenCredentials(token), impersonate: {} });
    const own = await user.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
    expect(field(own, 'status.userInfo.username')).toBe(`system:serviceaccount:${namespace}:mount-test`);
  });

  test('should allow opting out of API token automount', async () => {
    const namespace = await server.namespace('svcaccounts');
    for (const [name, automountServiceAccountToken] of [
      ['mount', true],
      ['nomount', false],
    ] as const) {
      await server.api.create(accounts(namespace), { metadata: { name }, automountServiceAccountToken });
    }
    const cases: readonly [account: string, ofPod: boolean | undefined, mounted: boolean][] = [
      ['default', undefined, true],
      ['mount', undefined, true],
      ['nomount', undefined, false],
      ['default', true, true],
      ['mount', true, true],
      ['nomount', true, true],
      ['default', false, false],
      ['mount', false, false],
      ['nomount', false, false],
    ];
    for (const [i, [serviceAccountName, automountServiceAccountToken, mounted]] of cases.entries()) {
      const body = pod(`pod-service-account-${i}`, { serviceAccountName, automountServiceAccountToken });
      const made = await server.api.create(`${spaced(namespace)}/pods`, body);
      const mounts = (field(made, 'spec.containers.0.volumeMounts') ?? []) as JsonObject[];
      const paths = mounts.map(({ mountPath }) => mountPath);
      expect(paths.includes(MOUNT), `${serviceAccountName} ${automountServiceAccountToken}`).toBe(mounted);
    }
  });

  test('should mount projected service account token', async () => {
    const namespace = await server.namespace('svcaccounts');
    const serviceAccountToken = { path: 'token', expirationSeconds: 3600 };
    const volumes = [{ name: 'test-volume', projected: { sources: [{ serviceAccountToken }] } }];
    const made = await server.api.create(`${spaced(namespace)}/pods`, pod('test-pod', { volumes }));
    expect(field(made, 'spec.volumes.0.projected')).toMatchObject({
      defaultMode: 420,
      sources: [{ serviceAccountToken }],
    });
    expect(await podToken(namespace, 'default', made)).toMatch(
      /^[A-Za-z0-9-_=]+\.[A-Za-z0-9-_=]+\.?[A-Za-z0-9-_.+/=]*$/,
    );
  });

  test('ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer', async () => {
    const namespace = await server.namespace('svcaccounts');
    const made = await server.api.create(`${spaced(namespace)}/pods`, pod('oidc-discovery-validator'));
    const audience = 'oidc-discovery-test';
    const token = await podToken(namespace, 'default', made, audience);
    // The validator reads both documents as its service account, with a token for the API.
    const credentials = tokenCredentials(await podToken(namespace, 'default', made));
    const user = server.as({ credentials, impersonate: {} });
    const configuration = await user.get<{
      issuer: string;
      jwks_uri: string;
      id_token_signing_alg_values_supported: string[];
    }>('/.well-known/openid-configuration');
    const keys = await user.get<JSONWebKeySet>(new URL(configuration.jwks_uri).pathname, {}, { accept: '*/*' });
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: configuration.issuer,
      audience,
    });
    expect(configuration.id_token_signing_alg_values_supported).toContain(protectedHeader.alg);
    expect(payload.sub).toBe(`system:serviceaccount:${namespace}:default`);
    expect(payload['kubernetes.io']).toMatchObject({ namespace, pod: { name: 'oidc-discovery-validator' } });
  });

  test('should run through the lifecycle of a ServiceAccount', async () => {
    const namespace = await server.namespace('svcaccounts');
    const path = accounts(namespace);
    const labels = { 'test-serviceaccount-static': 'true' };
    const labelSelector = 'test-serviceaccount-static=true';
    const made = await server.api.create(path, { metadata: { name: 'testserviceaccount', labels } });
    const own = `${path}/testserviceaccount`;
    expect((await server.api.get(own)).metadata.uid).toBe(made.metadata.uid);
    const watch = await server.api.watch(path, { labelSelector, timeoutSeconds: 180 });
    await watch.until(({ type }) => type === 'ADDED');
    const patch = { metadata: { creationTimestamp: null }, automountServiceAccountToken: false };
    await server.api.patch(own, 'strategic', patch);
    await watch.until(({ type }) => type === 'MODIFIED');
    const { items } = await server.api.list('/api/v1/serviceaccounts', { labelSelector });
    const found = items.find((item) => nameOf(item) === 'testserviceaccount' && item.metadata.namespace === namespace);
    expect(found?.['automountServiceAccountToken']).toBe(false);
    await server.api.remove(path);
    await watch.until(({ type }) => type === 'DELETED');
    watch.stop();
  });

  test('should guarantee kube-root-ca.crt exist in any namespace', async () => {
    const namespace = await server.namespace('svcaccounts');
    const own = `${spaced(namespace)}/configmaps/kube-root-ca.crt`;
    const before = await server.api.get(own);
    await server.api.remove(own, { gracePeriodSeconds: 0 });
    const uid = async () => (await server.api.raw(own)).code;
    await expect.poll(uid, PATIENCE).toBe(200);
    expect((await server.api.get(own)).metadata.uid).not.toBe(before.metadata.uid);
    await server.api.update(own, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt' },
      data: { 'ca.crt': '' },
    });
    const content = async () => ((await server.api.get(own))['data'] as JsonObject)['ca.crt'];
    await expect.poll(content, PATIENCE).toMatch(/./);
  });

  test('should update a ServiceAccount', async () => {
    const namespace = await server.namespace('svcaccounts');
    const path = accounts(namespace);
    const body = { metadata: { name: 'e2e-sa-abcde' }, automountServiceAccountToken: false };
    expect(await server.api.create(path, body)).toMatchObject({ automountServiceAccountToken: false });
    const updated = await server.api.change(`${path}/e2e-sa-abcde`, (found) => {
      found['automountServiceAccountToken'] = true;
    });
    expect(updated['automountServiceAccountToken']).toBe(true);
  });
});

describe('NodeAuthorizer', () => {
  const node = 'node-authz';
  const asNode = () => server.as({ impersonate: { user: `system:node:${node}`, groups: ['system:nodes'] } });

  beforeAll(async () => {
    await server.api.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
  });

  test.each([
    ['secrets', 'Secret', {}],
    ['configmaps', 'ConfigMap', { data: { data: 'content' } }],
  ])('Getting a %s, existing or not, should exit with the Forbidden error', async (resource, kind, more) => {
    const path = `${spaced(await server.namespace('node-authz'))}/${resource}`;
    const client = asNode();
    expect(await client.reasonOf(client.get(`${path}/foo`))).toBe('Forbidden');
    await server.api.create(path, { apiVersion: 'v1', kind, metadata: { name: 'node-auth' }, ...more });
    expect(await client.reasonOf(client.get(`${path}/node-auth`))).toBe('Forbidden');
  });

  test('Getting a secret for a workload the node has access to should succeed', async () => {
    const namespace = await server.namespace('node-authz');
    const secret = `${spaced(namespace)}/secrets/node-auth-secret`;
    const data = { data: base64('keep it secret') };
    await server.api.create(`${spaced(namespace)}/secrets`, { metadata: { name: 'node-auth-secret' }, data });
    const client = asNode();
    expect(await client.reasonOf(client.get(secret))).toBe('Forbidden');
    await server.api.create(`${spaced(namespace)}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pause' },
      spec: {
        containers: [{ name: 'pause', image: 'pause' }],
        nodeName: node,
        volumes: [{ name: 'node-auth-secret', secret: { secretName: 'node-auth-secret' } }],
      },
    });
    await expect.poll(() => client.reasonOf(client.get(secret)), PATIENCE).toBe('');
  });

  test("A node shouldn't be able to create or delete another node", async () => {
    const client = asNode();
    const body = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'foo' } };
    expect(await client.reasonOf(client.create('/api/v1/nodes', body))).toBe('Forbidden');
    expect(await client.reasonOf(client.remove('/api/v1/nodes/foo'))).toBe('Forbidden');
  });

  // node_authn.go: the kubelet asks the API server whose token it was shown, and what that user may do.
  test('The kubelet can delegate ServiceAccount tokens to the API server', async () => {
    const namespace = await server.namespace('node-authn');
    await server.api.create(`${spaced(namespace)}/serviceaccounts`, { metadata: { name: 'node-auth-newsa' } });
    const made = await server.api.create(`${spaced(namespace)}/serviceaccounts/node-auth-newsa/token`, { spec: {} });
    const client = asNode();
    const review = await client.create('/apis/authentication.k8s.io/v1/tokenreviews', {
      spec: { token: field(made, 'status.token') },
    });
    const user = `system:serviceaccount:${namespace}:node-auth-newsa`;
    expect(review['status']).toMatchObject({ authenticated: true, user: { username: user } });
    const access = await client.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      spec: {
        user,
        groups: field(review, 'status.user.groups'),
        resourceAttributes: { verb: 'get', version: 'v1', resource: 'nodes', subresource: 'metrics', name: node },
      },
    });
    expect(field(access, 'status.allowed')).toBe(false);
  });
});
