/**
 * Times and durations as Go reads and writes them: RFC 3339 in UTC to the second (metav1.Time) or the microsecond
 * (metav1.MicroTime), with the errors of Go's time.Parse, and `1h2m3.5s` durations.
 */

/** A text that is no time or duration. The message is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

/** Now, or any instant, as metav1.Time is written: `2024-01-02T03:04:05Z`. */
export function formatTime(instant: Date | number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** An instant as metav1.MicroTime is written: `2024-01-02T03:04:05.678000Z`. */
export function formatMicroTime(instant: Date | number): string {
  return `${new Date(instant).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds since 1970 of a time this server wrote; NaN for anything else. */
export function timeMillis(text: string | undefined): number {
  return text === undefined ? Number.NaN : Date.parse(text);
}

const CANONICAL = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const CANONICAL_MICRO = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
const ZERO = '0001-01-01T00:00:00';

/** A metav1.Time as it is written back; null for Go's zero time. @throws TimeError */
export function canonicalTime(text: string): string | null {
  if (CANONICAL.test(text) && !text.startsWith('0001')) return text;
  const parsed = new TimeReader(text, RFC3339).read();
  const out = utcText(parsed);
  return out === ZERO && parsed.micros === 0 ? null : `${out}Z`;
}

/** A metav1.MicroTime as it is written back; null for Go's zero time. @throws TimeError */
export function canonicalMicroTime(text: string): string | null {
  if (CANONICAL_MICRO.test(text) && !text.startsWith('0001')) return text;
  const parsed = new TimeReader(text, RFC3339_MICRO).read();
  const out = utcText(parsed);
  return out === ZERO && parsed.micros === 0 ? null : `${out}.${String(parsed.micros).padStart(6, '0')}Z`;
}

interface ParsedTime {
  /** Since 1970, in UTC. */
  readonly seconds: number;
  readonly micros: number;
}

function utcText({ seconds }: ParsedTime): string {
  const iso = new Date(seconds * 1000).toISOString();
  return iso.slice(0, iso.indexOf('.'));
}

/** Reads a text against one of the two layouts, failing in Go's words at Go's place. */
class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): ParsedTime {
    const year = this.#digits(4, '2006');
    this.#literal('-');
    const month = this.#bounded('01', 1, 12, 'month');
    this.#literal('-');
    const day = this.#digits(2, '02');
    this.#literal('T');
    const hour = this.#hour();
    this.#literal(':');
    const minute = this.#bounded('04', 0, 59, 'minute');
    this.#literal(':');
    const second = this.#bounded('05', 0, 59, 'second');
    const micros = this.#fraction();
    const offset = this.#zone();
    if (this.#rest !== '') throw this.#plain(`: extra text: ${goQuote(this.#rest)}`);
    if (day < 1 || day > daysIn(month, year)) throw this.#plain(': day out of range');
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return { seconds: date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset, micros };
  }

  #fail(element: string, at = this.#rest): TimeError {
    const layout = goQuote(this.#layout);
    return new TimeError(
      `parsing time ${goQuote(this.#text)} as ${layout}: cannot parse ${goQuote(at)} as ${goQuote(element)}`,
    );
  }

  #plain(message: string): TimeError {
    return new TimeError(`parsing time ${goQuote(this.#text)}${message}`);
  }

  #literal(char: string): void {
    if (!this.#rest.startsWith(char)) throw this.#fail(char);
    this.#rest = this.#rest.slice(1);
  }

  #digits(count: number, element: string): number {
    const found = this.#rest.slice(0, count);
    if (found.length < count || !/^[0-9]+$/.test(found)) throw this.#fail(element);
    this.#rest = this.#rest.slice(count);
    return Number(found);
  }

  #bounded(element: string, low: number, high: number, name: string): number {
    const value = this.#digits(2, element);
    if (value < low || value > high) throw this.#plain(`: ${name} out of range`);
    return value;
  }

  /** Go takes a single digit here. */
  #hour(): number {
    const found = /^[0-9]{1,2}/.exec(this.#rest)?.[0];
    if (found === undefined) throw this.#fail('15');
    this.#rest = this.#rest.slice(found.length);
    if (Number(found) > 23) throw this.#plain(': hour out of range');
    return Number(found);
  }

  #fraction(): number {
    const wanted = this.#layout === RFC3339_MICRO;
    const found = (wanted ? /^[.,]([0-9]{6})/ : /^[.,]([0-9]+)/).exec(this.#rest);
    if (found === null) {
      if (wanted) throw this.#fail('.000000');
      return 0;
    }
    this.#rest = this.#rest.slice(found[0].length);
    return Number((found[1] as string).slice(0, 6).padEnd(6, '0'));
  }

  /** Seconds east of UTC. */
  #zone(): number {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const found = /^([+-])([0-9]{2}):([0-9]{2})/.exec(this.#rest);
    if (found === null) throw this.#fail('Z07:00');
    this.#rest = this.#rest.slice(6);
    const hours = Number(found[2]);
    const minutes = Number(found[3]);
    if (hours > 24) throw this.#plain(': time zone offset hour out of range');
    if (minutes > 60) throw this.#plain(': time zone offset minute out of range');
    return (found[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
}

function daysIn(month: number, year: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const encoder = new TextEncoder();

/** Go's time package quotes bytes beyond printable ASCII as \xNN. */
function goQuote(text: string): string {
  let out = '';
  for (const char of text) {
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (char >= ' ' && char < '\x80') out += char;
    else for (const byte of encoder.encode(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${out}"`;
}

const UNIT_NANOS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const INT64_MAX = 2n ** 63n - 1n;

/** Nanoseconds of a Go duration such as `1h30m` or `-1.5s`. @throws TimeError with time.ParseDuration's words */
export function parseDuration(text: string): bigint {
  const bad = (what: string) => new TimeError(`time: ${what} ${goQuote(text)}`);
  const [sign, body] = /^[+-]/.test(text) ? [text[0], text.slice(1)] : ['', text];
  if (body === '0') return 0n;
  if (body === '') throw bad('invalid duration');
  const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y;
  let total = 0n;
  while (part.lastIndex < body.length) {
    const [whole, integer = '', fraction = '', unit = ''] = part.exec(body) ?? [''];
    if (integer === '' && fraction === '') throw bad('invalid duration');
    if (whole.length > 100) throw bad('invalid duration');
    if (unit === '') throw bad('missing unit in duration');
    if (!Object.hasOwn(UNIT_NANOS, unit))
      throw new TimeError(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    total += (BigInt(integer + fraction) * (UNIT_NANOS[unit] as bigint)) / 10n ** BigInt(fraction.length);
    if (total > INT64_MAX) throw bad('invalid duration');
  }
  return sign === '-' ? -total : total;
}

/** A duration as Go prints it: `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export function formatDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${nanos}ns`;
  if (nanos < 1_000_000n) return `${decimal(nanos, 1_000n)}µs`;
  if (nanos < 1_000_000_000n) return `${decimal(nanos, 1_000_000n)}ms`;
  const minutes = nanos / 60_000_000_000n;
  const seconds = `${decimal(nanos % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}
