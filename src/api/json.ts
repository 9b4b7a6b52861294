/** JSON in and out, as Kubernetes reads and writes it. */
import { isDigit, type JsonDocument, JsonSyntaxError, MAX_DEPTH, plainDocument, scanJson } from './json-scanner.ts';

export { type JsonDocument, JsonSyntaxError, type NumberLiterals } from './json-scanner.ts';

declare global {
  interface JSON {
    /** ES2025 JSON.rawJSON (in V8 since Node 22); not yet in TypeScript's lib. */
    rawJSON(text: string): unknown;
  }
}

/** JSON text of a value; bigint is written as its exact digits. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? JSON.rawJSON(`${v}`) : v), indent);
  }
}

/** A byte order mark is kept: Go refuses it. Bytes that are no UTF-8 become U+FFFD, as in Go. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : decoder.decode(source);
}

/** A JSON number that a double may blur has at least so many digits in a row. */
const LONG_NUMBER = 16;

/** Whether so many digits stand in a row. Every such row has one of them at each LONG_NUMBER-th place: the rest is skipped. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG_NUMBER - 1; at < text.length; at += LONG_NUMBER) {
    if (isDigit(text.charCodeAt(at)) && digitsAround(text, at) >= LONG_NUMBER) return true;
  }
  return false;
}

function digitsAround(text: string, at: number): number {
  let start = at;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
  let end = at + 1;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end - start;
}

/**
 * The value of a JSON text; integers beyond 2^53 are bigint. For texts that were checked once: repeated keys go
 * unnoticed (the last wins) and `1.0` is 1.
 * @throws JsonSyntaxError with Go's words
 */
export function parseJson(source: string | Uint8Array): unknown {
  const text = textOf(source);
  if (hasLongNumber(text)) return parseJsonDocument(text).value;
  try {
    return JSON.parse(text);
  } catch {
    return scanJson(text).value;
  }
}

/**
 * The value of a JSON text and what it loses: repeated keys, and numbers whose text matters. Costs little more than
 * JSON.parse when there is nothing odd.
 * @throws JsonSyntaxError with Go's words
 */
export function parseJsonDocument(source: string | Uint8Array): JsonDocument {
  const text = textOf(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return scanJson(text);
  }
  const members = countMembers(text);
  return members < 0 || members !== countKeys(value) ? scanJson(text) : plainDocument(value);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** An escaped surrogate may be a lone one, which Go replaces. */
const ESCAPED_SURROGATE = /\\u[dD]/;

/** Number of `:` outside strings in a valid text; -1 if it needs the careful reader. */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  let digits = 0;
  let backslash = text.indexOf('\\');
  if (backslash >= 0 && ESCAPED_SURROGATE.test(text)) return -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) {
      if (++digits > 15) return -1;
      continue;
    }
    if (code === QUOTE) {
      i = text.indexOf('"', i + 1);
      if (backslash >= 0 && backslash < i) {
        i = endOfString(text, backslash);
        backslash = text.indexOf('\\', i);
      }
    } else if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth');
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (digits > 0 && (code === 0x2e || code === 0x65 || code === 0x45)) return -1;
    digits = 0;
  }
  return members;
}

/** Position of the quote that closes a string, from its first backslash on. */
function endOfString(text: string, backslash: number): number {
  let end = backslash;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) return end;
    end += code === BACKSLASH ? 2 : 1;
  }
}

/** Number of members of all objects in a value. */
function countKeys(root: unknown): number {
  if (typeof root !== 'object' || root === null) return 0;
  const pending: object[] = [root];
  let keys = 0;
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    if (Array.isArray(container)) {
      for (const item of container) if (typeof item === 'object' && item !== null) pending.push(item);
      continue;
    }
    for (const key in container) {
      keys++;
      const item = (container as Record<string, unknown>)[key];
      if (typeof item === 'object' && item !== null) pending.push(item);
    }
  }
  return keys;
}
