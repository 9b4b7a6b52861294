/**
 * Keeps a control plane's keys under DIR/pki: made at the first start, used again later, renewed when they run out.
 * Directories are 0700, files 0600, and every file is written whole or not at all. A certificate authority that lies
 * there already (ca.crt and ca.key) is used; what it has not signed is made anew.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { type KeyedCertificate, keyFits } from '../../util/certificates.ts';
import { writeFileAtomic } from '../../util/write-file.ts';
import { PARTS, type Pki, type PkiOptions, type PkiPart, preparePki, publicKeyFor } from './pki.ts';

const FILES: Readonly<Record<Exclude<PkiPart, 'serviceAccount'>, string>> = {
  ca: 'ca',
  frontProxyCa: 'front-proxy-ca',
  serving: 'apiserver',
  admin: 'admin',
  kubeletClient: 'apiserver-kubelet-client',
  frontProxyClient: 'front-proxy-client',
};
const SIGNERS: Partial<Record<PkiPart, 'ca' | 'frontProxyCa'>> = {
  serving: 'ca',
  admin: 'ca',
  kubeletClient: 'ca',
  frontProxyClient: 'frontProxyCa',
};
/** A certificate with less left than this is renewed. */
const RENEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

export interface LoadedPki {
  readonly pki: Pki;
  /** Parts that were made in this start. */
  readonly made: readonly PkiPart[];
}

/**
 * @throws Error in plain words when a file cannot be read or written, when an authority's key is missing or does not
 * fit, or when an authority has expired.
 */
export async function loadOrCreatePki(directory: string, options: PkiOptions): Promise<LoadedPki> {
  const { saved, ...loaded } = await preparePkiDirectory(directory, options);
  await saved;
  return loaded;
}

/** The same, without waiting for the disk: what was made counts when `saved` has resolved. */
export async function preparePkiDirectory(
  directory: string,
  options: PkiOptions,
): Promise<LoadedPki & { readonly saved: Promise<void> }> {
  const folder = join(directory, 'pki');
  await mkdir(folder, { recursive: true, mode: DIRECTORY_MODE });
  const found = readParts(folder);
  const made = new Set<PkiPart>(PARTS);
  const pki = await preparePki(options, (part, signers) => {
    const usable = usablePart(part, found[part], signers, options, folder);
    if (usable !== undefined) made.delete(part);
    return usable;
  });
  const saved = Promise.all([...made].map((part) => writePart(folder, part, pki))).then(() => {});
  // It may fail before somebody waits for it.
  saved.catch(() => {});
  return { pki, made: [...made], saved };
}

type Found = { [P in PkiPart]?: { cert?: string; key?: string } };

/** A dozen small files at the start of the process: to wait for each of them costs more than to read it. */
function readParts(folder: string): Found {
  const found: Found = {};
  for (const part of PARTS) {
    const [cert, key] = filesOf(part).map((file) => readIfThere(join(folder, file)));
    found[part] = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  }
  return found;
}

/** The public file first. */
function filesOf(part: PkiPart): [string, string] {
  return part === 'serviceAccount' ? ['sa.pub', 'sa.key'] : [`${FILES[part]}.crt`, `${FILES[part]}.key`];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function usablePart(
  part: PkiPart,
  { cert, key }: { cert?: string; key?: string } = {},
  pki: Partial<Pki>,
  options: PkiOptions,
  folder: string,
): Pki[PkiPart] | undefined {
  if (part === 'serviceAccount') return key === undefined ? undefined : usableAccountKey(key, folder);
  if (part === 'ca' || part === 'frontProxyCa') return usableAuthority(part, cert, key, options.now(), folder);
  if (cert === undefined || key === undefined) return undefined;
  const signer = pki[SIGNERS[part] as 'ca' | 'frontProxyCa'] as KeyedCertificate;
  const hosts = part === 'serving' ? options.hosts : [];
  return isGood({ cert, key }, signer, hosts, options.now()) ? { cert, key } : undefined;
}

function usableAccountKey(privateKey: string, folder: string): Pki['serviceAccount'] {
  try {
    return { privateKey, publicKey: publicKeyFor(privateKey) };
  } catch (error) {
    throw new Error(`${join(folder, 'sa.key')} is not a private key in PEM: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function usableAuthority(
  part: 'ca' | 'frontProxyCa',
  cert: string | undefined,
  key: string | undefined,
  now: Date,
  folder: string,
): KeyedCertificate | undefined {
  if (cert === undefined && key === undefined) return undefined;
  const file = join(folder, `${FILES[part]}.crt`);
  if (cert === undefined || key === undefined) {
    throw new Error(
      `${file} and its .key must both be there; restore the missing one or remove the other to start anew`,
    );
  }
  try {
    if (!keyFits({ cert, key })) throw new Error('its .key belongs to another certificate');
    if (now.getTime() > Date.parse(new X509Certificate(cert).validTo)) throw new Error('it has expired');
  } catch (error) {
    throw new Error(`cannot use ${file}: ${(error as Error).message}`, { cause: error });
  }
  return { cert, key };
}

/** Whether a certificate is ours, has its key, lasts, and names all hosts. */
function isGood(pair: KeyedCertificate, signer: KeyedCertificate, hosts: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(pair.cert);
    return (
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      certificate.verify(new X509Certificate(signer.cert).publicKey) &&
      Date.parse(certificate.validTo) - now.getTime() > RENEW_BEFORE_MS &&
      hosts.every((host) => names(certificate, host))
    );
  } catch {
    return false;
  }
}

function names(certificate: X509Certificate, host: string): boolean {
  // Node compiles its pattern for IPv6 addresses when first asked: longer than all the rest here.
  if (host.includes(':') || isIPv4(host)) return certificate.checkIP(host) !== undefined;
  return certificate.checkHost(host, { subject: 'never', wildcards: false }) !== undefined;
}

async function writePart(folder: string, part: PkiPart, pki: Pki): Promise<void> {
  const [publicFile, privateFile] = filesOf(part);
  const [open, secret] =
    part === 'serviceAccount'
      ? [pki.serviceAccount.publicKey, pki.serviceAccount.privateKey]
      : [pki[part].cert, pki[part].key];
  // A damaged certificate is made anew at the next start; an authority or signing key is not.
  const durable = SIGNERS[part] === undefined;
  await Promise.all([
    writeFileAtomic(join(folder, privateFile), secret, FILE_MODE, durable),
    writeFileAtomic(join(folder, publicFile), open, FILE_MODE, durable),
  ]);
}
