import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPemBlock, parseCertificateRequest } from '../../src/util/certificate-request.ts';
import { createAuthority, createCertificate, keyFits, parseBundle, pem } from '../../src/util/certificates.ts';
import { children, oid, readAll, readOid, unsignedInteger } from '../../src/util/der.ts';
import { subjectOfCertificate } from '../../src/util/distinguished-name.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const authority = await createAuthority('test-ca', NOW, 10);

const fields = {
  subject: { commonName: 'jané', organizations: ['dev', 'q/a=b,c'], uid: '42' },
  extendedKeyUsages: ['serverAuth', 'clientAuth'],
  dnsNames: ['localhost', '*.example.com'],
  ipAddresses: ['127.0.0.1', '::1', '2001:db8::7', '::ffff:1.2.3.4'],
  uris: ['spiffe://x/y'],
} as const;
const made = await createCertificate(authority, fields, NOW, 1);

describe('certificates', () => {
  const certificate = new X509Certificate(made.cert);
  const ca = new X509Certificate(authority.cert);
  it('are signed by their authority', () => {
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(keyFits(made)).toBe(true);
    expect(keyFits({ cert: made.cert, key: authority.key })).toBe(false);
  });
  it('say what they may be used for', () => {
    expect(ca.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.subjectAltName).toContain('DNS:*.example.com');
    expect(certificate.subjectAltName).toContain('URI:spiffe://x/y');
    expect(certificate.checkHost('a.example.com')).toBeDefined();
    for (const address of ['127.0.0.1', '::1', '2001:db8::7']) expect(certificate.checkIP(address)).toBeDefined();
    expect(certificate.checkIP('2001:db8::8')).toBeUndefined();
  });
  it('last beyond the year 2050', async () => {
    const { cert } = await createAuthority('old', new Date('2049-12-31T00:00:00Z'), 400);
    expect(new Date(new X509Certificate(cert).validTo)).toEqual(new Date('2051-02-04T00:00:00Z'));
  });
  it('refuse an address that is none', async () => {
    await expect(createCertificate(authority, { subject: {}, ipAddresses: ['10.0.0'] }, NOW, 1)).rejects.toThrow(
      RangeError,
    );
  });
  it('hold for a day, from five minutes ago', () => {
    expect(new Date(certificate.validFrom)).toEqual(new Date('2029-12-31T23:55:00Z'));
    expect(new Date(certificate.validTo)).toEqual(new Date('2030-01-02T00:00:00Z'));
  });
  it('keep the subject byte by byte', () => {
    expect(subjectOfCertificate(certificate.raw)).toEqual({
      commonName: 'jané',
      organizations: ['dev', 'q/a=b,c'],
      organizationalUnits: [],
      uid: '42',
    });
  });
  it('have serial numbers of their own', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => createAuthority('x', NOW, 1)));
    expect(new Set(many.map(({ cert }) => new X509Certificate(cert).serialNumber)).size).toBe(20);
  });
  it('please openssl', () => {
    const text = execFileSync('openssl', ['x509', '-noout', '-text'], { input: made.cert }).toString();
    expect(text).toContain('X509v3 Basic Constraints: critical\n                CA:FALSE');
    expect(text).toContain('Signature Algorithm: ecdsa-with-SHA256');
  });
  it('come out of a bundle', () => {
    expect(parseBundle(`# ours\n${authority.cert}\n# theirs\n${made.cert}`)).toHaveLength(2);
    expect(parseBundle('nothing')).toEqual([]);
  });
});

describe('signing requests', () => {
  const DEV =
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIZk1JR0ZBZ0VBTUNNeERUQUxCZ05WQkFvTUJHUmxkbk14RWpBUUJnTlZCQU1NQ1dGMWRHaHVMV1JsZGpCWgpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJISSt4cThuNW9nUFM4MDlGemRaTGV3d3Y1QjR4aWo4CjdTUHpncHNMY1pCQ3VQMXBuaGpjU2NhakNpalFIWmJDUHB1UmtRRG9odWZmNHdDcXJVQ1A3V21nQURBS0JnZ3EKaGtqT1BRUURBZ05KQURCR0FpRUEzVnU0U3VNNWtYZWI1c2JtRjFxZkdsbHZsUDRFRUpSL0xUY3BiellHVVM0QwpJUUN3UDNKT3FHck83TW4yZ0s5dVlIRWw2S29KcU0xNHI0Njh2QU9VTHpWQmNnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
  const SERVING =
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQktUQ0IwQUlCQURBMk1SVXdFd1lEVlFRS0RBeHplWE4wWlcwNmJtOWtaWE14SFRBYkJnTlZCQU1NRkhONQpjM1JsYlRwdWIyUmxPbUYxZEdodUxXNHhNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVrRXQ4CjFHODhwakZaMHNwM2xpZFdyMnI3OGhTa3BOUDF4ZVU4S3RtL1ZvWHkxZDh3czZ2dUhyK1NSKzFRdWFiN2w2NTUKcUQ4cnAxUXhZUUkrd1YxTmQ2QTRNRFlHQ1NxR1NJYjNEUUVKRGpFcE1DY3dKUVlEVlIwUkJCNHdISUlVWVhWMAphRzR0YmpFdVpYaGhiWEJzWlM1amIyMkhCTUFBQWswd0NnWUlLb1pJemowRUF3SURTQUF3UlFJZ1RQelNJckxZCkxENGtHSFVKQUM4Nk1saGJSRlZ6NGNtUml2d3c5VGltWVFjQ0lRQ3RxWDgxc3NkRkNiNVFCV3BMRHlXOWlNM2sKWjRVa3JZR3JUMzRQWGlqKzB3PT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
  const text = (base64: string) => Buffer.from(base64, 'base64').toString();
  it('give their subject and names', () => {
    expect(parseCertificateRequest(text(DEV))).toMatchObject({
      subject: { commonName: 'authn-dev', organizations: ['devs'] },
      dnsNames: [],
      verified: true,
    });
    expect(parseCertificateRequest(text(SERVING))).toMatchObject({
      subject: { commonName: 'system:node:authn-n1', organizations: ['system:nodes'] },
      dnsNames: ['authn-n1.example.com'],
      ipAddresses: ['192.0.2.77'],
      verified: true,
    });
  });
  it('are not taken when somebody changed them', () => {
    const { bytes } = firstPemBlock(text(DEV)) as { bytes: Buffer };
    const changed = Buffer.from(bytes);
    changed.write('devz', changed.indexOf('devs'));
    expect(parseCertificateRequest(pem('CERTIFICATE REQUEST', changed)).verified).toBe(false);
  });
  it.each(['not pem', authority.cert, ''])('refuse other texts', (given) => {
    expect(() => parseCertificateRequest(given)).toThrow('PEM block type must be CERTIFICATE REQUEST');
  });
  it('never hang or crash on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseCertificateRequest(pem('CERTIFICATE REQUEST', Buffer.from(bytes)))).toThrow();
      }),
    );
  });
});

describe('DER', () => {
  it.each(['1.2.840.10045.4.3.2', '2.5.29.37.0', '1.3.6.1.4.1.57683.2', '2.999.3'])('%s', (text) =>
    expect(readOid(readAll(oid(text))[0])).toBe(text),
  );
  it('writes numbers that stay positive', () => {
    expect(unsignedInteger(Buffer.from([0x80])).toString('hex')).toBe('02020080');
    expect(unsignedInteger(Buffer.from([0, 0, 1])).toString('hex')).toBe('020101');
  });
  it.each(['30', '3005', '30800000', '1f01', '308500000000ff'])('refuses %s', (hex) => {
    expect(() => children(readAll(Buffer.from(hex, 'hex'))[0])).toThrow(RangeError);
  });
});
