/** Private keys of certificates: ECDSA P-256 or P-384, RSA, Ed25519. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { CliError } from '../errors.ts';

export const KEY_TYPES = ['ecdsa', 'ecdsa-p384', 'rsa', 'rsa-4096', 'ed25519'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

type SigningAlgorithm = webcrypto.Algorithm & { readonly namedCurve?: string; readonly hash?: string };

const generate = promisify(generateKeyPair);

const MAKERS: Readonly<Record<KeyType, () => Promise<KeyPair>>> = {
  ecdsa: () => generate('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384': () => generate('ec', { namedCurve: 'P-384' }),
  rsa: () => generate('rsa', { modulusLength: 2048 }),
  'rsa-4096': () => generate('rsa', { modulusLength: 4096 }),
  ed25519: () => generate('ed25519'),
};

const CURVES: Readonly<Record<string, readonly [curve: string, hash: string]>> = {
  prime256v1: ['P-256', 'SHA-256'],
  secp384r1: ['P-384', 'SHA-384'],
  secp521r1: ['P-521', 'SHA-512'],
};

export function makeKeys(type: KeyType): Promise<KeyPair> {
  return MAKERS[type]();
}

/** @param pem PKCS #8, SEC 1 or PKCS #1. @throws CliError */
export function keyPairOf(pem: string, where: string): KeyPair {
  try {
    const privateKey = createPrivateKey(pem);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    throw new CliError(`${where} is no private key that can be used: ${(error as Error).message}`, { cause: error });
  }
}

/** PKCS #8. */
export function privatePem({ privateKey }: KeyPair): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function publicPem({ publicKey }: KeyPair): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/** `ECDSA P-256`, `RSA 2048 bits`, `Ed25519` */
export function keyText(key: KeyObject): string {
  const { namedCurve = '', modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return `ECDSA ${CURVES[namedCurve]?.[0] ?? namedCurve}`;
  if (key.asymmetricKeyType === 'rsa') return `RSA ${modulusLength} bits`;
  return key.asymmetricKeyType === 'ed25519' ? 'Ed25519' : (key.asymmetricKeyType ?? 'unknown');
}

export interface WebKeys {
  readonly pair: webcrypto.CryptoKeyPair;
  readonly algorithm: SigningAlgorithm;
}

/** The pair as WebCrypto keys, for @peculiar/x509. @throws CliError for a type that signs no certificates */
export function webKeys({ privateKey, publicKey }: KeyPair): WebKeys {
  const algorithm = signingAlgorithm(privateKey);
  const imported = algorithm as Parameters<KeyObject['toCryptoKey']>[0];
  return {
    pair: {
      privateKey: privateKey.toCryptoKey(imported, true, ['sign']),
      publicKey: publicKey.toCryptoKey(imported, true, ['verify']),
    },
    algorithm,
  };
}

function signingAlgorithm(key: KeyObject): SigningAlgorithm {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ec' && curve !== undefined) {
    return { name: 'ECDSA', namedCurve: curve[0], hash: curve[1] };
  }
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  if (key.asymmetricKeyType === 'ed25519') return { name: 'Ed25519' };
  throw new CliError(`a key of type ${keyText(key)} cannot sign certificates`);
}
