/**
 * YAML as kube-apiserver writes it: keys in go-yaml's natural order, lists not indented, strings quoted as its emitter
 * quotes them ("y", "n" and "yes" too) and long ones folded past column 80.
 *
 *   { data: { a: 'yes', b: 'two\nlines\n' }, items: [{ x: 1 }] }
 *   →
 *   data:
 *     a: "yes"
 *     b: |
 *       two
 *       lines
 *   items:
 *   - x: 1
 */
import { getOwn } from './object.ts';
import { isPlainString } from './yaml-scalars.ts';

const WIDTH = 80;
const STEP = 2;
/** Longer keys take the `? key` form. */
const SIMPLE_KEY_LENGTH = 128;

/** YAML text of a JSON value, ending in a line break. undefined members are left out. */
export function stringifyYaml(value: unknown): string {
  const writer = new Writer();
  writer.root(value);
  return `${writer.text}\n`;
}

type Style = 'plain' | 'single' | 'double' | 'literal';

interface Analysis {
  readonly multiline: boolean;
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

const encoder = new TextEncoder();

function isBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029';
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || char === ' ' || char === '\t' || isBreak(char);
}

/** libyaml's notion: no tab, no control characters, nothing beyond the basic plane. */
function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff && !(code >= 0xd800 && code <= 0xdfff);
}

const FIRST_INDICATORS = new Set('#,[]{}&*!|>\'"%@`');

/** What styles a string may take in block context (libyaml's analyze_scalar). */
function analyze(chars: readonly string[]): Analysis {
  if (chars.length === 0) return { multiline: false, plain: true, single: true, block: false };
  const text = chars.slice(0, 3).join('');
  let indicators = text === '---' || text === '...';
  let special = false;
  let breaks = false;
  let spaceBreak = false;
  let breakSpace = false;
  for (const [i, char] of chars.entries()) {
    const before = chars[i - 1];
    const after = chars[i + 1];
    if (i === 0 && (FIRST_INDICATORS.has(char) || ('?:-'.includes(char) && isBlank(after)))) indicators = true;
    if (i > 0 && ((char === ':' && isBlank(after)) || (char === '#' && isBlank(before)))) indicators = true;
    if (!isPrintable(char)) special = true;
    if (isBreak(char)) {
      breaks = true;
      if (before === ' ') spaceBreak = true;
    } else if (char === ' ' && isBreak(before)) breakSpace = true;
  }
  const first = chars[0];
  const last = chars.at(-1);
  const edges = first === ' ' || last === ' ' || isBreak(first) || isBreak(last);
  const broken = spaceBreak || special;
  return {
    multiline: breaks,
    plain: !(edges || breakSpace || broken || breaks || indicators),
    single: !(breakSpace || broken),
    block: !(last === ' ' || broken),
  };
}

function chooseStyle(text: string, analysis: Analysis, key: boolean): Style {
  let style: Style = text.includes('\n') ? 'literal' : isPlainString(text) ? 'plain' : 'double';
  if (key && analysis.multiline) style = 'double';
  if (style === 'plain' && (!analysis.plain || (key && text === ''))) style = 'single';
  if (style === 'single' && !analysis.single) style = 'double';
  if (style === 'literal' && (!analysis.block || key)) style = 'double';
  return style;
}

const DOUBLE_ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escapeChar(char: string): string {
  const short = DOUBLE_ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

class Writer {
  text = '';
  #column = 0;

  root(value: unknown): void {
    if (isCollection(value)) this.#collection(value, 0);
    else this.#scalar(value, STEP, false);
  }

  #put(piece: string): void {
    this.text += piece;
    this.#column += piece.length;
  }

  #line(indent: number): void {
    this.text += `\n${' '.repeat(indent)}`;
    this.#column = indent;
  }

  /** The first member stands where the writer is; the others on lines of their own at `indent`. */
  #collection(value: object, indent: number): void {
    if (Array.isArray(value)) this.#list(value, indent);
    else this.#map(value, indent);
  }

  #list(items: readonly unknown[], indent: number): void {
    for (const [i, item] of items.entries()) {
      if (i > 0) this.#line(indent);
      this.#put('- ');
      if (isCollection(item)) this.#collection(item, indent + STEP);
      else this.#scalar(item, indent + STEP, false);
    }
  }

  #map(object: object, indent: number): void {
    const keys = Object.keys(object).filter((key) => getOwn(object, key) !== undefined);
    for (const [i, key] of keys.sort(naturalOrder).entries()) {
      if (i > 0) this.#line(indent);
      this.#key(key, indent);
      this.#value(getOwn(object, key), indent);
    }
  }

  #key(key: string, indent: number): void {
    const analysis = analyze([...key]);
    if (!analysis.multiline && encoder.encode(key).length <= SIMPLE_KEY_LENGTH) {
      this.#scalar(key, indent + STEP, true);
      this.#put(':');
      return;
    }
    this.#put('? ');
    this.#scalar(key, indent + STEP, false);
    this.#line(indent);
    this.#put(':');
  }

  #value(value: unknown, indent: number): void {
    if (!isCollection(value)) {
      this.#put(' ');
      this.#scalar(value, indent + STEP, false);
      return;
    }
    const inner = Array.isArray(value) ? indent : indent + STEP;
    this.#line(inner);
    this.#collection(value, inner);
  }

  #scalar(value: unknown, indent: number, key: boolean): void {
    if (typeof value === 'string') this.#string(value, indent, key);
    else this.#put(plainText(value));
  }

  #string(text: string, indent: number, key: boolean): void {
    const chars = [...text];
    const style = chooseStyle(text, analyze(chars), key);
    if (style === 'literal') this.#literal(text, indent);
    else if (style === 'double') this.#double(chars, indent, key);
    else if (style === 'single') this.#single(chars, indent, key);
    else this.#plain(chars, indent, key);
  }

  /** A space becomes a line break once past the width, unless more spaces touch it. */
  #plain(chars: readonly string[], indent: number, key: boolean): void {
    for (const [i, char] of chars.entries()) {
      const lone = char === ' ' && chars[i - 1] !== ' ' && chars[i + 1] !== ' ';
      if (lone && !key && this.#column > WIDTH) this.#line(indent);
      else this.#putChar(char);
    }
  }

  #single(chars: readonly string[], indent: number, key: boolean): void {
    this.#put("'");
    for (const [i, char] of chars.entries()) {
      const inside = i > 0 && i < chars.length - 1;
      const lone = char === ' ' && inside && chars[i - 1] !== ' ' && chars[i + 1] !== ' ';
      if (lone && !key && this.#column > WIDTH) this.#line(indent);
      else this.#putChar(char === "'" ? "''" : char);
    }
    this.#put("'");
  }

  #double(chars: readonly string[], indent: number, key: boolean): void {
    this.#put('"');
    let spaces = false;
    for (const [i, char] of chars.entries()) {
      const inside = i > 0 && i < chars.length - 1;
      if (char === ' ' && inside && !key && !spaces && this.#column > WIDTH) {
        this.#line(indent);
        if (chars[i + 1] === ' ') this.#put('\\');
      } else if (char === ' ') this.#put(' ');
      else if (!isPrintable(char) || isBreak(char) || char === '"' || char === '\\') this.#put(escapeChar(char));
      else this.#putChar(char);
      spaces = char === ' ';
    }
    this.#put('"');
  }

  /** The column counts characters, not code units. */
  #putChar(char: string): void {
    this.text += char;
    this.#column += char.length > 1 && char !== "''" ? 1 : char.length;
  }

  #literal(text: string, indent: number): void {
    const hint = text.startsWith(' ') || text.startsWith('\n') ? String(STEP) : '';
    const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
    this.#put(`|${hint}${chomp}`);
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    for (const line of body.split('\n')) {
      this.text += line === '' ? '\n' : `\n${' '.repeat(indent)}${line}`;
    }
    this.#column = 0;
  }
}

function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).some((key) => getOwn(value, key) !== undefined);
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Integers in digits; others as Go's shortest %g: with an exponent below 1e-4 and from 1e6 on. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value === 0 ? 0 : value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const LETTER = /\p{L}/u;

/** go-yaml's order of keys: letters after all else, runs of digits by value. */
export function naturalOrder(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a[i] as string;
    const y = b[i] as string;
    if (x === y) continue;
    const letters = [LETTER.test(x), LETTER.test(y)];
    if (letters[0] && letters[1]) return (x.codePointAt(0) as number) - (y.codePointAt(0) as number);
    if (letters[0] || letters[1]) return letters[1] ? -1 : 1;
    return compareNumbers(a, b, i) || (x.codePointAt(0) as number) - (y.codePointAt(0) as number);
  }
  return a.length - b.length;
}

/** Digits from `at` on by value; after the same non-zero digits a leading 0 counts as a place. */
function compareNumbers(a: readonly string[], b: readonly string[], at: number): number {
  const lead = (a[at] === '0' || b[at] === '0') && followsNonZeroDigit(a, at) ? '1' : '0';
  const [x, y] = [digitRun(a, at), digitRun(b, at)];
  const difference = BigInt(lead + x) - BigInt(lead + y);
  return difference === 0n ? x.length - y.length : difference < 0n ? -1 : 1;
}

function digitRun(chars: readonly string[], at: number): string {
  let end = at;
  while (end < chars.length && /^[0-9]$/.test(chars[end] as string)) end++;
  return chars.slice(at, end).join('');
}

function followsNonZeroDigit(chars: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && /[0-9]/.test(chars[i] as string); i--) if (chars[i] !== '0') return true;
  return false;
}
