/** The keys that service-account tokens are signed and verified by, and the documents that tell others about them. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { BoundTokenClaims, LegacyTokenClaims } from '../../api/service-account-claims.ts';

export interface VerificationKey {
  readonly id: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

const CURVE_ALGORITHMS: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** Loaded when first used: a control plane that issues no token does not pay for it. */
const loadJose = () => import('jose');

export class ServiceAccountKeys {
  readonly #signing: { readonly id: string; readonly algorithm: string; readonly key: KeyObject };
  readonly #verification: readonly VerificationKey[];

  /**
   * PEM texts. Tokens signed by `publicKeys` are accepted besides those of the signing key.
   * @throws Error for keys that are neither RSA nor ECDSA on a NIST curve.
   */
  constructor(options: { readonly signingKey: string; readonly publicKeys?: readonly string[] }) {
    const key = createPrivateKey(options.signingKey);
    const own = verificationKey(createPublicKey(key));
    this.#signing = { id: own.id, algorithm: own.algorithm, key };
    const others = (options.publicKeys ?? []).map((pem) => verificationKey(createPublicKey(pem)));
    this.#verification = [own, ...others.filter((other) => other.id !== own.id)];
  }

  /** A compact JWS. */
  async sign(claims: BoundTokenClaims | LegacyTokenClaims): Promise<string> {
    const { CompactSign } = await loadJose();
    const { id, algorithm, key } = this.#signing;
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: algorithm, kid: id })
      .sign(key);
  }

  /** Whether one of the keys signed the token. A key is used with its own algorithm alone. */
  async verify(token: string, keyId: string | undefined): Promise<boolean> {
    const { compactVerify } = await loadJose();
    for (const { key, algorithm } of this.#candidates(keyId)) {
      try {
        await compactVerify(token, key, { algorithms: [algorithm] });
        return true;
      } catch {
        // The next key may be the one.
      }
    }
    return false;
  }

  #candidates(keyId: string | undefined): readonly VerificationKey[] {
    const named = this.#verification.filter(({ id }) => id === keyId);
    return named.length > 0 ? named : this.#verification;
  }

  get algorithms(): string[] {
    return [...new Set(this.#verification.map(({ algorithm }) => algorithm))];
  }

  /** What /openid/v1/jwks answers (application/jwk-set+json). */
  jwks(): { keys: Record<string, unknown>[] } {
    return { keys: this.#verification.map(({ id, algorithm, key }) => jwk(id, algorithm, key)) };
  }
}

/** What /.well-known/openid-configuration answers. */
export function openidConfiguration(
  issuer: string,
  jwksUri: string,
  keys: ServiceAccountKeys,
): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: keys.algorithms,
  };
}

function jwk(kid: string, alg: string, key: KeyObject): Record<string, unknown> {
  const { kty, ...numbers } = key.export({ format: 'jwk' });
  return { use: 'sig', kty, kid, alg, ...numbers };
}

function verificationKey(key: KeyObject): VerificationKey {
  const spki = key.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(spki).digest('base64url'), algorithm: algorithmOf(key), key };
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  const algorithm = CURVE_ALGORITHMS[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (algorithm !== undefined) return algorithm;
  throw new Error(`service-account keys must be RSA or ECDSA, not ${key.asymmetricKeyType}`);
}
