/**
 * The text of `describe` as it grows: lines with two blanks a level, cells apart by tabs, laid out at the end.
 * Imitates kubectl pkg/describe (PrefixWriter, print…Multiline).
 */
import { getOwn, isObject } from '../../api/object.ts';
import { SelectorError, selectorOfObject } from '../../api/selectors.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ColumnWriter } from '../print/columns.ts';

export type TextMap = Readonly<Record<string, string>>;

const HIDDEN_ANNOTATIONS = new Set(['kubectl.kubernetes.io/last-applied-configuration']);
const MAX_ANNOTATION = 140;

export class Description {
  #text = '';
  /** Stands before every piece that is written. */
  readonly #prefix: string;

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  line(level: number, text: string): void {
    this.raw(`${'  '.repeat(level)}${text}\n`);
  }

  /** Control characters that could take over a terminal become visible. */
  raw(text: string): void {
    this.#text += this.#prefix + text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');
  }

  /** Ends a line that was begun. */
  rest(text: string): void {
    this.raw(`${text}\n`);
  }

  /** With columns apart. */
  toString(): string {
    return laidOut(this.#text);
  }

  /** As it was written. */
  get written(): string {
    return this.#text;
  }

  /** @param indent stands before all but the first */
  labels(title: string, labels: TextMap | undefined, indent = ''): void {
    const keys = sortedKeys(labels);
    this.raw(`${title}:\t`);
    if (keys.length === 0) this.rest('<none>');
    for (const [i, key] of keys.entries()) {
      // Three pieces, each with the prefix, as kubectl writes them.
      if (i > 0) this.raw(indent);
      if (i > 0) this.raw('\t');
      this.rest(`${key}=${labels?.[key]}`);
    }
  }

  annotations(title: string, annotations: TextMap | undefined): void {
    const keys = sortedKeys(annotations).filter((key) => !HIDDEN_ANNOTATIONS.has(key));
    this.raw(`${title}:\t`);
    if (keys.length === 0) this.rest('<none>');
    for (const [i, key] of keys.entries()) {
      const value = (annotations?.[key] ?? '').replace(/\n$/, '');
      if (i > 0) this.raw('\t');
      if (Buffer.byteLength(`${key}: ${value}`) <= MAX_ANNOTATION && !value.includes('\n')) {
        this.rest(`${key}: ${value}`);
        continue;
      }
      this.rest(`${key}:`);
      for (const text of value.split('\n')) this.rest(`\t  ${shortened(text, MAX_ANNOTATION - 2)}`);
    }
  }

  /** `Title:\t<none>`, or each on a line of its own. */
  list(title: string, values: readonly string[]): void {
    this.raw(`${title}:\t${values.length === 0 ? '<none>' : values.join('\n\t')}\n`);
  }
}

/** Two blanks between columns, no least width. A form feed ends the blocks of all columns, a vertical tab a cell. */
export function laidOut(text: string): string {
  const layout = new ColumnWriter({ minWidth: 0, padding: 2, remember: false });
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return body
    .replaceAll('\v', '\t')
    .split('\f')
    .map((part) => layout.format([[part]]))
    .join('');
}

/** @param length in bytes */
export function shortened(text: string, length: number): string {
  const bytes = Buffer.from(text);
  return bytes.length > length ? `${bytes.subarray(0, length)}...` : text;
}

export function sortedKeys(map: Readonly<Record<string, unknown>> | undefined | null): string[] {
  return Object.keys(map ?? {}).sort(compareUtf8);
}

/** `a=b,c=d` or `<none>` */
export function flatLabels(labels: TextMap | undefined | null): string {
  return (
    sortedKeys(labels)
      .map((key) => `${key}=${labels?.[key]}`)
      .join(',') || '<none>'
  );
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 1123 with a numeric zone, in local time as kubectl has it. */
export function longTime(time: string | null | undefined): string {
  if (time === undefined || time === null) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const at = new Date(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${DAYS[at.getDay()]}, ${two(at.getDate())} ${MONTHS[at.getMonth()]} ${String(at.getFullYear()).padStart(4, '0')}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

/** As Go prints a time: `2025-01-02 03:04:05 +0000 UTC`. */
export function goTime(time: string | null | undefined): string {
  if (time === undefined || time === null) return '0001-01-01 00:00:00 +0000 UTC';
  const at = new Date(time);
  const [, zone = '+0000'] = /([+-]\d{4})$/.exec(longTime(time)) ?? [];
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${zone} ${zoneName(at, zone)}`;
}

/** Each knows the abbreviations that are usual where it is spoken. */
const LOCALES = ['en-US', 'en-GB', 'en-IN', 'en-AU', 'en-NZ', 'en-ZA', 'en-CA', 'ja-JP'];

/** `CET`; the offset itself, as in `+03`, where there is no abbreviation. */
function zoneName(at: Date, offset: string): string {
  for (const locale of LOCALES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(at);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,5}$/.test(name)) return name;
  }
  return offset.replace(/00$/, '');
}

export function boolText(value: boolean | undefined): string {
  return value === undefined ? '<unset>' : value ? 'True' : 'False';
}

/** `[a b]` */
export function goList(values: readonly unknown[] | undefined): string {
  return `[${(values ?? []).join(' ')}]`;
}

/** `Deployment/web`; undefined without a controller. */
export function controllerOf(
  metadata: { ownerReferences?: { controller?: boolean; kind?: string; name?: string }[] } | undefined,
) {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
}

/** `a=b,c in (d,e)`; nothing for a selector that selects everything or nothing. @throws SelectorError */
export function plainSelector(selector: unknown): string {
  return selectorOfObject(selector as Parameters<typeof selectorOfObject>[0]).toString();
}

/** The same, with `<none>` for nothing and `<error>` for what is no selector. */
export function selectorText(selector: unknown): string {
  try {
    return plainSelector(selector) || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** Go's %v of what JSON can hold, strings as they are. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const pairs = sortedKeys(value).map((key) => `${key}:${goValue(getOwn(value, key))}`);
  return `map[${pairs.join(' ')}]`;
}

/** Go writes small fractions with an exponent of two digits. */
function goNumber(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  const text = small ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
