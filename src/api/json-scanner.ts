/**
 * The careful JSON reader behind json.ts: for texts that JSON.parse refuses (to say why in Go's words) and for those
 * whose values it would blur (duplicate keys, integers beyond 2^53, `1.0` for `1`, lone surrogates).
 */
import { setOwn } from './object.ts';

/** Text that is no JSON. The message is that of Go's encoding/json. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Where a number's text says more than its value: by containing object or array, then by key or index. */
export type NumberLiterals = ReadonlyMap<object, ReadonlyMap<string, string>>;

/** Every occurrence, in order, of the members of those objects that repeat a key. */
export type RepeatedMembers = ReadonlyMap<object, readonly (readonly [key: string, value: unknown])[]>;

export interface JsonDocument {
  /** Of a repeated key the last value. */
  readonly value: unknown;
  /** Paths of repeated keys in document order, as sigs.k8s.io/json writes them: `metadata.name`, `spec.items[0].a`. */
  readonly duplicates: readonly string[];
  readonly repeated: RepeatedMembers;
  readonly literals: NumberLiterals;
}

const NO_REPEATS: RepeatedMembers = new Map();
const NO_LITERALS: NumberLiterals = new Map();
const NO_DUPLICATES: readonly string[] = [];

/** A document without anything odd. */
export function plainDocument(value: unknown): JsonDocument {
  return { value, duplicates: NO_DUPLICATES, repeated: NO_REPEATS, literals: NO_LITERALS };
}

/** Nesting that Go's decoder refuses to pass. */
export const MAX_DEPTH = 10_000;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const SIMPLE_ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const encoder = new TextEncoder();

/** Reads a whole text. @throws JsonSyntaxError */
export function scanJson(text: string): JsonDocument {
  try {
    return new Scanner(text).document();
  } catch (error) {
    if (error instanceof RangeError) throw new JsonSyntaxError('exceeded max depth');
    throw error;
  }
}

/** An integer as number, bigint (beyond 2^53) or, beyond int64, as the nearest double. */
export function numberValue(literal: string): number | bigint {
  const value = Number(literal);
  if (Number.isSafeInteger(value) || !/^-?[0-9]+$/.test(literal) || literal.length > 20) return value;
  const exact = BigInt(literal);
  return exact > INT64_MAX || exact < INT64_MIN ? value : exact;
}

class Scanner {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  readonly #duplicates: string[] = [];
  readonly #repeated = new Map<object, (readonly [string, unknown])[]>();
  readonly #literals = new Map<object, Map<string, string>>();
  #at = 0;
  #depth = 0;
  /** The text of the number just read, when its value does not say it. */
  #odd: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonDocument {
    this.#space();
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return { value, duplicates: this.#duplicates, repeated: this.#repeated, literals: this.#literals };
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(context: string): JsonSyntaxError {
    if (this.#at >= this.#text.length) return new JsonSyntaxError('unexpected end of JSON input');
    return new JsonSyntaxError(`invalid character ${quoteByte(this.#text, this.#at)} ${context}`);
  }

  #value(): unknown {
    const char = this.#text[this.#at];
    this.#odd = undefined;
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
    if (char === '"') return this.#string();
    if (char === 't') return this.#word('true', true);
    if (char === 'f') return this.#word('false', false);
    if (char === 'n') return this.#word('null', null);
    if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return this.#number();
    throw this.#unexpected('looking for beginning of value');
  }

  #word(word: string, value: unknown): unknown {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      if (this.#text[this.#at] !== word[i]) throw this.#unexpected(`in literal ${word} (expecting '${word[i]}')`);
    }
    this.#at++;
    return value;
  }

  #number(): number | bigint {
    const start = this.#at;
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits('in numeric literal');
    let integer = true;
    if (this.#text[this.#at] === '.') {
      integer = false;
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      integer = false;
      this.#at++;
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++;
      this.#digits('in exponent of numeric literal');
    }
    const literal = this.#text.slice(start, this.#at);
    const value = integer ? numberValue(literal) : Number(literal);
    this.#odd = String(value) === literal ? undefined : literal;
    return value;
  }

  #digits(context: string): void {
    const start = this.#at;
    while (this.#at < this.#text.length && isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) throw this.#unexpected(context);
  }

  #string(): string {
    const start = ++this.#at;
    let out = '';
    let from = start;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) break;
      if (Number.isNaN(code) || code < 0x20) throw this.#unexpected('in string literal');
      if (code !== 0x5c) this.#at++;
      else {
        out += this.#text.slice(from, this.#at) + this.#escape();
        from = this.#at;
      }
    }
    const result = out + this.#text.slice(from, this.#at++);
    return out === '' ? result : result.toWellFormed();
  }

  #escape(): string {
    this.#at++;
    const char = this.#text[this.#at] ?? '';
    if (char === 'u') return this.#unicodeEscape();
    if (!Object.hasOwn(SIMPLE_ESCAPES, char)) throw this.#unexpected('in string escape code');
    this.#at++;
    return SIMPLE_ESCAPES[char] as string;
  }

  #unicodeEscape(): string {
    for (let i = 0; i < 4; i++) {
      this.#at++;
      if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? ''))
        throw this.#unexpected('in \\u hexadecimal character escape');
    }
    this.#at++;
    return String.fromCharCode(Number.parseInt(this.#text.slice(this.#at - 4, this.#at), 16));
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth');
    this.#at++;
    this.#space();
  }

  #array(): unknown[] {
    const out: unknown[] = [];
    this.#enter();
    if (this.#text[this.#at] === ']') return this.#leave(out);
    for (;;) {
      this.#space();
      this.#path.push(out.length);
      const value = this.#value();
      this.#path.pop();
      this.#keepLiteral(out, String(out.length));
      out.push(value);
      this.#space();
      const char = this.#text[this.#at];
      if (char === ']') return this.#leave(out);
      if (char !== ',') throw this.#unexpected('after array element');
      this.#at++;
    }
  }

  #leave<T>(container: T): T {
    this.#at++;
    this.#depth--;
    this.#odd = undefined;
    return container;
  }

  #object(): object {
    const out: Record<string, unknown> = {};
    const members: [string, unknown][] = [];
    let repeats = false;
    this.#enter();
    if (this.#text[this.#at] === '}') return this.#leave(out);
    for (;;) {
      this.#space();
      const key = this.#key();
      this.#path.push(key);
      if (Object.hasOwn(out, key)) {
        repeats = true;
        this.#duplicates.push(pathText(this.#path));
      }
      const value = this.#value();
      this.#path.pop();
      this.#keepLiteral(out, key);
      members.push([key, value]);
      setOwn(out, key, value);
      this.#space();
      const char = this.#text[this.#at];
      if (char === '}') {
        if (repeats) this.#repeated.set(out, members);
        return this.#leave(out);
      }
      if (char !== ',') throw this.#unexpected('after object key:value pair');
      this.#at++;
    }
  }

  #key(): string {
    if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string');
    const key = this.#string();
    this.#space();
    if (this.#text[this.#at] !== ':') throw this.#unexpected('after object key');
    this.#at++;
    this.#space();
    return key;
  }

  #keepLiteral(container: object, key: string): void {
    if (this.#odd === undefined) {
      this.#literals.get(container)?.delete(key);
      return;
    }
    const literals = this.#literals.get(container) ?? new Map<string, string>();
    literals.set(key, this.#odd);
    this.#literals.set(container, literals);
    this.#odd = undefined;
  }
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `spec.containers[1].env[0].name` */
export function pathText(path: readonly (string | number)[]): string {
  let out = '';
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`;
    else out += out === '' ? step : `.${step}`;
  }
  return out;
}

const BYTE_ESCAPES: Record<string, string> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
  '\\': '\\\\',
  "'": "\\'",
};

/** Go shows the offending byte, not the character: 'Ã' for an é. */
function quoteByte(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) as number);
  const byte = encoder.encode(char)[0] as number;
  const shown = String.fromCharCode(byte);
  if (Object.hasOwn(BYTE_ESCAPES, shown)) return `'${BYTE_ESCAPES[shown]}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  if ((byte > 0x7f && byte < 0xa1) || byte === 0xad) return `'\\u00${byte.toString(16)}'`;
  return `'${shown}'`;
}
