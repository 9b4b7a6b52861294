/** Evaluates compiled expressions within a bounded cost; imitates cel-go interpreter and its runtime costs. */
import {
  type Call,
  type Comprehension,
  type Expr,
  type ListExpr,
  type MapExpr,
  qualifiedName,
  type Select,
} from './ast.ts';
import type { Compilation } from './compile.ts';
import type { Environment } from './environment.ts';
import { callFunction } from './functions.ts';
import {
  ArrayList,
  CelError,
  CelList,
  CelMap,
  CelOptional,
  CelTypeValue,
  type CelValue,
  EntryMap,
  NO_OVERLOAD,
  NONE,
} from './values.ts';

/** Values by the names of variables; undefined where a variable has none. */
export type Activation = (name: string) => CelValue | undefined;

export interface Evaluation {
  readonly value: CelValue;
  /** In cel-go's units; about one per step. */
  readonly cost: number;
}

export class CostExceeded extends CelError {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

/** What an evaluation that failed had cost until then. */
export class EvaluationError extends CelError {
  readonly cost: number;
  constructor(error: CelError, cost: number) {
    super(error.message, { cause: error });
    this.cost = cost;
  }
  get overBudget(): boolean {
    return this.cause instanceof CostExceeded;
  }
}

/** Of looking at one character or byte. */
const TRAVERSAL = 0.1;
const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;

/** @throws EvaluationError in cel-go's words */
export function evaluate(
  { expr }: Compilation,
  environment: Environment,
  variables: Activation,
  costLimit: number,
): Evaluation {
  const evaluator = new Evaluator(environment, variables, costLimit);
  try {
    const value = evaluator.evaluate(expr);
    return { value, cost: Math.ceil(evaluator.cost) };
  } catch (error) {
    const known = error instanceof RangeError ? new CelError('expression recursion limit exceeded') : error;
    if (!(known instanceof CelError)) throw error;
    throw new EvaluationError(known, Math.ceil(evaluator.cost));
  }
}

/** A value, or the error that took its place: folds go on behind an error. */
type Held = CelValue | CelError;

class Evaluator {
  cost = 0;
  readonly #environment: Environment;
  readonly #variables: Activation;
  readonly #limit: number;
  readonly #scopes: Map<string, Held>[] = [];

  constructor(environment: Environment, variables: Activation, limit: number) {
    this.#environment = environment;
    this.#variables = variables;
    this.#limit = limit;
  }

  evaluate(expr: Expr): CelValue {
    switch (expr.kind) {
      case 'literal':
        return literal(expr.type, expr.value);
      case 'ident':
        return this.#ident(expr.name);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        this.#charge(STRUCT_COST);
        return EntryMap.of(
          this.#members(expr.fields.map(({ name, value, optional }) => ({ key: name, value, optional }))),
        );
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CostExceeded();
  }

  #lookup(name: string): Held | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const held = this.#scopes[i]?.get(name);
      if (held !== undefined) return held;
    }
    return this.#variables(name);
  }

  #ident(name: string): CelValue {
    this.#charge(1);
    const plain = name.startsWith('.') ? name.slice(1) : name;
    const held = this.#lookup(plain);
    if (held instanceof CelError) throw held;
    if (held !== undefined) return held;
    const type = this.#environment.ident(plain);
    if (type?.kind === 'type') return new CelTypeValue(plain);
    throw new CelError(`no such attribute(s): ${plain}`);
  }

  #select(expr: Select): CelValue {
    const name = expr.testOnly ? undefined : qualifiedName(expr);
    if (name !== undefined && this.#environment.ident(name) !== undefined) return this.#ident(name);
    const operand = this.evaluate(expr.operand);
    if (expr.testOnly) return hasField(operand, expr.field);
    this.#charge(1);
    return selectField(operand, expr.field);
  }

  #call(expr: Call): CelValue {
    const lazy = this.#lazyCall(expr);
    if (lazy !== undefined) return lazy;
    const { name, args } = this.#resolve(expr);
    const value = callFunction(name, args);
    this.#charge(callCost(name, args));
    return value;
  }

  /** Calls that do not look at all of their arguments. */
  #lazyCall({ name, args: [first, second, third] }: Call): CelValue | undefined {
    switch (name) {
      case '_&&_':
        return this.#logical(first as Expr, second as Expr, false);
      case '_||_':
        return this.#logical(first as Expr, second as Expr, true);
      case '_?_:_':
        return this.evaluate((this.#bool(first as Expr) ? second : third) as Expr);
      case '@not_strictly_false':
        return this.#notStrictlyFalse(first as Expr);
      default:
        return undefined;
    }
  }

  /** `decisive` on either side is the answer, whatever happens on the other. */
  #logical(left: Expr, right: Expr, decisive: boolean): boolean {
    this.#charge(1);
    let failure: CelError | undefined;
    try {
      if (this.#bool(left) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelError) || error instanceof CostExceeded) throw error;
      failure = error;
    }
    if (this.#bool(right) === decisive) return decisive;
    if (failure !== undefined) throw failure;
    return !decisive;
  }

  #notStrictlyFalse(expr: Expr): boolean {
    this.#charge(1);
    try {
      return this.evaluate(expr) !== false;
    } catch (error) {
      if (!(error instanceof CelError) || error instanceof CostExceeded) throw error;
      return true;
    }
  }

  #bool(expr: Expr): boolean {
    const value = this.evaluate(expr);
    if (typeof value !== 'boolean') throw new CelError(NO_OVERLOAD);
    return value;
  }

  /** Whether `a.b(c)` is the function `a.b`, or `b` of the value `a`. */
  #resolve(expr: Call): { name: string; args: CelValue[] } {
    const args = (): CelValue[] => expr.args.map((arg) => this.evaluate(arg));
    if (expr.target === undefined) return { name: plainName(expr.name), args: args() };
    const prefix = qualifiedName(expr.target);
    const qualified = prefix === undefined ? undefined : `${prefix}.${expr.name}`;
    if (qualified !== undefined && this.#environment.overloads(qualified) !== undefined)
      return { name: plainName(qualified), args: args() };
    return { name: expr.name, args: [this.evaluate(expr.target), ...args()] };
  }

  #list({ elements }: ListExpr): CelValue {
    this.#charge(LIST_COST);
    const values: CelValue[] = [];
    for (const { value, optional } of elements) {
      const found = this.#maybe(value, optional);
      if (found !== undefined) values.push(found);
    }
    return new ArrayList(values);
  }

  #map({ entries }: MapExpr): CelValue {
    this.#charge(MAP_COST);
    return EntryMap.of(this.#members(entries));
  }

  *#members(
    entries: readonly { key: Expr | string; value: Expr; optional: boolean }[],
  ): Iterable<readonly [CelValue, CelValue]> {
    for (const { key, value, optional } of entries) {
      const name = typeof key === 'string' ? key : this.evaluate(key);
      const found = this.#maybe(value, optional);
      if (found !== undefined) yield [name, found];
    }
  }

  /** The value; of `?value` what the optional holds. */
  #maybe(expr: Expr, optional: boolean): CelValue | undefined {
    const value = this.evaluate(expr);
    if (!optional) return value;
    if (!(value instanceof CelOptional)) throw new CelError(`cannot initialize optional entry from non-optional value`);
    return value.value;
  }

  #comprehension(expr: Comprehension): CelValue {
    const range = this.evaluate(expr.range);
    const scope = new Map<string, Held>([[expr.accuVar, this.#held(expr.accuInit)]]);
    this.#scopes.push(scope);
    try {
      for (const [first, second] of rounds(range, expr.iterVar2 !== undefined)) {
        const iteration = new Map<string, Held>([[expr.iterVar, first]]);
        if (expr.iterVar2 !== undefined) iteration.set(expr.iterVar2, second);
        this.#scopes.push(iteration);
        const goOn = this.#bool(expr.condition);
        if (goOn) scope.set(expr.accuVar, this.#held(expr.step));
        this.#scopes.pop();
        if (!goOn) break;
      }
      return this.evaluate(expr.result);
    } finally {
      this.#scopes.pop();
    }
  }

  #held(expr: Expr): Held {
    const depth = this.#scopes.length;
    try {
      return this.evaluate(expr);
    } catch (error) {
      if (!(error instanceof CelError) || error instanceof CostExceeded) throw error;
      this.#scopes.length = depth;
      return error;
    }
  }
}

function plainName(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name;
}

function literal(type: string, value: boolean | bigint | number | string | null | Uint8Array): CelValue {
  return type === 'uint' ? callFunction('uint', [value as bigint]) : value;
}

/** What a fold goes over: items of a list, keys of a map; with two variables index and item, key and value. */
function* rounds(range: CelValue, two: boolean): Iterable<readonly [CelValue, CelValue]> {
  if (range instanceof CelList) {
    let index = 0n;
    for (const item of range.items()) yield two ? [index++, item] : [item, null];
  } else if (range instanceof CelMap) {
    for (const key of range.keys()) yield [key, two ? (range.get(key) as CelValue) : null];
  } else throw new CelError(NO_OVERLOAD);
}

function selectField(operand: CelValue, field: string): CelValue {
  if (operand instanceof CelOptional) {
    if (operand.value === undefined) return NONE;
    const found = operand.value instanceof CelMap ? operand.value.get(field) : undefined;
    return found === undefined ? NONE : new CelOptional(found);
  }
  if (!(operand instanceof CelMap)) throw new CelError(NO_OVERLOAD);
  const found = operand.get(field);
  if (found === undefined) throw new CelError(`no such key: ${field}`);
  return found;
}

function hasField(operand: CelValue, field: string): boolean {
  if (operand instanceof CelOptional) return operand.value !== undefined && hasField(operand.value, field);
  if (!(operand instanceof CelMap)) throw new CelError(NO_OVERLOAD);
  return operand.get(field) !== undefined;
}

/** How much of its arguments a call looks at. */
function callCost(name: string, args: readonly CelValue[]): number {
  const [first, second] = args;
  switch (name) {
    case 'matches':
    case 'find':
    case 'findAll':
      return Math.ceil((1 + sizeOf(first)) * TRAVERSAL) * Math.ceil(sizeOf(second) * 0.25);
    case 'contains':
      return Math.max(1, Math.ceil(sizeOf(first) * TRAVERSAL) * Math.ceil(sizeOf(second) * TRAVERSAL));
    case 'startsWith':
    case 'endsWith':
      return Math.max(1, Math.ceil(sizeOf(second) * TRAVERSAL));
    case '@in':
      return second instanceof CelList ? Math.max(1, second.size) : 1;
    case '_==_':
    case '_!=_':
      return Math.max(1, Math.ceil(Math.min(sizeOf(first), sizeOf(second)) * TRAVERSAL));
    case 'check':
      return 350_000;
    case 'sets.contains':
    case 'sets.equivalent':
    case 'sets.intersects':
      return Math.max(1, sizeOf(first) * sizeOf(second));
    default:
      return Math.max(1, Math.ceil(sizeOf(first) * TRAVERSAL));
  }
}

function sizeOf(value: CelValue | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return value instanceof CelList || value instanceof CelMap ? value.size : 1;
}
