/** Where certificates and tokens are: a file, a directory, a kubeconfig, a server's port. */
import type { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { entryPath, type Kubeconfig, type KubeconfigEntry, parseKubeconfig } from '../../client/kubeconfig.ts';
import { CliError } from '../errors.ts';
import { certificatesOf } from './certificate-facts.ts';

export interface FoundCertificates {
  /** `pki/ca.crt`, `user "alice" of alice.yaml` */
  readonly where: string;
  /** The leaf first. */
  readonly chain: readonly X509Certificate[];
  /** PEM, when it lies beside. */
  readonly key?: string;
  /** PEM of the authority that a kubeconfig trusts. */
  readonly trusted?: string;
  /** Of a server: its name, as it was asked for. */
  readonly host?: string;
}

export interface FoundToken {
  readonly where: string;
  readonly token: string;
}

export interface Found {
  readonly certificates: readonly FoundCertificates[];
  readonly tokens: readonly FoundToken[];
  /** Files that could not be read, each with its reason. */
  readonly problems: readonly string[];
}

const CONNECT_TIMEOUT_MS = 5000;
const CERTIFICATE_FILE = /\.(crt|cert|pem|cer)$/;
const KUBECONFIG_FILE = /(\.kubeconfig|\.conf|kubeconfig(\.ya?ml)?)$/;

/** @param target a file, a directory, or HOST:PORT. @throws CliError when it is none of these */
export async function findCertificates(target: string): Promise<Found> {
  if (existsSync(target)) return statSync(target).isDirectory() ? ofDirectory(target) : ofFile(target);
  const address = /^(?:https:\/\/)?(\[[^\]]+\]|[^:/[\]]+):(\d+)\/?$/.exec(target);
  if (address !== null) return ofServer((address[1] ?? '').replace(/^\[|\]$/g, ''), Number(address[2]));
  throw new CliError(`${target} is neither a file nor a directory nor HOST:PORT`);
}

async function ofFile(file: string): Promise<Found> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
  if (!text.includes('-----BEGIN') && /^\s*(apiVersion|clusters|users|kind)\s*:/m.test(text)) {
    return ofKubeconfig(parseKubeconfig(text, file));
  }
  const chain = readPem(text, file);
  const keyFile = file.replace(CERTIFICATE_FILE, '.key');
  const key = keyFile !== file && existsSync(keyFile) ? await readFile(keyFile, 'utf8') : undefined;
  return {
    certificates: [{ where: file, chain, ...(key === undefined ? {} : { key }) }],
    tokens: [],
    problems: [],
  };
}

function readPem(text: string, where: string): X509Certificate[] {
  let chain: X509Certificate[];
  try {
    chain = certificatesOf(text);
  } catch (error) {
    throw new CliError(`${where} holds a damaged certificate: ${(error as Error).message}`, { cause: error });
  }
  if (chain.length > 0) return chain;
  const what = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1]?.toLowerCase();
  throw new CliError(`${where} holds no certificate${what === undefined ? ' in PEM' : ` but a ${what}`}`);
}

/** Everything in a directory and in its pki folder; what is no certificate is passed over. */
async function ofDirectory(directory: string): Promise<Found> {
  const folders = [directory, join(directory, 'pki')].filter((folder) => existsSync(folder));
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).sort().map((name) => join(folder, name))),
  );
  const wanted = files.flat().filter((file) => CERTIFICATE_FILE.test(file) || KUBECONFIG_FILE.test(file));
  if (wanted.length === 0) throw new CliError(`there are no certificates in ${directory}`);
  const found = await Promise.all(
    wanted.map((file) =>
      ofFile(file).catch((error: Error): Found => ({ certificates: [], tokens: [], problems: [error.message] })),
    ),
  );
  return merged(found);
}

/** What is found twice, as the kubeconfig may lie in the data directory, counts once. */
export function merged(found: readonly Found[]): Found {
  const certificates = found.flatMap((each) => each.certificates);
  const tokens = found.flatMap((each) => each.tokens);
  return {
    certificates: onceEach(certificates, ({ where, chain }) => `${where} ${chain[0]?.fingerprint256}`),
    tokens: onceEach(tokens, ({ where, token }) => `${where} ${token}`),
    problems: found.flatMap(({ problems }) => problems),
  };
}

function onceEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/** Authorities of its clusters, certificates and tokens of its users. */
export async function ofKubeconfig(config: Kubeconfig): Promise<Found> {
  const problems: string[] = [];
  const certificates: FoundCertificates[] = [];
  const tokens: FoundToken[] = [];
  const tryTo = async (where: string, read: () => Promise<void>): Promise<void> => {
    await read().catch((error: Error) => problems.push(`${where}: ${error.message}`));
  };
  for (const [name, entry] of config.clusters) {
    const where = `cluster ${JSON.stringify(name)} of ${entry.file}`;
    await tryTo(where, async () => {
      const text = await material(entry, 'certificate-authority');
      if (text !== undefined) certificates.push({ where, chain: readPem(text, where) });
    });
  }
  for (const [name, entry] of config.users) {
    const where = `user ${JSON.stringify(name)} of ${entry.file}`;
    await tryTo(where, async () => {
      const text = await material(entry, 'client-certificate');
      const key = await material(entry, 'client-key');
      const trusted = await authorityFor(config, name);
      if (text !== undefined) certificates.push({ where, chain: readPem(text, where), key, trusted });
      const token = entry.value['token'];
      if (typeof token === 'string' && token !== '') tokens.push({ where, token });
    });
  }
  return { certificates, tokens, problems };
}

/** The authority of a cluster that a context joins to this user. */
async function authorityFor(config: Kubeconfig, user: string): Promise<string | undefined> {
  for (const { value } of config.contexts.values()) {
    const cluster = value['user'] === user ? config.clusters.get(String(value['cluster'])) : undefined;
    const text = cluster === undefined ? undefined : await material(cluster, 'certificate-authority');
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The text of FIELD-data or of the file FIELD. */
async function material(entry: KubeconfigEntry, field: string): Promise<string | undefined> {
  const data = entry.value[`${field}-data`];
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = entry.value[field];
  return typeof path === 'string' && path !== '' ? readFile(entryPath(entry, path), 'utf8') : undefined;
}

/** What a server shows, trusted or not; nothing is sent to it. */
async function ofServer(host: string, port: number): Promise<Found> {
  const chain = await new Promise<X509Certificate[]>((resolve, reject) => {
    const named = /[a-z]/i.test(host) && !host.includes(':') ? { servername: host } : {};
    const socket = connect({ host, port, ...named, rejectUnauthorized: false, timeout: CONNECT_TIMEOUT_MS });
    socket.once('secureConnect', () => {
      resolve(presented(socket.getPeerX509Certificate()));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)));
    socket.once('error', (error: NodeJS.ErrnoException) => reject(new CliError(connectText(host, port, error))));
  });
  return { certificates: [{ where: `${host}:${port}`, chain, host }], tokens: [], problems: [] };
}

function presented(leaf: X509Certificate | undefined): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next = leaf; next !== undefined && !chain.some((one) => one.raw.equals((next as X509Certificate).raw)); ) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

function connectText(host: string, port: number, { code = '', message }: NodeJS.ErrnoException): string {
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'no such host',
    ECONNRESET: 'it closed the connection',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  };
  return `cannot see the certificate of ${host}:${port}: ${reasons[code] ?? message}`;
}
