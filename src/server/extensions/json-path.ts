/**
 * The JSONPath that printer columns use, `.status.conditions[?(@.type=="Ready")].status`.
 * Imitates client-go util/jsonpath without its templates; missing keys are no error.
 */

import { getOwn, isObject, type JsonObject } from '../../api/object.ts';
import { goValue } from '../../api/patch/go-format.ts';

/** A path that is none. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

type Step = (values: readonly unknown[]) => unknown[];

/** Enough for a column, which shows the first. */
const MAX_RESULTS = 1000;
const MAX_DEPTH = 100;

export interface JsonPath {
  /** What the path finds, in order; undefined where it leaves a list's bounds. */
  find(value: unknown): readonly unknown[] | undefined;
}

/** @throws JsonPathError */
export function parseJsonPath(text: string): JsonPath {
  const steps = new PathParser(text).steps();
  return {
    find(value) {
      try {
        return steps.reduce<readonly unknown[]>((values, step) => step(values).slice(0, MAX_RESULTS), [value]);
      } catch (error) {
        if (error instanceof JsonPathError) return undefined;
        throw error;
      }
    },
  };
}

const COMPARISON = /^\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$/s;

class PathParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) steps.push(this.#step());
    return steps;
  }

  #step(): Step {
    if (this.#text.startsWith('..', this.#at)) {
      this.#at += 2;
      return recursive(this.#name());
    }
    const char = this.#text[this.#at];
    if (char === '.') {
      this.#at++;
      return this.#at >= this.#text.length ? (values) => [...values] : this.#afterDot();
    }
    if (char === '[') return this.#bracket();
    if (char === '@' || char === '$') {
      this.#at++;
      return (values) => [...values];
    }
    throw new JsonPathError(`unrecognized character in path: ${this.#text.slice(this.#at)}`);
  }

  #afterDot(): Step {
    if (this.#text[this.#at] === '[') return this.#bracket();
    const name = this.#name();
    return name === '*' ? wildcard : field(name);
  }

  /** A field name; dots and brackets in it are escaped by a backslash. */
  #name(): string {
    const [raw = ''] = /^(?:\\.|[^.[\]\s\\])+/.exec(this.#text.slice(this.#at)) ?? [];
    if (raw === '') throw new JsonPathError(`a name is missing in path: ${this.#text}`);
    this.#at += raw.length;
    return raw.replace(/\\(.)/g, '$1');
  }

  #bracket(): Step {
    const inner = this.#bracketed();
    if (inner.startsWith('?(') && inner.endsWith(')')) return filter(inner.slice(2, -1));
    const parts = inner.split(/,(?=(?:[^'"]*['"][^'"]*['"])*[^'"]*$)/).map((part) => subscript(part.trim()));
    return parts.length === 1 ? (parts[0] as Step) : (values) => parts.flatMap((part) => part(values));
  }

  /** The text between this bracket and its mate. */
  #bracketed(): string {
    const start = ++this.#at;
    let depth = 1;
    let quoted = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (quoted !== '') quoted = char === quoted ? '' : quoted;
      else if (char === "'" || char === '"') quoted = char;
      else if (char === '[') depth++;
      else if (char === ']' && --depth === 0) return this.#text.slice(start, this.#at++);
    }
    throw new JsonPathError('unterminated array');
  }
}

function subscript(text: string): Step {
  if (text === '*') return wildcard;
  const [, quoted] = /^(?:'(.*)'|".*")$/s.exec(text) ?? [];
  if (/^(['"]).*\1$/s.test(text)) return field(quoted ?? text.slice(1, -1));
  const [, start, colon, end, , step] = /^(-?\d+)?(:)?(-?\d+)?(:(\d+)?)?$/.exec(text) ?? [];
  if (text === '' || (start === undefined && colon === undefined))
    throw new JsonPathError(`invalid array index ${text}`);
  if (colon === undefined) return (values) => values.flatMap((value) => at(value, Number(start)));
  return (values) => values.flatMap((value) => slice(value, start, end, Number(step ?? 1)));
}

function at(value: unknown, index: number): unknown[] {
  const items = listOf(value);
  const position = index < 0 ? items.length + index : index;
  if (position < 0 || position >= items.length)
    throw new JsonPathError(`array index out of bounds: index ${index}, length ${items.length}`);
  return [items[position]];
}

function slice(value: unknown, start: string | undefined, end: string | undefined, step: number): unknown[] {
  const part = listOf(value).slice(Number(start ?? 0), end === undefined ? undefined : Number(end));
  return step > 1 ? part.filter((_, i) => i % step === 0) : part;
}

function listOf(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${goValue(value)} is not array or slice`);
  return value;
}

function field(name: string): Step {
  return (values) => values.map((value) => (isObject(value) ? getOwn(value, name) : undefined)).filter(isThere);
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

const wildcard: Step = (values) => values.flatMap(childrenOf);

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function recursive(name: string): Step {
  const step = name === '*' ? wildcard : field(name);
  return (values) => values.flatMap((value) => step(descendants(value, 0)));
}

function descendants(value: unknown, depth: number): unknown[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  return [value, ...childrenOf(value as JsonObject).flatMap((child) => descendants(child, depth + 1))];
}

/** `@.type=="Ready"`, `@.port>80` or `@.ready` (which asks whether it is there). */
function filter(text: string): Step {
  const [, left, operator, right] = COMPARISON.exec(text) ?? [];
  if (left === undefined || operator === undefined || right === undefined) {
    const path = parseJsonPath(text.trim());
    return (values) => values.flatMap(listOf).filter((item) => (path.find(item) ?? []).length > 0);
  }
  const leftOf = operand(left);
  const rightOf = operand(right);
  const holds = (item: unknown): boolean => compare(leftOf(item), operator, rightOf(item));
  return (values) => values.flatMap(listOf).filter(holds);
}

function operand(text: string): (item: unknown) => unknown {
  if (text.startsWith('@') || text.startsWith('$')) {
    const path = parseJsonPath(text);
    return (item) => path.find(item)?.[0];
  }
  if (/^(['"]).*\1$/s.test(text)) return () => text.slice(1, -1);
  if (text === 'true' || text === 'false') return () => text === 'true';
  const number = Number(text);
  if (Number.isNaN(number)) throw new JsonPathError(`unrecognized operand ${text}`);
  return () => number;
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right && left !== undefined;
  if (typeof left !== typeof right || left === null || right === null) return false;
  const [a, b] = [left as number, right as number];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}
