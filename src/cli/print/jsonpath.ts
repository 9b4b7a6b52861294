/** Evaluates JSONPath templates on JSON values; imitates client-go util/jsonpath. */
import { getOwn, isObject } from '../../api/object.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { goJson } from './go-json.ts';
import { JsonPathError, type Node, type Operand, parseJsonPath, type Step } from './jsonpath-parser.ts';

export { JsonPathError } from './jsonpath-parser.ts';

export interface JsonPathOptions {
  /** Fields that are not there print nothing instead of failing. */
  readonly allowMissingKeys?: boolean;
}

export class JsonPath {
  readonly #nodes: readonly Node[];
  readonly #allowMissing: boolean;

  /** @throws JsonPathError */
  constructor(template: string, { allowMissingKeys = true }: JsonPathOptions = {}) {
    this.#nodes = parseJsonPath(template);
    this.#allowMissing = allowMissingKeys;
  }

  /** The template filled in. @throws JsonPathError */
  print(value: unknown): string {
    return this.#print(this.#nodes, value, value);
  }

  /** Everything that the paths of the template find, in order. @throws JsonPathError */
  find(value: unknown): unknown[] {
    return this.#nodes.flatMap((node) => (node.kind === 'text' ? [] : this.#eval(node.steps, [value], value)));
  }

  #print(nodes: readonly Node[], value: unknown, root: unknown): string {
    return nodes.map((node) => this.#printNode(node, value, root)).join('');
  }

  #printNode(node: Node, value: unknown, root: unknown): string {
    if (node.kind === 'text') return node.text;
    const found = this.#eval(node.steps, [value], root);
    if (node.kind === 'path') return found.map(valueText).join(' ');
    return found.map((item) => this.#print(node.body, item, root)).join('');
  }

  #eval(steps: readonly Step[], input: readonly unknown[], root: unknown): unknown[] {
    let values = [...input];
    for (const step of steps) values = this.#step(step, values, root);
    return values;
  }

  #step(step: Step, input: readonly unknown[], root: unknown): unknown[] {
    switch (step.kind) {
      case 'root':
        return [root];
      case 'field':
        return this.#field(step.name, input);
      case 'wildcard':
        return input.flatMap(children);
      case 'recursive':
        return input.flatMap(descend);
      case 'index':
        return input.flatMap((value) => this.#slice(value, step.index, undefined, 1));
      case 'slice':
        return input.flatMap((value) => this.#slice(value, step.from ?? 0, step.to ?? 'end', step.step ?? 1));
      case 'union':
        return step.members.flatMap((member) => this.#eval(member, input, root));
      case 'filter':
        return input.flatMap((value) => this.#filter(value, step, root));
    }
  }

  #field(name: string, input: readonly unknown[]): unknown[] {
    const found = input.filter((value) => isObject(value) && Object.hasOwn(value, name));
    if (found.length === 0 && !this.#allowMissing) throw new JsonPathError(`${name} is not found`);
    return found.map((value) => getOwn(value as object, name));
  }

  /** `to` undefined: one item. */
  #slice(value: unknown, from: number, to: number | 'end' | undefined, step: number): unknown[] {
    if (!Array.isArray(value)) {
      if (this.#allowMissing && (value === null || value === undefined)) return [];
      throw new JsonPathError(`${JSON.stringify(value)} is not array or slice`);
    }
    const start = from < 0 ? from + value.length : from;
    const end = to === undefined ? start + 1 : to === 'end' ? value.length : to < 0 ? to + value.length : to;
    if (start === end) return [];
    checkBounds(start, end, value.length, to !== undefined);
    if (step <= 0) throw new JsonPathError('step must be > 0');
    return value.slice(start, end).filter((_, i) => i % step === 0);
  }

  #filter(value: unknown, step: Extract<Step, { kind: 'filter' }>, root: unknown): unknown[] {
    if (!Array.isArray(value)) {
      throw new JsonPathError(`${JSON.stringify(value)} is not array or slice and cannot be filtered`);
    }
    return value.filter((item) => this.#matches(item, step, root));
  }

  #matches(item: unknown, { left, operator, right }: Extract<Step, { kind: 'filter' }>, root: unknown): boolean {
    const lefts = this.#operand(left, item, root);
    if (operator === 'exists') return lefts.length > 0;
    const rights = right === undefined ? [] : this.#operand(right, item, root);
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) throw new JsonPathError('can only compare one element at a time');
    return compares(lefts[0], operator, rights[0]);
  }

  /** In a filter nothing has to be there. */
  #operand(operand: Operand, item: unknown, root: unknown): unknown[] {
    if (operand.kind === 'value') return [operand.value];
    try {
      return this.#eval(operand.steps, [item], root);
    } catch (error) {
      if (error instanceof JsonPathError && error.message.endsWith('is not found')) return [];
      throw error;
    }
  }
}

function checkBounds(start: number, end: number, length: number, isSlice: boolean): void {
  const outside = (index: number): JsonPathError =>
    new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
  if (start >= length || start < 0) throw outside(start);
  if (end > length || end < 0) throw outside(end - 1);
  if (isSlice && start > end) {
    throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
  }
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort(compareUtf8)
    .map((key) => value[key]);
}

/** The containers at and below a value. */
function descend(value: unknown): unknown[] {
  const below = children(value);
  return below.length === 0 ? [] : [value, ...below.flatMap(descend)];
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  const order =
    left === right ? 0 : sameKind(left, right) ? ((left as number) < (right as number) ? -1 : 1) : undefined;
  if (operator === '==') return order === 0;
  if (operator === '!=') return order !== 0;
  if (order === undefined) throw new JsonPathError('incompatible types for comparison');
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator] ?? false;
}

function sameKind(left: unknown, right: unknown): boolean {
  const kind = (value: unknown): string => (typeof value === 'bigint' ? 'number' : typeof value);
  return kind(left) === kind(right) && kind(left) !== 'object';
}

/** Texts as they are, containers as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : goJson(value);
}

/**
 * `x.y`, `.x.y`, `{x.y}` and `{.x.y}` as a template.
 * @throws JsonPathError for anything else
 */
export function relaxedJsonPath(text: string): string {
  if (text === '') return text;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (match === null) {
    throw new JsonPathError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  const field = match[1] ?? match[2] ?? '';
  return field.startsWith('[') ? `{${field}}` : `{.${field}}`;
}
