/** Why a token is not accepted, found by looking at it with the server's own documents. */
import { createPublicKey, verify, type webcrypto } from 'node:crypto';
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { expiryWords, instant, spanWords } from '../certs/words.ts';
import { claimsOf, headerOf } from './claims.ts';
import { tokenFacts } from './token-facts.ts';

/** How the signatures of JWTs are made (RFC 7518). */
const ALGORITHMS: Readonly<Record<string, { readonly hash: string | null; readonly dsaEncoding?: 'ieee-p1363' }>> = {
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
  ES256: { hash: 'sha256', dsaEncoding: 'ieee-p1363' },
  ES384: { hash: 'sha384', dsaEncoding: 'ieee-p1363' },
  ES512: { hash: 'sha512', dsaEncoding: 'ieee-p1363' },
  EdDSA: { hash: null },
};

/** What the token itself gives away. One sentence each. */
export function timeProblems(token: string, now: Date): string[] {
  const { expires, notBefore } = tokenFacts(token);
  if (expires !== undefined && expires < now) return [`it ${expiryWords(expires, now)}, at ${instant(expires)}`];
  if (notBefore !== undefined && notBefore > now) {
    return [`it is valid only in ${spanWords(notBefore.getTime() - now.getTime())}: is the clock right?`];
  }
  return [];
}

/** @param keys JWKs. One sentence each; empty when one of the keys signed it. */
export function signatureProblems(token: string, keys: readonly JsonObject[]): string[] {
  const { kid, alg } = headerOf(token) ?? {};
  const algorithm = ALGORITHMS[String(alg)];
  if (algorithm === undefined) return [`its algorithm ${String(alg)} is not accepted`];
  const named = typeof kid === 'string' ? keys.filter((key) => key['kid'] === kid) : keys;
  if (named.length === 0) {
    return [
      `it was signed with the key ${String(kid)}, which is none of the server's (${keys.map((key) => key['kid']).join(', ') || 'it has none'}): it is from another cluster, or the key was replaced`,
    ];
  }
  return named.some((key) => isSignedBy(token, key, algorithm))
    ? []
    : ['its signature is wrong: it was changed or cut'];
}

function isSignedBy(token: string, key: JsonObject, { hash, dsaEncoding }: (typeof ALGORITHMS)[string]): boolean {
  const end = token.lastIndexOf('.');
  try {
    const publicKey = createPublicKey({ key: key as webcrypto.JsonWebKey, format: 'jwk' });
    const signature = Buffer.from(token.slice(end + 1), 'base64url');
    return verify(
      hash,
      Buffer.from(token.slice(0, end)),
      dsaEncoding ? { key: publicKey, dsaEncoding } : publicKey,
      signature,
    );
  } catch {
    return false;
  }
}

/** Why this server would refuse it, from its issuer's documents; '' parts that may not be read are passed over. */
export async function serverProblems(token: string, client: RestClient): Promise<string[]> {
  const claims = claimsOf(token);
  if (claims === undefined) return [];
  const [configuration, jwks] = await Promise.all([
    document(client, '/.well-known/openid-configuration'),
    document(client, '/openid/v1/jwks'),
  ]);
  const issuer = configuration?.['issuer'];
  const problems: string[] = [];
  if (issuer !== undefined && claims['iss'] !== issuer) {
    problems.push(`its issuer is ${String(claims['iss'])}, the server's is ${String(issuer)}`);
  }
  const keys = Array.isArray(jwks?.['keys']) ? jwks['keys'].filter(isObject) : undefined;
  return keys === undefined ? problems : [...problems, ...signatureProblems(token, keys)];
}

async function document(client: RestClient, path: string): Promise<JsonObject | undefined> {
  try {
    const value = parseJson(await client.text('GET', path, { headers: { accept: '*/*' } }));
    return isObject(value) ? value : undefined;
  } catch {
    // A server may keep these to itself; then they explain nothing.
    return undefined;
  }
}
