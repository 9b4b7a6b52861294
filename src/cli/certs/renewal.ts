/** `certs renew`: the same certificate with a new key and a new time, in place. */
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { entryPath, type Kubeconfig, type KubeconfigEntry } from '../../client/kubeconfig.ts';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { CliError } from '../errors.ts';
import { certificatesOf, oneLine } from './certificate-facts.ts';
import { readAuthority, writePrivate } from './certificate-files.ts';
import { lifetimeWithin } from './generate.ts';
import { CLOCK_SKEW_MS, reissueLeaf } from './issue.ts';
import { type KeyPair, type KeyType, keyPairOf, makeKeys, privatePem } from './keys.ts';

export interface RenewOptions {
  /** Authorities that may sign, by preference: those that lie beside the certificate come first. */
  readonly authorities: readonly KeyedCertificate[];
  /** Absent: as long as the old one. */
  readonly ttlMs?: number | undefined;
  readonly keepKey: boolean;
  readonly now: Date;
}

export interface Renewed {
  readonly where: string;
  readonly subject: string;
  readonly notAfter: Date;
}

/** @param pair the old certificate and its key. @throws CliError when no authority signed it */
export async function renewedPair(
  pair: KeyedCertificate,
  where: string,
  options: RenewOptions,
): Promise<KeyedCertificate> {
  const old = certificatesOf(pair.cert)[0];
  if (old === undefined) throw new CliError(`${where} holds no certificate`);
  if (old.ca) {
    throw new CliError(
      `${where} is an authority: a new one has a new key, so everything that it signed must be made anew\nTry this: kctl certs gen ca`,
    );
  }
  const signer = options.authorities.find(({ cert }) => old.verify(new X509Certificate(cert).publicKey));
  if (signer === undefined) throw new CliError(notOurs(where, old, options.authorities));
  const length = options.ttlMs ?? Date.parse(old.validTo) - Date.parse(old.validFrom) - CLOCK_SKEW_MS;
  const { validity } = lifetimeWithin(signer, length, options.now);
  const keys = options.keepKey ? keyPairOf(pair.key, `the key of ${where}`) : await makeKeys(typeOf(old));
  return { cert: await reissueLeaf(signer, keys.publicKey, old.toString(), validity), key: privatePem(keys) };
}

function notOurs(where: string, old: X509Certificate, authorities: readonly KeyedCertificate[]): string {
  const known = authorities.map(({ cert }) => oneLine(new X509Certificate(cert).subject));
  return `${where} was issued by ${oneLine(old.issuer)}, and the key of that authority is not here (${known.join('; ') || 'no authority at all'})\nTry this: --ca DIR`;
}

function typeOf({ publicKey }: X509Certificate): KeyType {
  const { modulusLength = 0, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const types: Readonly<Record<string, KeyType>> = {
    rsa: modulusLength > 2048 ? 'rsa-4096' : 'rsa',
    ed25519: 'ed25519',
    ec: namedCurve === 'secp384r1' ? 'ecdsa-p384' : 'ecdsa',
  };
  return types[(publicKey as KeyPair['publicKey']).asymmetricKeyType ?? ''] ?? 'ecdsa';
}

/** FILE.crt and the FILE.key beside it. */
export async function renewFile(file: string, options: RenewOptions): Promise<Renewed> {
  const keyFile = file.replace(/\.(crt|cert|pem|cer)$/, '.key');
  if (keyFile === file || !existsSync(keyFile))
    throw new CliError(`there is no key beside ${file}: ${basename(keyFile)}`);
  const [cert, key] = await Promise.all([readFile(file, 'utf8'), readFile(keyFile, 'utf8')]);
  const made = await renewedPair({ cert, key }, file, options);
  // The key first: a certificate without its key is worse than a key without its certificate.
  await writePrivate(keyFile, made.key);
  await writePrivate(file, made.cert, 0o644);
  return renewed(file, made);
}

/** Every user with a client certificate. The rest of the file stays as it is, comments too. */
export async function renewKubeconfig(config: Kubeconfig, options: RenewOptions): Promise<Renewed[]> {
  const done: Renewed[] = [];
  for (const [name, entry] of config.users) {
    const where = `user ${JSON.stringify(name)} of ${entry.file}`;
    const { 'client-certificate-data': cert, 'client-key-data': key, 'client-certificate': path } = entry.value;
    if (typeof path === 'string') done.push(await renewFile(entryPath(entry, path), options));
    else if (typeof cert === 'string' && typeof key === 'string') {
      const made = await renewedPair({ cert: decode(cert), key: decode(key) }, where, options);
      await replaceIn(entry, [
        [cert, made.cert],
        [key, made.key],
      ]);
      done.push(renewed(where, made));
    }
  }
  if (done.length === 0) throw new CliError(`${config.files.join(', ')} has no user with a client certificate`);
  return done;
}

/** Everything in a pki folder that an authority there has signed, and the admin kubeconfig. */
export async function directoryTargets(certificates: readonly { where: string; chain: readonly X509Certificate[] }[]) {
  return certificates
    .filter(({ where, chain }) => existsSync(where) && chain[0]?.ca === false)
    .map(({ where }) => where);
}

/** ca and front-proxy-ca that lie beside a file or in a directory, as far as their keys are there. */
export async function authoritiesBeside(path: string): Promise<KeyedCertificate[]> {
  const places = [path, dirname(path), join(dirname(path), 'pki')];
  const found: KeyedCertificate[] = [];
  for (const place of new Set(places)) {
    for (const name of ['ca', 'front-proxy-ca']) {
      const there = [place, join(place, 'pki')].some((dir) => existsSync(join(dir, `${name}.key`)));
      if (there && existsSync(place)) found.push(await readAuthority(place, name));
    }
  }
  return found;
}

function renewed(where: string, { cert }: KeyedCertificate): Renewed {
  const { subject, validTo } = new X509Certificate(cert);
  return { where, subject: oneLine(subject), notAfter: new Date(validTo) };
}

async function replaceIn({ file }: KubeconfigEntry, changes: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [old, value] of changes) {
    if (!text.includes(old))
      throw new CliError(`${file}: its certificates are not on one line each, so they cannot be replaced`);
    text = text.replace(old, Buffer.from(value).toString('base64'));
  }
  await writePrivate(file, text);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
