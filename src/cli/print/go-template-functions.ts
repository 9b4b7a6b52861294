/** The functions of Go templates, and how Go prints values. */
import { getOwn, isObject } from '../../api/object.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

/** What `if` takes for true. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A value where it stands alone. */
export function goText(value: unknown): string {
  return value === null || value === undefined ? '<no value>' : printed(value);
}

function printed(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return floatText(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.keys(value).sort(compareUtf8);
  return `map[${entries.map((key) => `${key}:${printed(value[key])}`).join(' ')}]`;
}

/** From here on Go writes an exponent. */
const MAX_POWER = 6;
const MIN_POWER = -4;

/** Whole numbers are int64 in Go, others float64: `1.5`, `1.2345675e+06`. */
function floatText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  return power >= MIN_POWER && power < MAX_POWER ? String(value) : scientific(digits, power);
}

function scientific(digits: string, power: number): string {
  const sign = power < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

type TemplateFunction = (...args: unknown[]) => unknown;

export const TEMPLATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((arg) => !truth(arg)) ?? args.at(-1),
  or: (...args) => args.find(truth) ?? args.at(-1),
  not: (value) => !truth(value),
  len: (value) => lengthOf(value),
  index: (value, ...keys) => keys.reduce(itemOf, value),
  slice: (value, from = 0, to = lengthOf(value)) => (value as unknown[] | string).slice(Number(from), Number(to)),
  print: (...args) => joined(args),
  println: (...args) => `${args.map(goArgument).join(' ')}\n`,
  printf: (format, ...args) => formatted(String(format), args),
  html: (...args) => escaped(joined(args), HTML),
  js: (...args) => JSON.stringify(joined(args)).slice(1, -1).replaceAll("'", "\\'"),
  urlquery: (...args) => encodeURIComponent(joined(args)).replaceAll('%20', '+'),
  eq: (value, ...others) => others.some((other) => same(value, other)),
  ne: (left, right) => !same(left, right),
  lt: (left, right) => order(left, right) < 0,
  le: (left, right) => order(left, right) <= 0,
  gt: (left, right) => order(left, right) > 0,
  ge: (left, right) => order(left, right) >= 0,
  exists: (value, ...keys) => keys.reduce(itemOrNothing, value) !== undefined,
  base64decode: (value) => decoded(value),
};

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&#34;', "'": '&#39;' };

function escaped(text: string, escapes: Readonly<Record<string, string>>): string {
  return text.replace(/[<>&"']/g, (char) => escapes[char] ?? char);
}

function goArgument(value: unknown): string {
  return value === null || value === undefined ? '<nil>' : printed(value);
}

/** As fmt.Sprint: blanks between operands when neither is a text. */
function joined(args: readonly unknown[]): string {
  return args.reduce<string>((text, arg, i) => {
    const blank = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
    return `${text}${blank ? ' ' : ''}${goArgument(arg)}`;
  }, '');
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new Error(
    `error calling len: len of ${value === null || value === undefined ? 'nil pointer' : `type ${typeof value}`}`,
  );
}

function itemOf(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) throw new Error('error calling index: index of untyped nil');
  if (isObject(value)) return getOwn(value, String(key));
  if (!Array.isArray(value) && typeof value !== 'string') throw new Error("error calling index: can't index item");
  const at = Number(key);
  if (at < 0 || at >= value.length) throw new Error(`error calling index: index out of range: ${at}`);
  return typeof value === 'string' ? value.codePointAt(at) : value[at];
}

function itemOrNothing(value: unknown, key: unknown): unknown {
  if (isObject(value)) return getOwn(value, String(key));
  return Array.isArray(value) ? value[Number(key)] : undefined;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function same(left: unknown, right: unknown): boolean {
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  return (left ?? undefined) === (right ?? undefined);
}

function order(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return compareUtf8(left, right);
  if (isNumber(left) && isNumber(right)) return Number(left) - Number(right);
  throw new Error('error calling lt: incompatible types for comparison');
}

function decoded(value: unknown): string {
  if (typeof value !== 'string') throw new Error('error calling base64decode: the value is no text');
  return Buffer.from(value, 'base64').toString('utf8');
}

function formatted(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const shown = oneVerb(verb, args[next++], precision, flags);
      const wide = Number(width ?? 0);
      if (flags.includes('-')) return shown.padEnd(wide);
      return shown.padStart(wide, flags.includes('0') && /^[dxf]$/.test(verb) ? '0' : ' ');
    },
  );
  const extra = args.slice(next).map((arg) => `${typeof arg}=${goArgument(arg)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}

function oneVerb(verb: string, value: unknown, precision: string | undefined, flags: string): string {
  switch (verb) {
    case 'd':
      return isNumber(value) && Number.isInteger(Number(value))
        ? `${flags.includes('+') && value >= 0 ? '+' : ''}${value}`
        : goArgument(value);
    case 'f':
      return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
    case 'q':
      return JSON.stringify(goArgument(value));
    case 'x':
      return isNumber(value) ? value.toString(16) : Buffer.from(String(value)).toString('hex');
    case 't':
      return String(value);
    default:
      return precision === undefined ? goArgument(value) : [...goArgument(value)].slice(0, Number(precision)).join('');
  }
}
