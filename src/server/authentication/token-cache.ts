/** Remembers good tokens for a few seconds; imitates apiserver pkg/authentication/token/cache. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
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

/** What a connection's last request showed: most clients send one token for as long as they are connected. */
interface Shown {
  /** In UTF-16, as the text has it. */
  readonly token: Buffer;
  /** As long as that: where what is shown next is written to be compared. */
  readonly next: Buffer;
  readonly audiences: readonly string[];
  readonly entry: Entry;
}

/** Keyed by a keyed digest; beside it only the token that a connection last showed is kept, as long as it is open. A revoked token is accepted for `ttlMs` more. */
export function cachedTokenAuthenticator(inner: TokenAuthenticator, options: TokenCacheOptions): TokenAuthenticator {
  const { now, ttlMs = TTL_MS, capacity = CAPACITY } = options;
  const secret = randomBytes(32).toString('hex');
  const entries = new Map<string, Entry>();
  const shown = new WeakMap<object, Shown>();
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
    authenticateToken(token, audiences, warn, connection) {
      const same = connection === undefined ? undefined : sameAsShown(shown.get(connection), token, audiences);
      if (same !== undefined && same.until > now()) return answer(same, warn);
      const key = keyOf(secret, token, audiences);
      const known = entries.get(key);
      if (known === undefined || known.until <= now()) return ask(key, token, audiences, warn);
      if (connection !== undefined) shown.set(connection, shownOf(token, audiences, known));
      return answer(known, warn);
    },
  };
}

function answer({ found, warnings }: Entry, warn: (text: string) => void): Authenticated {
  for (const warning of warnings) warn(warning);
  return found;
}

function sameAsShown(shown: Shown | undefined, token: string, audiences: readonly string[]): Entry | undefined {
  if (shown === undefined || shown.audiences !== audiences) return undefined;
  if (token.length * 2 !== shown.token.length) return undefined;
  shown.next.write(token, 'utf16le');
  return timingSafeEqual(shown.next, shown.token) ? shown.entry : undefined;
}

function shownOf(token: string, audiences: readonly string[], entry: Entry): Shown {
  const bytes = Buffer.from(token, 'utf16le');
  return { token: bytes, next: Buffer.alloc(bytes.length), audiences, entry };
}

/** Lengths go in too: no two lists of audiences look alike. */
function keyOf(secret: string, token: string, audiences: readonly string[]): string {
  let text = `${secret}${token.length}:${token}`;
  for (const audience of audiences) text += `${audience.length}:${audience}`;
  return hash('sha256', text, 'base64');
}
