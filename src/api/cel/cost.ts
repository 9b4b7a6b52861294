/** The least and most that an expression may cost, by the sizes of what it looks at; imitates cel-go checker/cost.go. */
import type { Call, Comprehension, Expr, Select } from './ast.ts';
import { type CallCost, callCost, type Operand } from './call-cost.ts';
import type { Checked } from './checker.ts';
import type { Compilation } from './compile.ts';
import { add, type Estimate, exactly, multiply, NOTHING, ONE, UNBOUNDED, UNKNOWN, union } from './cost-estimate.ts';
import type { CelType } from './types.ts';

const LIST_BASE = 10;
const MAP_BASE = 30;
const STRUCT_BASE = 40;

/**
 * How long a value of the environment is: `path` is its variable and the fields to it, with `@items`, `@values` and
 * `@keys` for what lists and maps hold. Undefined when that is not known.
 */
export type SizeOf = (path: readonly string[], type: CelType) => Estimate | undefined;

export function estimateCost({ expr, checked }: Compilation, sizeOf: SizeOf): Estimate {
  return new Coster(checked, sizeOf).cost(expr);
}

/** Sizes of what a list or map holds. */
interface Entries {
  readonly list: boolean;
  readonly key: Estimate;
  readonly value: Estimate;
}

interface Local {
  readonly path: readonly string[];
  readonly size: Estimate | undefined;
  readonly entries: Entries | undefined;
}

const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

class Coster {
  readonly #checked: Checked;
  readonly #sizeOf: SizeOf;
  readonly #paths = new Map<Expr, readonly string[]>();
  readonly #sizes = new Map<Expr, Estimate>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: Checked, sizeOf: SizeOf) {
    this.#checked = checked;
    this.#sizeOf = sizeOf;
  }

  cost(expr: Expr): Estimate {
    switch (expr.kind) {
      case 'literal':
        return NOTHING;
      case 'ident':
        this.#paths.set(expr, this.#local(expr.name)?.path ?? [expr.name]);
        return ONE;
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return expr.fields.reduce((sum, { value }) => add(sum, this.cost(value)), exactly(STRUCT_BASE));
      case 'comprehension':
        return isBinding(expr) ? this.#binding(expr) : this.#comprehension(expr);
    }
  }

  /** Kubernetes does not charge for `has`. */
  #select(expr: Select): Estimate {
    const operand = this.cost(expr.operand);
    if (expr.testOnly) return operand;
    const { kind } = this.#checked.typeOf(expr.operand);
    this.#paths.set(expr, [...this.#path(expr.operand), expr.field]);
    return kind === 'map' || kind === 'struct' ? add(operand, ONE) : operand;
  }

  #call(expr: Call): Estimate {
    if (expr.name === 'dyn' && expr.args[0] !== undefined) return this.#unwrapped(expr, expr.args[0]);
    const argCosts = expr.args.map((arg) => this.cost(arg));
    const args = expr.args.map((arg) => this.#operand(arg));
    const targetCost = expr.target === undefined ? NOTHING : this.cost(expr.target);
    const target = expr.target === undefined ? undefined : this.#operand(expr.target);
    const overloads = this.#checked.overloadsOf(expr);
    const costs = overloads.map((overload) => callCost({ name: expr.name, overload, target, args, argCosts }));
    this.#setCallSizes(expr, costs);
    const [first, ...more] = costs.map(({ cost }) => cost);
    return first === undefined ? NOTHING : add(targetCost, more.reduce(union, first));
  }

  #unwrapped(expr: Call, arg: Expr): Estimate {
    const cost = this.cost(arg);
    this.#copySizes(expr, arg);
    return add(ONE, cost);
  }

  #setCallSizes(expr: Call, costs: readonly CallCost[]): void {
    const [first, second, third] = expr.args;
    if (expr.name === '_[_]' && first !== undefined) {
      const list = this.#checked.typeOf(first).kind === 'list';
      this.#paths.set(expr, [...this.#path(first), list ? '@items' : '@values']);
      this.#setSize(expr, this.#entriesOf(first)?.value);
    }
    if (expr.name === '_?_:_') this.#setEntries(expr, this.#bothEntries(second, third));
    if (expr.name === '_+_') this.#setEntries(expr, this.#bothEntries(first, second));
    const sizes = costs.flatMap(({ resultSize }) => (resultSize === undefined ? [] : [resultSize]));
    const [size, ...more] = sizes;
    if (size !== undefined) this.#setSize(expr, more.reduce(union, size));
  }

  #bothEntries(a: Expr | undefined, b: Expr | undefined): Entries | undefined {
    const left = a === undefined ? undefined : this.#entriesOf(a);
    const right = b === undefined ? undefined : this.#entriesOf(b);
    if (left === undefined || right === undefined) return undefined;
    return { list: left.list, key: union(left.key, right.key), value: union(left.value, right.value) };
  }

  #list(expr: Expr & { kind: 'list' }): Estimate {
    let cost = exactly(LIST_BASE);
    for (const { value } of expr.elements) cost = add(cost, this.cost(value));
    const value = this.#unionOfSizes(expr.elements.map((element) => element.value));
    this.#setEntries(expr, { list: true, key: ONE, value });
    return cost;
  }

  #map(expr: Expr & { kind: 'map' }): Estimate {
    let cost = exactly(MAP_BASE);
    for (const { key, value } of expr.entries) cost = add(cost, add(this.cost(key), this.cost(value)));
    const key = this.#unionOfSizes(expr.entries.map((entry) => entry.key));
    const value = this.#unionOfSizes(expr.entries.map((entry) => entry.value));
    this.#setEntries(expr, { list: false, key, value });
    return cost;
  }

  #unionOfSizes(exprs: readonly Expr[]): Estimate {
    if (exprs.length === 0) return NOTHING;
    return exprs.map((expr) => this.#size(expr)).reduce(union, { min: UNBOUNDED, max: 0 });
  }

  #comprehension(expr: Comprehension): Estimate {
    let cost = add(this.cost(expr.range), this.cost(expr.accuInit));
    this.#push(expr.accuVar, this.#asLocal(expr.accuInit));
    this.#pushIteration(expr);
    const condition = this.cost(expr.condition);
    const step = this.cost(expr.step);
    this.#pop(expr.iterVar);
    if (expr.iterVar2 !== undefined) this.#pop(expr.iterVar2);
    cost = add(cost, this.cost(expr.result));
    this.#pop(expr.accuVar);
    const rounds = this.#size(expr.range);
    this.#setResultSize(expr, rounds);
    return add(cost, multiply(rounds, add(step, condition)));
  }

  #setResultSize(expr: Comprehension, rounds: Estimate): void {
    if (expr.accuInit.kind === 'literal') this.#setSize(expr, this.#computed(expr.accuInit));
    else if (expr.accuInit.kind === 'list' || expr.accuInit.kind === 'map') {
      this.#setSize(expr, rounds);
      this.#setEntries(expr, this.#entriesOf(expr.step));
    }
  }

  #pushIteration({ range, iterVar, iterVar2 }: Comprehension): void {
    const entries = this.#entriesOf(range);
    const list = entries?.list ?? this.#checked.typeOf(range).kind === 'list';
    const path = this.#path(range);
    const value = { path: [...path, list ? '@items' : '@values'], size: entries?.value, entries: undefined };
    const key = { path: [...path, list ? '@indices' : '@keys'], size: entries?.key, entries: undefined };
    this.#push(iterVar, iterVar2 === undefined && list ? value : key);
    if (iterVar2 !== undefined) this.#push(iterVar2, value);
  }

  /** cel.bind: the value is computed once, at most. */
  #binding(expr: Comprehension): Estimate {
    let cost = add(this.cost(expr.range), this.cost(expr.accuInit));
    this.#push(expr.accuVar, this.#asLocal(expr.accuInit));
    cost = add(cost, this.cost(expr.result));
    this.#pop(expr.accuVar);
    this.#copySizes(expr, expr.result);
    return cost;
  }

  #asLocal(expr: Expr): Local {
    return { path: this.#path(expr), size: this.#computed(expr), entries: this.#entriesOf(expr) };
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name);
    if (stack === undefined) this.#locals.set(name, [local]);
    else stack.push(local);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #path(expr: Expr): readonly string[] {
    const local = expr.kind === 'ident' ? this.#local(expr.name) : undefined;
    return local?.path ?? this.#paths.get(expr) ?? [];
  }

  #operand(expr: Expr): Operand {
    const type = this.#checked.typeOf(expr);
    return { expr, type, size: this.#size(expr), itemSize: this.#itemSize(expr, type) };
  }

  /** By what the environment knows of it; a literal's items are known too. */
  #itemSize(expr: Expr, { params: [item] }: CelType): Estimate | undefined {
    if (item === undefined) return undefined;
    const path = this.#path(expr);
    return path.length === 0 ? undefined : this.#sizeOf([...path, '@items'], item);
  }

  #size(expr: Expr): Estimate {
    return this.#computed(expr) ?? UNKNOWN;
  }

  #computed(expr: Expr): Estimate | undefined {
    const known = this.#sizes.get(expr) ?? sizeOfLiteral(expr);
    if (known !== undefined) return known;
    const type = this.#checked.typeOf(expr);
    const given = this.#sizeOf(this.#path(expr), type);
    if (given !== undefined) {
      this.#sizes.set(expr, given);
      return given;
    }
    if (isScalar(type)) return ONE;
    return expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined;
  }

  #entriesOf(expr: Expr): Entries | undefined {
    return this.#entries.get(expr) ?? (expr.kind === 'ident' ? this.#local(expr.name)?.entries : undefined);
  }

  #setSize(expr: Expr, size: Estimate | undefined): void {
    if (size !== undefined) this.#sizes.set(expr, size);
  }

  #setEntries(expr: Expr, entries: Entries | undefined): void {
    if (entries !== undefined) this.#entries.set(expr, entries);
  }

  #copySizes(to: Expr, from: Expr): void {
    this.#setSize(to, this.#computed(from));
    this.#setEntries(to, this.#entriesOf(from));
  }
}

function isBinding({ range, condition }: Comprehension): boolean {
  return (
    range.kind === 'list' && range.elements.length === 0 && condition.kind === 'literal' && condition.value === false
  );
}

function sizeOfLiteral(expr: Expr): Estimate | undefined {
  if (expr.kind === 'list') return exactly(expr.elements.length);
  if (expr.kind === 'map') return exactly(expr.entries.length);
  if (expr.kind !== 'literal') return undefined;
  if (typeof expr.value === 'string') return exactly(Array.from(expr.value).length);
  return exactly(expr.value instanceof Uint8Array ? expr.value.length : 1);
}

function isScalar({ kind, name, params }: CelType): boolean {
  if (SCALARS.has(kind)) return true;
  return name === 'optional_type' && params[0] !== undefined && isScalar(params[0]);
}
