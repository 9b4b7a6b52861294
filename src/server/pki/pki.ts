/** The keys and certificates of one control plane, in memory. pki-directory.ts keeps them on disk. */
import { generateKeyPair } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import {
  createAuthority,
  createCertificate,
  generateKeys,
  type KeyedCertificate,
  privateKeyPem,
  publicKeyOf,
  publicKeyPem,
} from '../../util/certificates.ts';

/** PEM texts. */
export interface Pki {
  /** Signs the serving certificate and client certificates. */
  readonly ca: KeyedCertificate;
  readonly serving: KeyedCertificate;
  /** Client certificate of a member of system:masters. */
  readonly admin: KeyedCertificate;
  /** Signs certificates of proxies that tell who the user is by X-Remote-* headers. */
  readonly frontProxyCa: KeyedCertificate;
  /** What this server shows to extension API servers. */
  readonly frontProxyClient: KeyedCertificate;
  /** What this server shows to kubelets. */
  readonly kubeletClient: KeyedCertificate;
  readonly serviceAccount: { readonly privateKey: string; readonly publicKey: string };
}

export type PkiPart = keyof Pki;

export interface PkiOptions {
  /** Names and addresses that the serving certificate must hold. */
  readonly hosts: readonly string[];
  readonly now: () => Date;
  /** Default ES256, which costs nothing to make; RS256 is what kubeadm makes. */
  readonly serviceAccountAlgorithm?: 'ES256' | 'RS256';
}

const CA_DAYS = 3650;
const LEAF_DAYS = 365;
const RSA_BITS = 2048;

/** How each part is made; what it is signed by comes first (STAGES). */
export const MAKERS: {
  readonly [P in PkiPart]: (made: Partial<Pki>, options: PkiOptions) => Promise<Pki[P]>;
} = {
  ca: (_, { now }) => createAuthority('kctl-ca', now(), CA_DAYS),
  frontProxyCa: (_, { now }) => createAuthority('kctl-front-proxy-ca', now(), CA_DAYS),
  serving: ({ ca }, { hosts, now }) => {
    const subject = { commonName: 'kube-apiserver' };
    const names = {
      dnsNames: hosts.filter((host) => isIP(host) === 0),
      ipAddresses: hosts.filter((host) => isIP(host) !== 0),
    };
    return createCertificate(
      ca as KeyedCertificate,
      { subject, ...names, extendedKeyUsages: ['serverAuth'] },
      now(),
      LEAF_DAYS,
    );
  },
  admin: ({ ca }, { now }) => clientCertificate(ca as KeyedCertificate, 'kubernetes-admin', ['system:masters'], now()),
  kubeletClient: ({ ca }, { now }) =>
    clientCertificate(ca as KeyedCertificate, 'kube-apiserver-kubelet-client', ['system:masters'], now()),
  frontProxyClient: ({ frontProxyCa }, { now }) =>
    clientCertificate(frontProxyCa as KeyedCertificate, 'front-proxy-client', [], now()),
  serviceAccount: (_, { serviceAccountAlgorithm = 'ES256' }) => serviceAccountKeys(serviceAccountAlgorithm),
};

/** The parts of a stage need those of the stages before it, and are made at the same time. */
export const STAGES: readonly (readonly PkiPart[])[] = [
  ['ca', 'frontProxyCa'],
  ['serving', 'admin', 'kubeletClient', 'frontProxyClient'],
];

export const PARTS: readonly PkiPart[] = [...STAGES.flat(), 'serviceAccount'];

/** A client certificate as kube-apiserver reads it: the common name is the user, organizations are groups. */
export function clientCertificate(
  ca: KeyedCertificate,
  user: string,
  groups: readonly string[],
  now: Date,
  days = LEAF_DAYS,
): Promise<KeyedCertificate> {
  const subject = { commonName: user, organizations: groups };
  return createCertificate(ca, { subject, extendedKeyUsages: ['clientAuth'] }, now, days);
}

async function serviceAccountKeys(algorithm: 'ES256' | 'RS256'): Promise<Pki['serviceAccount']> {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeys() : await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  return { privateKey: privateKeyPem(privateKey), publicKey: publicKeyPem(publicKey) };
}

/** Everything new. */
export async function makePki(options: PkiOptions): Promise<Pki> {
  return preparePki(options, () => undefined);
}

/** Takes what `found` has, given what its signers are, and makes the rest. */
export async function preparePki(
  options: PkiOptions,
  found: (part: PkiPart, signers: Partial<Pki>) => Pki[PkiPart] | undefined,
): Promise<Pki> {
  const parts: Record<string, unknown> = {};
  const prepare = async (part: PkiPart): Promise<void> => {
    parts[part] = found(part, parts) ?? (await MAKERS[part](parts, options));
  };
  const signed = async (): Promise<void> => {
    for (const stage of STAGES) await Promise.all(stage.map(prepare));
  };
  // An RSA key takes another thread longer than all certificates take this one.
  await Promise.all([prepare('serviceAccount'), signed()]);
  return parts as unknown as Pki;
}

/** The public key file's text for a private key that came alone. */
export function publicKeyFor(privateKey: string): string {
  return publicKeyPem(publicKeyOf(privateKey));
}
