/** Requests for certificates: who approves, who signs, what is refused in which words. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateSigningRequest } from '../../src/api/types/certificates-v1.ts';
import { signingRequest } from '../../src/cli/certs/issue.ts';
import { makeKeys } from '../../src/cli/certs/keys.ts';
import { certificateFields } from '../../src/controllers/certificates/certificate-fields.ts';
import { SIGNER_RULES } from '../../src/controllers/certificates/signer-rules.ts';
import { REQUESTS } from '../../src/controllers/certificates/signing-request.ts';
import { parseCertificateRequest } from '../../src/util/certificate-request.ts';
import { startPlane, type TestPlane, until } from './plane.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const NODE = { commonName: 'system:node:n1', organizations: ['system:nodes'] };
const SERVING = ['digital signature', 'key encipherment', 'server auth'];
const CLIENT = ['digital signature', 'client auth'];

async function requestPem(subject: object, hosts: readonly string[] = []): Promise<string> {
  const keys = await makeKeys('ecdsa');
  return signingRequest({ subject, hosts } as Parameters<typeof signingRequest>[0], keys);
}

async function ask(name: string, signerName: string, usages: readonly string[], pem: string): Promise<void> {
  await plane.client.create(REQUESTS, {
    metadata: { name },
    spec: { request: Buffer.from(pem).toString('base64'), signerName, usages, expirationSeconds: 3600 },
  });
}

async function approve(name: string): Promise<void> {
  const request = await plane.client.get<CertificateSigningRequest>({ ...REQUESTS, name });
  const conditions = [{ type: 'Approved', status: 'True', reason: 'x', message: 'y' }];
  await plane.client.update({ ...REQUESTS, name, subresource: 'approval' }, { ...request, status: { conditions } });
}

const typesOf = (request?: CertificateSigningRequest) =>
  (request?.status?.conditions ?? []).map(({ type, reason, message }) => `${type} ${reason} ${message}`);

test('signs what is approved, for as long as was asked', async () => {
  await ask('jane', 'kubernetes.io/kube-apiserver-client', CLIENT, await requestPem({ commonName: 'jane' }));
  await approve('jane');
  const target = { ...REQUESTS, name: 'jane' };
  await until<CertificateSigningRequest>(plane.client, target, (csr) => Boolean(csr?.status?.certificate), true);
  const { status } = await plane.client.get<CertificateSigningRequest>(target);
  const cert = new X509Certificate(Buffer.from(status?.certificate ?? '', 'base64'));
  expect(cert.verify(new X509Certificate(plane.caCertificate).publicKey)).toBe(true);
  expect(cert.subject).toBe('CN=jane');
  expect(Date.parse(cert.validTo) - Date.parse(cert.validFrom)).toBe(3_900_000);
});

test('what the signer refuses is marked as failed', async () => {
  await ask('bad-node', 'kubernetes.io/kubelet-serving', SERVING, await requestPem({ commonName: 'system:node:n' }));
  await approve('bad-node');
  await until(plane.client, { ...REQUESTS, name: 'bad-node' }, typesOf as never, [
    'Approved x y',
    'Failed SignerValidationFailure subject organization is not system:nodes',
  ]);
});

test('a kubelet that may ask is approved', async () => {
  await ask('node', 'kubernetes.io/kube-apiserver-client-kubelet', CLIENT, await requestPem(NODE));
  const target = { ...REQUESTS, name: 'node' };
  await until(plane.client, target, typesOf as never, [
    'Approved AutoApproved Auto approving kubelet client certificate after SubjectAccessReview.',
  ]);
  await until<CertificateSigningRequest>(plane.client, target, (csr) => Boolean(csr?.status?.certificate), true);
});

describe('rules of signers', () => {
  const names = { subject: NODE, dnsNames: [], ipAddresses: [], emailAddresses: [], uris: [] };
  const serving = 'kubernetes.io/kubelet-serving';
  const kubelet = 'kubernetes.io/kube-apiserver-client-kubelet';
  const client = 'kubernetes.io/kube-apiserver-client';
  test.each([
    [serving, { dnsNames: ['n1'] }, SERVING, undefined],
    [serving, { ipAddresses: ['10.0.0.1'] }, ['server auth', 'digital signature'], undefined],
    [serving, {}, SERVING, 'DNS or IP subjectAltName is required'],
    [serving, { dnsNames: ['n'], emailAddresses: ['a@b'] }, SERVING, 'Email subjectAltNames are not allowed'],
    [serving, { dnsNames: ['n'], uris: ['a:b'] }, SERVING, 'URI subjectAltNames are not allowed'],
    [
      serving,
      { dnsNames: ['n'] },
      ['server auth'],
      'usages did not match [digital signature key encipherment server auth]',
    ],
    [
      serving,
      { dnsNames: ['n'], subject: { ...NODE, commonName: 'n' } },
      SERVING,
      'subject common name does not begin with system:node:',
    ],
    [kubelet, {}, CLIENT, undefined],
    [kubelet, { dnsNames: ['n'] }, CLIENT, 'DNS subjectAltNames are not allowed'],
    [kubelet, { ipAddresses: ['::1'] }, CLIENT, 'IP subjectAltNames are not allowed'],
    [kubelet, {}, [...CLIENT, 'server auth'], 'usages did not match [client auth digital signature key encipherment]'],
    [kubelet, { subject: {} }, CLIENT, 'subject organization is not system:nodes'],
    [client, {}, ['client auth'], undefined],
    [client, {}, ['client auth', 'server auth'], 'invalid usage for client certificate: server auth'],
    [client, {}, ['digital signature'], 'missing required usage for client certificate: client auth'],
    ['kubernetes.io/legacy-unknown', { subject: {} }, ['any'], undefined],
  ])('%s %j %j', (signer, changes, usages, fault) => {
    expect(SIGNER_RULES.get(signer)?.({ ...names, ...changes }, usages)).toBe(fault);
  });

  test('no certificate outlives its authority, lives longer than a year or shorter than ten minutes', async () => {
    const request = parseCertificateRequest(await requestPem(NODE));
    const now = new Date('2030-01-01T00:00:00Z');
    const ends = (expirationSeconds: number | undefined, authority = '2040-01-01') =>
      certificateFields(request, { usages: [], expirationSeconds }, now, new Date(authority)).notAfter.toISOString();
    expect(ends(undefined)).toBe('2030-12-31T23:55:00.000Z');
    expect(ends(undefined, '2030-02-01')).toBe('2030-02-01T00:00:00.000Z');
    expect(ends(99_999_999)).toBe('2030-12-31T23:55:00.000Z');
    expect(ends(1)).toBe('2030-01-01T00:10:00.000Z');
    expect(ends(86_400)).toBe('2030-01-01T23:55:00.000Z');
  });
});
