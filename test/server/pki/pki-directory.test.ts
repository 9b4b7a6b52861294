import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeAdminKubeconfig } from '../../../src/server/pki/kubeconfig.ts';
import { makePki, PARTS } from '../../../src/server/pki/pki.ts';
import { loadOrCreatePki } from '../../../src/server/pki/pki-directory.ts';
import { servingHosts } from '../../../src/server/pki/serving-hosts.ts';
import { createAuthority } from '../../../src/util/certificates.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;
const options = { hosts: ['localhost', '127.0.0.1', '::1'], now: () => NOW };

describe('data directory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kctl-pki-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is made at the first start and used at later ones', async () => {
    const first = await loadOrCreatePki(directory, options);
    expect(first.made).toEqual(PARTS);
    const second = await loadOrCreatePki(directory, options);
    expect(second.made).toEqual([]);
    expect(second.pki).toEqual(first.pki);
  });
  it('keeps secrets to its owner', async () => {
    await loadOrCreatePki(join(directory, 'deep', 'er'), options);
    const folder = join(directory, 'deep', 'er', 'pki');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const files = await readdir(folder);
    expect(files.sort()).toEqual(
      ['admin', 'apiserver', 'apiserver-kubelet-client', 'ca', 'front-proxy-ca', 'front-proxy-client']
        .flatMap((name) => [`${name}.crt`, `${name}.key`])
        .concat('sa.key', 'sa.pub')
        .sort(),
    );
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });
  it('signs what it should, for whom it should', async () => {
    const { pki } = await loadOrCreatePki(directory, options);
    const ca = new X509Certificate(pki.ca.cert);
    expect(new X509Certificate(pki.serving.cert).verify(ca.publicKey)).toBe(true);
    expect(new X509Certificate(pki.admin.cert).subject).toBe('O=system:masters\nCN=kubernetes-admin');
    expect(new X509Certificate(pki.frontProxyClient.cert).verify(ca.publicKey)).toBe(false);
  });
  it('renews the serving certificate for a new host, and nothing else', async () => {
    await loadOrCreatePki(directory, options);
    const { made, pki } = await loadOrCreatePki(directory, {
      ...options,
      hosts: [...options.hosts, '10.0.0.7', 'box.example.com'],
    });
    expect(made).toEqual(['serving']);
    expect(new X509Certificate(pki.serving.cert).checkIP('10.0.0.7')).toBe('10.0.0.7');
    expect((await loadOrCreatePki(directory, options)).made).toEqual([]);
  });
  it('renews leaf certificates before they run out', async () => {
    await loadOrCreatePki(directory, options);
    expect(
      (await loadOrCreatePki(directory, { ...options, now: () => new Date(NOW.getTime() + 300 * DAY) })).made,
    ).toEqual([]);
    const { made } = await loadOrCreatePki(directory, { ...options, now: () => new Date(NOW.getTime() + 340 * DAY) });
    expect(made).toEqual(['serving', 'admin', 'kubeletClient', 'frontProxyClient']);
  });
  it('takes an authority that the user brings, and signs all anew with it', async () => {
    await loadOrCreatePki(directory, options);
    const own = await createAuthority('own', NOW, 100);
    await writeFile(join(directory, 'pki', 'ca.crt'), own.cert);
    await writeFile(join(directory, 'pki', 'ca.key'), own.key);
    const { pki, made } = await loadOrCreatePki(directory, options);
    expect(pki.ca).toEqual(own);
    expect(made).toEqual(['serving', 'admin', 'kubeletClient']);
  });
  it('makes a damaged certificate anew', async () => {
    await loadOrCreatePki(directory, options);
    await writeFile(join(directory, 'pki', 'apiserver.crt'), '');
    expect((await loadOrCreatePki(directory, options)).made).toEqual(['serving']);
  });
  it('says what is wrong with an authority', async () => {
    await loadOrCreatePki(directory, options);
    const later = { ...options, now: () => new Date(NOW.getTime() + 3651 * DAY) };
    await expect(loadOrCreatePki(directory, later)).rejects.toThrow(/ca\.crt: it has expired$/);
    await writeFile(join(directory, 'pki', 'ca.key'), (await createAuthority('other', NOW, 1)).key);
    await expect(loadOrCreatePki(directory, options)).rejects.toThrow(
      /ca\.crt: its \.key belongs to another certificate$/,
    );
    await rm(join(directory, 'pki', 'ca.key'));
    await expect(loadOrCreatePki(directory, options)).rejects.toThrow(/must both be there/);
  });
  it('refuses a service-account key that is none', async () => {
    await loadOrCreatePki(directory, options);
    await writeFile(join(directory, 'pki', 'sa.key'), 'nonsense');
    await expect(loadOrCreatePki(directory, options)).rejects.toThrow(/sa\.key is not a private key in PEM/);
  });
  it('does not reuse an authority that it cannot read', async () => {
    if (process.getuid?.() === 0) return;
    await loadOrCreatePki(directory, options);
    await chmod(join(directory, 'pki', 'ca.key'), 0);
    await expect(loadOrCreatePki(directory, options)).rejects.toThrow(/cannot read/);
  });
  it('leaves no temporary files', async () => {
    await Promise.all([loadOrCreatePki(directory, options), loadOrCreatePki(directory, options)]);
    expect((await readdir(join(directory, 'pki'))).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
  it('writes a kubeconfig that needs no other file', async () => {
    const { pki } = await loadOrCreatePki(directory, options);
    const file = await writeAdminKubeconfig(directory, pki, 'https://127.0.0.1:6443');
    expect(file).toBe(join(directory, 'admin.kubeconfig'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const config = parse(await readFile(file, 'utf8'));
    expect(config.clusters[0].cluster.server).toBe('https://127.0.0.1:6443');
    expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(
      pki.ca.cert,
    );
    expect(Buffer.from(config.users[0].user['client-key-data'], 'base64').toString()).toBe(pki.admin.key);
    expect(config.contexts[0].context).toEqual({ cluster: config.clusters[0].name, user: config.users[0].name });
    expect(config['current-context']).toBe(config.contexts[0].name);
  });
});

describe('keys in memory', () => {
  it('are elliptic, which takes milliseconds where RSA takes a second', async () => {
    const { serviceAccount } = await makePki(options);
    expect(createPrivateKey(serviceAccount.privateKey)).toMatchObject({
      asymmetricKeyType: 'ec',
      asymmetricKeyDetails: { namedCurve: 'prime256v1' },
    });
  });
  it('may sign tokens by RSA', async () => {
    const { serviceAccount } = await makePki({ ...options, serviceAccountAlgorithm: 'RS256' });
    expect(serviceAccount.publicKey).toContain('PUBLIC KEY');
    expect(serviceAccount.privateKey.length).toBeGreaterThan(1000);
  });
});

describe('serving hosts', () => {
  it('hold the names of the service and no wildcard address', () => {
    const hosts = servingHosts({
      serviceAddress: '10.96.0.1',
      addresses: ['0.0.0.0', '::', '192.0.2.1'],
      extra: ['api.example.com', 'localhost'],
    });
    expect(hosts).toEqual(
      expect.arrayContaining([
        'localhost',
        '127.0.0.1',
        '::1',
        'kubernetes.default.svc.cluster.local',
        '10.96.0.1',
        '192.0.2.1',
        'api.example.com',
      ]),
    );
    expect(hosts).not.toContain('0.0.0.0');
    expect(new Set(hosts).size).toBe(hosts.length);
  });
});
