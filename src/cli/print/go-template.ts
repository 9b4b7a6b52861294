/** `-o go-template`: Go's text/template over JSON values, with kubectl's functions `exists` and `base64decode`. */
import { getOwn, isObject } from '../../api/object.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { goText, TEMPLATE_FUNCTIONS, truth } from './go-template-functions.ts';
import { type Node, type Operand, type ParsedTemplate, type Pipe, parseTemplate } from './go-template-parser.ts';

export interface GoTemplateOptions {
  /** false: a field that is not there is an error. */
  readonly allowMissingKeys?: boolean;
}

type Variables = ReadonlyMap<string, { value: unknown }>;

interface Scope {
  readonly dot: unknown;
  readonly variables: Variables;
}

class Jump {
  readonly word: 'break' | 'continue';

  constructor(word: 'break' | 'continue') {
    this.word = word;
  }
}

/** Bounds what templates that call themselves may do. */
const MAX_CALLS = 1000;

export class GoTemplate {
  readonly #parsed: ParsedTemplate;
  readonly #strict: boolean;
  #calls = 0;

  /** @throws TemplateSyntaxError */
  constructor(text: string, { allowMissingKeys = true }: GoTemplateOptions = {}) {
    this.#parsed = parseTemplate(text);
    this.#strict = !allowMissingKeys;
  }

  /** @throws Error in the words of text/template */
  print(value: unknown): string {
    this.#calls = 0;
    return this.#nodes(this.#parsed.root, rootScope(value)).join('');
  }

  #nodes(nodes: readonly Node[], scope: Scope): string[] {
    const out: string[] = [];
    let inner = scope;
    for (const node of nodes) {
      if (node.kind === 'text') out.push(node.text);
      else if (node.kind === 'action') {
        const { value, scope: next } = this.#pipe(node.pipe, inner);
        inner = next;
        if (node.pipe.variables.length === 0) out.push(goText(value));
      } else if (node.kind === 'branch') out.push(...this.#branch(node, inner));
      else if (node.kind === 'template') out.push(...this.#call(node, inner));
      else throw Object.assign(new Jump(node.word), { out });
    }
    return out;
  }

  #call({ name, pipe }: Extract<Node, { kind: 'template' }>, scope: Scope): string[] {
    const body = this.#parsed.named.get(name);
    if (body === undefined) throw new Error(`template ${JSON.stringify(name)} not defined`);
    if (++this.#calls > MAX_CALLS) throw new Error('exceeded maximum template depth');
    return this.#nodes(body, rootScope(pipe === undefined ? undefined : this.#pipe(pipe, scope).value));
  }

  #branch(node: Extract<Node, { kind: 'branch' }>, scope: Scope): string[] {
    if (node.word === 'range') return this.#range(node, scope);
    const { value, scope: inner } = this.#pipe(node.pipe, scope);
    if (!truth(value)) return this.#nodes(node.other, inner);
    return this.#nodes(node.body, node.word === 'with' ? { ...inner, dot: value } : inner);
  }

  #range({ pipe, body, other }: Extract<Node, { kind: 'branch' }>, scope: Scope): string[] {
    const { value } = this.#pipe({ ...pipe, variables: [] }, scope);
    const entries = entriesOf(value);
    if (entries.length === 0) return this.#nodes(other, scope);
    const out: string[] = [];
    for (const [key, item] of entries) {
      const [first, second] = pipe.variables;
      const named =
        second === undefined
          ? [[first, item]]
          : [
              [first, key],
              [second, item],
            ];
      const variables = new Map(scope.variables);
      for (const [name, bound] of named) if (typeof name === 'string') variables.set(name, { value: bound });
      try {
        out.push(...this.#nodes(body, { dot: item, variables }));
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        out.push(...(error as Jump & { out: string[] }).out);
        if (error.word === 'break') break;
      }
    }
    return out;
  }

  #pipe(pipe: Pipe, scope: Scope): { value: unknown; scope: Scope } {
    let value: unknown;
    pipe.commands.forEach((command, i) => {
      value = this.#command(command, scope, i === 0 ? [] : [value]);
    });
    return { value, scope: bound(pipe, value, scope) };
  }

  /** @param piped what the command before handed on: the last argument */
  #command([head, ...rest]: readonly Operand[], scope: Scope, piped: readonly unknown[]): unknown {
    if (head?.kind === 'function') return this.#function(head.name, rest, scope, piped);
    if (rest.length > 0 || piped.length > 0) throw new Error("can't give argument to non-function");
    return this.#operand(head as Operand, scope);
  }

  #function(name: string, operands: readonly Operand[], scope: Scope, piped: readonly unknown[]): unknown {
    const call = TEMPLATE_FUNCTIONS[name] as (typeof TEMPLATE_FUNCTIONS)[string];
    const values = function* (this: GoTemplate): Generator<unknown> {
      for (const operand of operands) yield this.#operand(operand, scope);
      yield* piped;
    }.call(this);
    if (name !== 'and' && name !== 'or') return call(...values);
    // These two look no further than they must.
    let last: unknown;
    for (const value of values) {
      last = value;
      if (truth(value) === (name === 'or')) break;
    }
    return last;
  }

  #operand(operand: Operand, scope: Scope): unknown {
    switch (operand.kind) {
      case 'value':
        return operand.value;
      case 'dot':
        return scope.dot;
      case 'variable':
        return this.#variable(operand.name, scope);
      case 'pipe':
        return this.#pipe(operand.pipe, scope).value;
      case 'function':
        return this.#function(operand.name, [], scope, []);
      case 'fields':
        return this.#fields(this.#operand(operand.of, scope), operand.names);
    }
  }

  #variable(name: string, { variables }: Scope): unknown {
    const known = variables.get(name);
    if (known === undefined) throw new Error(`undefined variable ${JSON.stringify(name)}`);
    return known.value;
  }

  #fields(start: unknown, names: readonly string[]): unknown {
    let value = start;
    for (const name of names) {
      if (value === undefined && !this.#strict) return undefined;
      if (value === undefined) throw new Error(`nil data; no entry for key ${JSON.stringify(name)}`);
      if (value === null) throw new Error(`nil pointer evaluating interface {}.${name}`);
      if (!isObject(value)) throw new Error(`can't evaluate field ${name} in type interface {}`);
      if (this.#strict && !Object.hasOwn(value, name))
        throw new Error(`map has no entry for key ${JSON.stringify(name)}`);
      value = getOwn(value, name);
    }
    return value;
  }
}

function rootScope(dot: unknown): Scope {
  return { dot, variables: new Map([['$', { value: dot }]]) };
}

/** The scope behind a pipeline that declares or changes a variable. */
function bound({ variables: names, assign }: Pipe, value: unknown, scope: Scope): Scope {
  const [name] = names;
  if (name === undefined) return scope;
  const known = scope.variables.get(name);
  if (assign) {
    if (known === undefined) throw new Error(`undefined variable ${JSON.stringify(name)}`);
    known.value = value;
    return scope;
  }
  return { ...scope, variables: new Map([...scope.variables, [name, { value }]]) };
}

function entriesOf(value: unknown): [unknown, unknown][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, i) => [i, item]);
  if (isObject(value))
    return Object.keys(value)
      .sort(compareUtf8)
      .map((key) => [key, value[key]]);
  throw new Error(`range can't iterate over ${goText(value)}`);
}
