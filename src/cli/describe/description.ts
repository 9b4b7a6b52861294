/**
 * The text of `describe` as it grows: lines with two blanks a level, cells apart by tabs, laid out at the end.
 * Imitates kubectl pkg/describe (PrefixWriter, print…Multiline).
 */
import type { JsonObject } from '../../api/object.ts';
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

  raw(text: string): void {
    this.#text += this.#prefix + text;
  }

  /** With columns apart. */
  toString(): string {
    return laidOut(this.#text);
  }

  /** As it was written. */
  get written(): string {
    return this.#text;
  }

  labels(title: string, labels: TextMap | undefined): void {
    const keys = sortedKeys(labels);
    this.raw(`${title}:\t`);
    if (keys.length === 0) this.raw('<none>\n');
    for (const [i, key] of keys.entries()) this.raw(`${i === 0 ? '' : '\t'}${key}=${labels?.[key]}\n`);
  }

  annotations(title: string, annotations: TextMap | undefined): void {
    const keys = sortedKeys(annotations).filter((key) => !HIDDEN_ANNOTATIONS.has(key));
    this.raw(`${title}:\t`);
    if (keys.length === 0) this.raw('<none>\n');
    for (const [i, key] of keys.entries()) {
      const value = (annotations?.[key] ?? '').replace(/\n$/, '');
      const indent = i === 0 ? '' : '\t';
      if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) {
        this.raw(`${indent}${key}: ${value}\n`);
        continue;
      }
      const lines = value.split('\n').map((text) => `\t  ${shortened(text, MAX_ANNOTATION - 2)}\n`);
      this.raw(`${indent}${key}:\n${lines.join('')}`);
    }
  }

  /** `Title:\t<none>`, or each on a line of its own. */
  list(title: string, values: readonly string[]): void {
    this.raw(`${title}:\t${values.length === 0 ? '<none>' : values.join('\n\t')}\n`);
  }
}

/** Two blanks between columns, no least width. */
export function laidOut(text: string): string {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const layout = new ColumnWriter({ minWidth: 0, padding: 2, remember: false });
  return layout.format([[body]]);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
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
export function longTime(time: string | undefined): string {
  if (time === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const at = new Date(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${DAYS[at.getDay()]}, ${two(at.getDate())} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
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

/** kubectl's FormatLabelSelector. */
export function selectorText(selector: JsonObject | undefined | null): string {
  if (selector === undefined || selector === null) return '<none>';
  const labels = (selector['matchLabels'] ?? {}) as TextMap;
  const expressions = (selector['matchExpressions'] ?? []) as { key: string; operator: string; values?: string[] }[];
  const parts = [
    ...Object.keys(labels).map((key) => ({ key, text: `${key}=${labels[key]}` })),
    ...expressions.map(({ key, operator, values = [] }) => ({ key, text: requirementText(key, operator, values) })),
  ].sort((a, b) => compareUtf8(a.key, b.key));
  return parts.map(({ text }) => text).join(',') || '<none>';
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort(compareUtf8).join(',')})`;
}
