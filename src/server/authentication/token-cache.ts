/** Remembers good tokens for a few seconds; imitates apiserver pkg/authentication/token/cache. */
import { hash, randomBytes } from 'node:crypto';
import type { Authenticated, TokenAuthenticator } from './authenticator.ts';

export interface TokenCacheOptions {
  /** Milliseconds since some fixed time. */
  readonly now: () => number;
  /** How long a success is remembered; upstream: 10 s. Failures are not. */
  readonly ttlMs?: number;
  readonly capacity?: number;
}

const TTL_MS = 10_000;
const CAPACITY = 4096;

interface Entry {
  readonly found: Authenticated;
  readonly warnings: readonly string[];
  readonly until: number;
}

/** Keyed by a keyed digest: a memory dump shows no tokens. A revoked token is accepted for `ttlMs` more. */
export function cachedTokenAuthenticator(inner: TokenAuthenticator, options: TokenCacheOptions): TokenAuthenticator {
  const { now, ttlMs = TTL_MS, capacity = CAPACITY } = options;
  const secret = randomBytes(32).toString('hex');
  const entries = new Map<string, Entry>();
  const remember = (key: string, entry: Entry) => {
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > capacity) entries.delete(entries.keys().next().value as string);
  };
  const ask = async (
    key: string,
    token: string,
    audiences: readonly string[],
    warn: (text: string) => void,
  ): Promise<Authenticated | undefined> => {
    entries.delete(key);
    const warnings: string[] = [];
    const found = await inner.authenticateToken(token, audiences, (text) => {
      warnings.push(text);
      warn(text);
    });
    if (found !== undefined) remember(key, { found, warnings, until: now() + ttlMs });
    return found;
  };
  return {
    name: inner.name,
    authenticateToken(token, audiences, warn) {
      const key = keyOf(secret, token, audiences);
      const known = entries.get(key);
      if (known === undefined || known.until <= now()) return ask(key, token, audiences, warn);
      for (const warning of known.warnings) warn(warning);
      return known.found;
    },
  };
}

/** Lengths go in too: no two lists of audiences look alike. */
function keyOf(secret: string, token: string, audiences: readonly string[]): string {
  let text = `${secret}${token.length}:${token}`;
  for (const audience of audiences) text += `${audience.length}:${audience}`;
  return hash('sha256', text, 'base64');
}
