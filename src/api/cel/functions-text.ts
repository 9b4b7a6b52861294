/** Functions of strings; imitates cel-go common/types/string.go and ext/strings.go (version 2). */
import { RE2JS } from 're2js';
import type { CelFunction, CelFunctions } from './cel-function.ts';
import { formatText } from './functions-format.ts';
import { ArrayList, CelError, CelList, type CelValue } from './values.ts';

/** A function of a string; its other arguments are checked by `run`. */
function ofText(run: (text: string, ...args: CelValue[]) => CelValue | undefined): CelFunction {
  return (text, ...args) => (typeof text === 'string' ? run(text, ...args) : undefined);
}

/** @throws CelError */
function pattern(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new CelError((error as Error).message);
  }
}

const matches = ofText((text, source) => (typeof source === 'string' ? pattern(source).test(text) : undefined));

const find = ofText((text, source) => {
  if (typeof source !== 'string') return undefined;
  const matcher = pattern(source).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
});

const findAll = ofText((text, source, limit = -1n) => {
  if (typeof source !== 'string' || typeof limit !== 'bigint') return undefined;
  const matcher = pattern(source).matcher(text);
  const found: string[] = [];
  while ((limit < 0n || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return new ArrayList(found);
});

/** Whether a part of a text can be looked for from here on. @throws CelError */
function checkOffset(offset: bigint, length: number): number {
  if (offset < 0n || offset > length) throw new CelError(`index out of range: ${offset}`);
  return Number(offset);
}

const charAt = ofText((text, at) => {
  if (typeof at !== 'bigint') return undefined;
  const characters = Array.from(text);
  return characters[checkOffset(at, characters.length)] ?? '';
});

/** Positions count characters, not UTF-16 units. */
function characters(text: string, units: number): bigint {
  return units < 0 ? -1n : BigInt(Array.from(text.slice(0, units)).length);
}

function units(all: readonly string[], count: number): number {
  return all.slice(0, count).join('').length;
}

const indexOf = ofText((text, part, from = 0n) => {
  if (typeof part !== 'string' || typeof from !== 'bigint') return undefined;
  const all = Array.from(text);
  if (part === '') return from;
  return characters(text, text.indexOf(part, units(all, checkOffset(from, all.length))));
});

const lastIndexOf = ofText((text, part, from) => {
  if (typeof part !== 'string') return undefined;
  const all = Array.from(text);
  if (part === '') return typeof from === 'bigint' ? from : BigInt(all.length);
  if (from === undefined) return characters(text, text.lastIndexOf(part));
  if (typeof from !== 'bigint') return undefined;
  return characters(text, text.lastIndexOf(part, units(all, checkOffset(from, all.length))));
});

const substring = ofText((text, from, to) => {
  const all = Array.from(text);
  const end = to ?? BigInt(all.length);
  if (typeof from !== 'bigint' || typeof end !== 'bigint') return undefined;
  if (from > end) throw new CelError(`invalid substring range. start: ${from}, end: ${end}`);
  return all.slice(checkOffset(from, all.length), checkOffset(end, all.length)).join('');
});

const replace = ofText((text, from, to, count = -1n) => {
  if (typeof from !== 'string' || typeof to !== 'string' || typeof count !== 'bigint') return undefined;
  const pieces = from === '' ? Array.from(text) : text.split(from);
  const most = count < 0n ? Number.POSITIVE_INFINITY : Number(count);
  if (from === '') return interleaved(pieces, to, most);
  return pieces.reduce((left, right, i) => left + (i <= most ? to : from) + right);
});

function interleaved(characters: readonly string[], to: string, most: number): string {
  let text = '';
  for (let i = 0; i <= characters.length; i++) text += (i < most ? to : '') + (characters[i] ?? '');
  return text;
}

const split = ofText((text, separator, limit = -1n) => {
  if (typeof separator !== 'string' || typeof limit !== 'bigint') return undefined;
  if (limit === 0n) return new ArrayList([]);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0n || parts.length <= limit) return new ArrayList(parts);
  const kept = Number(limit) - 1;
  return new ArrayList([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
});

const join: CelFunction = (list, separator = '') => {
  if (!(list instanceof CelList) || typeof separator !== 'string') return undefined;
  const parts = [...list.items()];
  return parts.every((part) => typeof part === 'string') ? parts.join(separator) : undefined;
};

const ASCII_UPPER = /[A-Z]+/g;
const ASCII_LOWER = /[a-z]+/g;
/** What Go's unicode.IsSpace takes for blank. */
const BLANKS = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const OUTER_BLANKS = new RegExp(`^${BLANKS}|${BLANKS}$`, 'g');

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quoted(text: string): string {
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => ESCAPES[character] ?? character)}"`;
}

export const TEXT_FUNCTIONS: CelFunctions = {
  contains: ofText((text, part) => (typeof part === 'string' ? text.includes(part) : undefined)),
  startsWith: ofText((text, part) => (typeof part === 'string' ? text.startsWith(part) : undefined)),
  endsWith: ofText((text, part) => (typeof part === 'string' ? text.endsWith(part) : undefined)),
  matches,
  find,
  findAll,
  charAt,
  indexOf,
  lastIndexOf,
  substring,
  replace,
  split,
  join,
  lowerAscii: ofText((text) => text.replace(ASCII_UPPER, (part) => part.toLowerCase())),
  upperAscii: ofText((text) => text.replace(ASCII_LOWER, (part) => part.toUpperCase())),
  trim: ofText((text) => text.replace(OUTER_BLANKS, '')),
  format: ofText((text, args) => (args instanceof CelList ? formatText(text, args) : undefined)),
  'strings.quote': ofText(quoted),
};
