import { expect, test } from 'vitest';
import { unauthorizedCause } from '../../../src/cli/auth/unauthorized-cause.ts';
import type { ClientConfig } from '../../../src/client/client-config.ts';
import { basicCredentials, certificateCredentials, NO_CREDENTIALS } from '../../../src/client/credentials.ts';
import { createAuthority, createCertificate } from '../../../src/util/certificates.ts';

const DAY = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * DAY);
const authority = await createAuthority('our-ca', days(-100), 1000);
const other = await createAuthority('their-ca', days(-100), 1000);

async function causeOf(
  issuer: typeof authority,
  from: Date,
  until: Date,
  usages: readonly ('clientAuth' | 'serverAuth')[],
) {
  const fields = { subject: { commonName: 'alice' }, extendedKeyUsages: usages };
  const certificate = await createCertificate(issuer, fields, from, (until.getTime() - from.getTime()) / DAY);
  return unauthorizedCause(config({ credentials: certificateCredentials(certificate) }), now);
}

function config(more: Partial<ClientConfig>): ClientConfig {
  return {
    server: 'https://x',
    insecureSkipTlsVerify: false,
    credentials: NO_CREDENTIALS,
    impersonate: {},
    namespace: 'default',
    context: 'lab',
    caCertificates: authority.cert,
    ...more,
  };
}

test.each<[string, typeof authority, number, number, ('clientAuth' | 'serverAuth')[], RegExp]>([
  [
    'expired',
    authority,
    -10,
    -3,
    ['clientAuth'],
    /^the client certificate of "alice": it expired 3 days ago, on 2026-05-29T/,
  ],
  ['not yet valid', authority, 2, 9, ['clientAuth'], /it is valid only from 2026-06-02T.*is the clock right\?/],
  ['of a server', authority, -1, 9, ['serverAuth'], /it is for servers, not for clients/],
  [
    'of another authority',
    other,
    -1,
    9,
    ['clientAuth'],
    /was issued by CN=their-ca, which is not among the cluster's authority/,
  ],
  ['good', authority, -1, 9, ['clientAuth'], /seems good \(9 days left\): perhaps the server trusts another authority/],
])('a certificate that is %s', async (_, issuer, from, until, usages, expected) => {
  const [cause, ...more] = await causeOf(issuer, days(from), days(until), usages);
  expect(cause).toMatch(expected);
  expect(more).toEqual([]);
});

test('other credentials', async () => {
  expect(await unauthorizedCause(config({}))).toEqual([
    'the kubeconfig (context lab) has no certificate and no token, and this server does not let strangers in',
  ]);
  const basic = config({ credentials: basicCredentials('a', 'b') });
  expect(await unauthorizedCause(basic)).toEqual(['Kubernetes takes no user names with passwords']);
  const broken = { ...NO_CREDENTIALS, headers: () => Promise.reject(new Error('aws: not found')) };
  expect(await unauthorizedCause(config({ credentials: broken }))).toEqual([
    'the credentials cannot be read: aws: not found',
  ]);
});
