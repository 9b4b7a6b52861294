/**
 * Label selectors: from text (`a in (b),!c,d!=e`) and from LabelSelector objects. Syntax, words and matching of
 * apimachinery pkg/labels and pkg/apis/meta/v1 (LabelSelectorAsSelector).
 */
import { aggregateText, type FieldError, FieldErrors, fieldErrorText, Path } from './field-errors.ts';
import { isLabelValue, isQualifiedName } from './names.ts';
import { getOwn } from './object.ts';
import type { LabelSelector } from './types/meta-v1.ts';

/** A text or object that is no selector. The message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';
export type Labels = Readonly<Record<string, string>> | undefined;

export interface Requirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

const BINARY_OPERATORS: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const ALL_OPERATORS: readonly string[] = [...BINARY_OPERATORS, 'exists', '!'];
const NO_PATH = '<nil>';

/** What objects with certain labels are selected: all of `requirements`, or nothing at all. */
export class Selector {
  /** In order of their keys. */
  readonly requirements: readonly Requirement[];
  /** False for the selector that selects nothing. */
  readonly selectable: boolean;

  constructor(requirements: readonly Requirement[], selectable = true) {
    this.requirements = requirements;
    this.selectable = selectable;
  }

  matches(labels: Labels): boolean {
    return this.selectable && this.requirements.every((requirement) => requirementMatches(requirement, labels));
  }

  /** Whether it selects everything. */
  isEmpty(): boolean {
    return this.selectable && this.requirements.length === 0;
  }

  /** The only value that the label may have, where the first requirement on it says so. */
  exactValue(key: string): string | undefined {
    const found = this.requirements.find((requirement) => requirement.key === key);
    if (found === undefined || !['=', '==', 'in'].includes(found.operator)) return undefined;
    return found.values.length === 1 ? found.values[0] : undefined;
  }

  /** Text that parses to the same selector: `a in (b,c),!d,e=f`. */
  toString(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

export const SELECT_EVERYTHING: Selector = new Selector([]);
export const SELECT_NOTHING: Selector = new Selector([], false);

const INT64 = /^[+-]?[0-9]{1,19}$/;

function int64(text: string): bigint | undefined {
  if (!INT64.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels === undefined ? undefined : (getOwn(labels, key) as string | undefined);
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return value !== undefined && comparesAs(operator, int64(value), int64(values[0] ?? ''));
  }
}

function comparesAs(operator: 'gt' | 'lt', value: bigint | undefined, bound: bigint | undefined): boolean {
  if (value === undefined || bound === undefined) return false;
  return operator === 'gt' ? value > bound : value < bound;
}

const SIGNS: Partial<Record<LabelOperator, string>> = { gt: '>', lt: '<', in: ' in ', notin: ' notin ' };

function requirementText({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const list = values.length === 1 ? values[0] : [...values].sort(byteOrder).join(',');
  const set = operator === 'in' || operator === 'notin';
  return `${key}${SIGNS[operator] ?? operator}${set ? `(${list})` : list}`;
}

function byteOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function sorted(requirements: readonly Requirement[]): Requirement[] {
  return [...requirements].sort((a, b) => byteOrder(a.key, b.key));
}

/**
 * A checked requirement.
 * @throws SelectorError with the field errors joined: `key: Invalid value: …`
 */
export function newRequirement(key: string, operator: LabelOperator, values: readonly string[]): Requirement {
  const errors = requirementErrors(key, operator, values);
  if (errors.length > 0) throw new SelectorError(aggregateText(errors.map(fieldErrorText)));
  return { key, operator, values };
}

/** What is wrong with a requirement, at `key`, `operator` and `values` below `base`. */
export function requirementErrors(
  key: string,
  operator: string,
  values: readonly string[],
  base?: Path,
): readonly FieldError[] {
  const errors = new FieldErrors();
  const at = (name: string) => base?.child(name) ?? Path.root(name);
  const keyErrors = isQualifiedName(key);
  if (keyErrors.length > 0) errors.invalid(at('key'), key, keyErrors.join('; '));
  const countError = valueCountError(operator, values.length);
  if (countError !== undefined) errors.invalid(at('values'), values, countError);
  if (operator === 'gt' || operator === 'lt') {
    for (const [i, value] of values.entries()) {
      if (int64(value) === undefined)
        errors.invalid(at('values').index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer");
    }
  }
  if (!ALL_OPERATORS.includes(operator)) errors.notSupported(at('operator'), operator, ALL_OPERATORS);
  for (const [i, value] of values.entries()) {
    const valueErrors = isLabelValue(value);
    if (valueErrors.length > 0) errors.invalid(at('values').index(i).key(key), value, valueErrors.join('; '));
  }
  return errors.list;
}

function valueCountError(operator: string, count: number): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return count > 0 ? undefined : "for 'in', 'notin' operators, values set can't be empty";
    case '=':
    case '==':
    case '!=':
      return count === 1 ? undefined : 'exact-match compatibility requires one single value';
    case 'exists':
    case '!':
      return count === 0 ? undefined : 'values set must be empty for exists and does not exist';
    case 'gt':
    case 'lt':
      return count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required";
    default:
      return undefined;
  }
}

/** Reads a label selector's text; '' selects everything. @throws SelectorError */
export function parseLabelSelector(text: string): Selector {
  return text === '' ? SELECT_EVERYTHING : new Selector(sorted(new Parser(text).parse()));
}

type Token = 'identifier' | 'end' | ')' | '(' | ',' | '<' | '>' | LabelOperator;

interface Item {
  readonly token: Token;
  readonly text: string;
}

const END: Item = { token: 'end', text: '' };
const LEXEME = /[ \t\r\n]*(?:(!=|==|[=!(),><])|([^=!(),><\0 \t\r\n]+))/y;

/** A NUL ends the text, as in upstream's lexer. */
function lex(text: string): Item[] {
  const items: Item[] = [];
  const lexeme = new RegExp(LEXEME);
  for (let match = lexeme.exec(text); match !== null; match = lexeme.exec(text)) {
    const [, symbol, word = ''] = match;
    if (symbol !== undefined) items.push({ token: symbol as Token, text: symbol });
    else items.push({ token: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
  }
  return [...items, END];
}

class Parser {
  readonly #items: readonly Item[];
  #at = 0;

  constructor(text: string) {
    this.#items = lex(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const { token, text } = this.#peek();
      if (token === 'end') return requirements;
      if (token !== 'identifier' && token !== '!')
        throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#wrapped());
      const next = this.#take();
      if (next.token === 'end') return requirements;
      if (next.token !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (after.token !== 'identifier' && after.token !== '!') {
        throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
      }
    }
  }

  #wrapped(): Requirement {
    try {
      return this.#requirement();
    } catch (error) {
      if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  /** `in` and `notin` are plain words except where an operator is due. */
  #peek(): Item {
    const item = this.#items[this.#at] ?? END;
    return item.token === 'in' || item.token === 'notin' ? { token: 'identifier', text: item.text } : item;
  }

  #take(): Item {
    const item = this.#peek();
    this.#at++;
    return item;
  }

  #requirement(): Requirement {
    let item = this.#take();
    const negated = item.token === '!';
    if (negated) item = this.#take();
    if (item.token !== 'identifier') throw new SelectorError(`found '${item.text}', expected: identifier`);
    const keyErrors = isQualifiedName(item.text);
    if (keyErrors.length > 0) {
      throw new SelectorError(
        fieldErrorText({ type: 'FieldValueInvalid', field: NO_PATH, value: item.text, detail: keyErrors.join('; ') }),
      );
    }
    if (negated) return newRequirement(item.text, '!', []);
    const next = this.#peek().token;
    if (next === 'end' || next === ',') return newRequirement(item.text, 'exists', []);
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#set() : this.#exactValue();
    return newRequirement(item.text, operator, [...new Set(values)].sort(byteOrder));
  }

  #operator(): LabelOperator {
    const { token, text } = this.#items[this.#at++] ?? END;
    if (token === '>') return 'gt';
    if (token === '<') return 'lt';
    if (token !== '!' && (BINARY_OPERATORS as readonly string[]).includes(token)) return token as LabelOperator;
    throw new SelectorError(`found '${text}', expected: ${BINARY_OPERATORS.join(', ')}`);
  }

  #exactValue(): string[] {
    const next = this.#peek();
    if (next.token === 'end' || next.token === ',') return [''];
    if (this.#take().token === 'identifier') return [next.text];
    throw new SelectorError(`found '${next.text}', expected: identifier`);
  }

  #set(): string[] {
    const open = this.#take();
    if (open.token !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.token === ')') {
      this.#take();
      return [''];
    }
    if (first.token !== 'identifier' && first.token !== ',') {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = this.#list();
    this.#take();
    return values;
  }

  /** Up to, not including, the closing parenthesis; omitted values are ''. */
  #list(): string[] {
    const values: string[] = [];
    for (;;) {
      const { token, text } = this.#take();
      const next = this.#peek();
      if (token === 'identifier') {
        values.push(text);
        if (next.token === ')') return values;
        if (next.token !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
      } else if (token === ',') {
        if (values.length === 0) values.push('');
        if (next.token === ')') return [...values, ''];
        if (next.token === ',') values.push('');
      } else throw new SelectorError(`found '${text}', expected: ',', or identifier`);
    }
  }
}

/** The selector that matches exactly these labels; values go unchecked. No labels: everything. */
export function selectorOfLabels(labels: Labels): Selector {
  const requirements = Object.entries(labels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: '=', values: [value] }),
  );
  return requirements.length === 0 ? SELECT_EVERYTHING : new Selector(sorted(requirements));
}

const OBJECT_OPERATORS = new Map<string, LabelOperator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/**
 * The selector that a LabelSelector object means: absent selects nothing, empty everything.
 * @throws SelectorError for keys, values or operators that make none
 */
export function selectorOfObject(selector: LabelSelector | null | undefined): Selector {
  if (selector === null || selector === undefined) return SELECT_NOTHING;
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    requirements.push(newRequirement(key, '=', [value]));
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = OBJECT_OPERATORS.get(operator ?? '');
    if (known === undefined)
      throw new SelectorError(`${JSON.stringify(operator ?? '')} is not a valid label selector operator`);
    requirements.push(newRequirement(key ?? '', known, values ?? []));
  }
  return requirements.length === 0 ? SELECT_EVERYTHING : new Selector(sorted(requirements));
}
