/** `certs gen …`: from wishes to files, for one certificate. */
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { defaultDataDir } from '../data-directory.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../io.ts';
import { readAuthority, refuseToOverwrite, writePrivate } from './certificate-files.ts';
import type { GenFlags } from './gen-flags.ts';
import { issueLeaf, type LeafFields, type Validity, validFor } from './issue.ts';
import { makeKeys, privatePem } from './keys.ts';
import { expiryWords, instant } from './words.ts';

export interface Generated {
  readonly certificate: KeyedCertificate;
  readonly files: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}

/** @param base of NAME.crt and NAME.key. @throws CliError */
export async function generate(
  fields: LeafFields,
  base: string,
  flags: GenFlags,
  env: Terminal['env'],
): Promise<Generated> {
  const files = targetFiles(flags, base);
  refuseToOverwrite(files, flags.force);
  const home = flags.ca ?? defaultDataDir(env);
  const authority = await readAuthority(home);
  const { validity, notes } = lifetimeWithin(authority, flags.ttl, new Date());
  const keys = await makeKeys(flags['key-type']);
  const cert = await issueLeaf(authority, keys.publicKey, fields, validity);
  const certificate = { cert, key: privatePem(keys) };
  await writeAs(flags, files, { certificate, authority, home, name: fields.subject.commonName }, env);
  return { certificate, files, notes: [...notes, ...warningsOf(fields)] };
}

/** A certificate is worth nothing once its authority has ended. @throws CliError when that is already so */
export function lifetimeWithin(
  { cert }: KeyedCertificate,
  ttlMs: number,
  now: Date,
): { validity: Validity; notes: string[] } {
  const end = new Date(new X509Certificate(cert).validTo);
  if (end < now) throw new CliError(`the authority cannot sign any more: it ${expiryWords(end, now)}`);
  const validity = validFor(now, ttlMs);
  if (validity.notAfter <= end) return { validity, notes: [] };
  return {
    validity: { ...validity, notAfter: end },
    notes: [`The authority ends before --ttl does: valid until ${instant(end)} only.`],
  };
}

function warningsOf({ subject, purposes }: LeafFields): string[] {
  if (!purposes.includes('client') || !(subject.organizations ?? []).includes('system:masters')) return [];
  return ['system:masters passes every check, and nothing takes this certificate back before it ends.'];
}

function targetFiles({ dir, kubeconfig, pkcs12 }: GenFlags, base: string): string[] {
  if (kubeconfig !== undefined && pkcs12 !== undefined) {
    throw new CliError('choose one of --kubeconfig and --pkcs12');
  }
  const whole = kubeconfig ?? pkcs12;
  if (whole !== undefined) return [resolve(whole)];
  const name = base.replaceAll(/[^A-Za-z0-9._@-]+/g, '-').replace(/^[.-]+/, '') || 'certificate';
  return [join(resolve(dir), `${name}.crt`), join(resolve(dir), `${name}.key`)];
}

interface Made {
  readonly certificate: KeyedCertificate;
  readonly authority: KeyedCertificate;
  readonly home: string;
  readonly name: string;
}

async function writeAs(flags: GenFlags, files: readonly string[], made: Made, env: Terminal['env']): Promise<void> {
  const [first = '', second = ''] = files;
  if (flags.kubeconfig !== undefined) return writePrivate(first, await kubeconfigText(flags, made));
  if (flags.pkcs12 !== undefined) return writePrivate(first, await pkcs12Bytes(flags, made, env));
  await writePrivate(second, made.certificate.key);
  await writePrivate(first, made.certificate.cert, 0o644);
}

async function kubeconfigText(flags: GenFlags, { certificate, authority, home, name: user }: Made): Promise<string> {
  const { userKubeconfig } = await import('./user-kubeconfig.ts');
  const server = flags.server ?? (await serverBeside(home));
  return userKubeconfig({
    server,
    ca: authority.cert,
    user,
    credentials: certificate,
    ...(flags.namespace ? { namespace: flags.namespace } : {}),
  });
}

async function pkcs12Bytes(
  { password }: GenFlags,
  { certificate, authority, name }: Made,
  env: Terminal['env'],
): Promise<Buffer> {
  const secret = password ?? env['KCTL_PASSWORD'];
  if (!secret) throw new CliError('a PKCS #12 file needs a password: --password or KCTL_PASSWORD');
  const { pkcs12 } = await import('./pkcs12.ts');
  return pkcs12({ ...certificate, chain: [authority.cert], name }, secret);
}

/** The server of DIR/admin.kubeconfig, or of the one above a pki folder. @throws CliError */
export async function serverBeside(directory: string): Promise<string> {
  const { loadKubeconfig } = await import('../../client/kubeconfig.ts');
  const places = [directory, join(directory, '..'), join(directory, '..', '..')];
  const file = places.map((place) => join(place, 'admin.kubeconfig')).find((path) => existsSync(path));
  const config = file === undefined ? undefined : await loadKubeconfig({ file });
  const [cluster] = config?.clusters.values() ?? [];
  const server = cluster?.value['server'];
  if (typeof server === 'string') return server;
  throw new CliError(
    `no admin.kubeconfig beside ${directory} says where the server is\nTry this: --server https://HOST:PORT`,
  );
}
