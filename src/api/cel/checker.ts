/** Finds the type of an expression, or what does not fit in it; imitates cel-go checker/checker.go. */

import type { Select, StructExpr } from './ast.ts';
import { type Call, type Comprehension, type Expr, type ListExpr, type MapExpr, qualifiedName } from './ast.ts';
import type { Overload } from './declarations.ts';
import type { Environment } from './environment.ts';
import type { CelIssue } from './source.ts';
import {
  Bindings,
  BOOL,
  BYTES,
  type CelType,
  checkerTypeName,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  isDyn,
  listOf,
  mapOf,
  mostGeneral,
  NULL,
  optionalOf,
  STRING,
  type Substitutions,
  sameType,
  substitute,
  typeParam,
  UINT,
  unwrapOptional,
} from './types.ts';

export interface Checked {
  readonly type: CelType;
  readonly issues: readonly CelIssue[];
  /** The type of each part; dyn where it is not known. */
  typeOf(expr: Expr): CelType;
  /** The overloads that a call may mean: more than one where an argument is dyn. */
  overloadsOf(call: Call): readonly Overload[];
}

const LITERALS = { bool: BOOL, bytes: BYTES, double: DOUBLE, int: INT, null_type: NULL, string: STRING, uint: UINT };

export function check(expr: Expr, environment: Environment): Checked {
  const checker = new Checker(environment);
  const type = checker.typeOf(expr);
  return {
    type: checker.known(type),
    issues: checker.issues,
    typeOf: (part) => checker.known(checker.types.get(part) ?? DYN),
    overloadsOf: (call) => checker.overloads.get(call) ?? [],
  };
}

class Checker {
  readonly issues: CelIssue[] = [];
  readonly types = new Map<Expr, CelType>();
  readonly overloads = new Map<Expr, readonly Overload[]>();
  readonly #environment: Environment;
  readonly #scopes: Map<string, CelType>[] = [];
  readonly #substitutions = new Bindings();
  #variables = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A type with all that was found out about its variables; what stays unknown is dyn. */
  known(type: CelType): CelType {
    return substitute(type, this.#substitutions, true);
  }

  typeOf(expr: Expr): CelType {
    const type = this.#find(expr);
    this.types.set(expr, type);
    return type;
  }

  #find(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return LITERALS[expr.type];
      case 'ident':
        return this.#ident(expr.name, expr.offset);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #report(offset: number, message: string): void {
    this.issues.push({ offset, message });
  }

  #lookup(name: string): CelType | undefined {
    const plain = name.startsWith('.') ? name.slice(1) : name;
    for (let i = this.#scopes.length - 1; i >= 0 && !name.startsWith('.'); i--) {
      const found = this.#scopes[i]?.get(plain);
      if (found !== undefined) return found;
    }
    return this.#environment.ident(plain);
  }

  #overloads(name: string): readonly Overload[] | undefined {
    return this.#environment.overloads(name.startsWith('.') ? name.slice(1) : name);
  }

  #undeclared(offset: number, name: string): CelType {
    this.#report(offset, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  #ident(name: string, offset: number): CelType {
    return this.#lookup(name) ?? this.#undeclared(offset, name);
  }

  #select(expr: Select): CelType {
    const name = qualifiedName(expr);
    const ident = name === undefined ? undefined : this.#lookup(name);
    if (ident !== undefined) return ident;
    const type = this.#selectField(expr.offset, expr.operand, expr.field, false);
    return expr.testOnly ? BOOL : substitute(type, this.#substitutions, false);
  }

  #selectField(offset: number, operand: Expr, field: string, optional: boolean): CelType {
    const operandType = substitute(this.typeOf(operand), this.#substitutions, false);
    const { type: target, optional: wrapped } = unwrapOptional(operandType);
    const type = this.#fieldOf(offset, target, field);
    return wrapped || optional ? optionalOf(type) : type;
  }

  #fieldOf(offset: number, target: CelType, field: string): CelType {
    if (target.kind === 'map') return target.params[1] as CelType;
    if (target.kind === 'struct') return this.#structField(offset, target.name, field) ?? ERROR;
    if (target.kind === 'typeParam') this.#fits(DYN, target);
    else if (!isDyn(target) && target.kind !== 'error')
      this.#report(offset, `type '${checkerTypeName(target)}' does not support field selection`);
    return DYN;
  }

  #structField(offset: number, name: string, field: string): CelType | undefined {
    if (!this.#environment.types.hasType(name)) {
      this.#report(offset, `unexpected failed resolution of '${name}'`);
      return undefined;
    }
    const type = this.#environment.types.fieldType(name, field);
    if (type === undefined) this.#report(offset, `undefined field '${field}'`);
    return type;
  }

  #call(expr: Call): CelType {
    if (expr.name === '_?._') return this.#optionalSelect(expr);
    const args = expr.args.map((arg) => this.typeOf(arg));
    if (expr.target === undefined) {
      const overloads = this.#overloads(expr.name);
      return overloads === undefined
        ? this.#undeclared(expr.offset, expr.name)
        : this.#resolve(expr, expr.name, overloads, args, false);
    }
    const prefix = qualifiedName(expr.target);
    const qualified = prefix === undefined ? undefined : this.#overloads(`${prefix}.${expr.name}`);
    if (qualified !== undefined) return this.#resolve(expr, `${prefix}.${expr.name}`, qualified, args, false);
    const target = this.typeOf(expr.target);
    const overloads = this.#overloads(expr.name);
    return overloads === undefined
      ? this.#undeclared(expr.offset, expr.name)
      : this.#resolve(expr, expr.name, overloads, [target, ...args], true);
  }

  #optionalSelect({ offset, args: [operand, field] }: Call): CelType {
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') return ERROR;
    return substitute(this.#selectField(offset, operand, field.value, true), this.#substitutions, false);
  }

  #resolve(
    expr: Call,
    name: string,
    overloads: readonly Overload[],
    args: readonly CelType[],
    receiver: boolean,
  ): CelType {
    if (name === '_&&_' || name === '_||_') {
      this.overloads.set(expr, overloads);
      return this.#logical(expr, args);
    }
    let result: CelType | undefined;
    const matching: Overload[] = [];
    for (const overload of overloads) {
      if (overload.receiver !== receiver) continue;
      const fresh = this.#freshVariables(overload);
      const wanted = overload.args.map((arg) => substitute(arg, fresh, false));
      if (!this.#fitAll(args, wanted)) continue;
      matching.push(overload);
      const type = substitute(substitute(overload.result, fresh, false), this.#substitutions, false);
      if (result === undefined) result = type;
      else if (!isDyn(result) && !sameType(result, type)) result = DYN;
    }
    this.overloads.set(expr, matching);
    if (result !== undefined) return result;
    const shown = args.map((arg) => checkerTypeName(this.known(arg)));
    const signature = receiver ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    this.#report(expr.offset, `found no matching overload for '${name}' applied to '${signature}'`);
    return ERROR;
  }

  #logical(expr: Call, args: readonly CelType[]): CelType {
    let valid = true;
    for (const [i, arg] of args.entries()) {
      if (this.#fits(arg, BOOL)) continue;
      this.#mismatch(expr.args[i]?.offset ?? expr.offset, BOOL, arg);
      valid = false;
    }
    return valid ? BOOL : ERROR;
  }

  #freshVariables({ variables }: Overload): Substitutions {
    return new Map(variables.map((name) => [name, this.#newVariable()]));
  }

  #newVariable(): CelType {
    return typeParam(`_var${this.#variables++}`);
  }

  #list({ elements }: ListExpr): CelType {
    let element: CelType | undefined;
    for (const { value, optional } of elements) {
      const type = this.#optionalPart(value, this.typeOf(value), optional);
      element = this.#join(value, element, type);
    }
    return listOf(element ?? this.#newVariable());
  }

  #map({ entries }: MapExpr): CelType {
    let keyType: CelType | undefined;
    let valueType: CelType | undefined;
    for (const { key, value, optional } of entries) {
      keyType = this.#join(key, keyType, this.typeOf(key));
      valueType = this.#join(value, valueType, this.#optionalPart(value, this.typeOf(value), optional));
    }
    return mapOf(keyType ?? this.#newVariable(), valueType ?? this.#newVariable());
  }

  /** What `?value` adds: the value of an optional. */
  #optionalPart(expr: Expr, type: CelType, optional: boolean): CelType {
    if (!optional) return type;
    const unwrapped = unwrapOptional(type);
    if (!unwrapped.optional && !isDyn(unwrapped.type))
      this.#mismatch(expr.offset, optionalOf(unwrapped.type), unwrapped.type);
    return unwrapped.type;
  }

  /** The type of elements that must be alike. */
  #join(expr: Expr, previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    if (this.#fits(previous, current)) return mostGeneral(previous, current);
    this.#mismatch(expr.offset, previous, current);
    return ERROR;
  }

  #struct(expr: StructExpr): CelType {
    const declared = this.#lookup(expr.typeName);
    if (declared === undefined) return this.#undeclared(expr.offset, expr.typeName);
    const type = this.#messageType(expr, declared);
    const name = type.kind === 'struct' ? type.name : expr.typeName;
    for (const { offset, name: field, value, optional } of expr.fields) {
      const given = this.typeOf(value);
      const wanted = this.#structField(offset, name, field) ?? ERROR;
      const unwrapped = this.#optionalPart(value, given, optional);
      if (this.#fits(wanted, unwrapped)) continue;
      const types = `'${checkerTypeName(wanted)}' but provided type is '${checkerTypeName(unwrapped)}'`;
      this.#report(offset, `expected type of field '${field}' is ${types}`);
    }
    return type;
  }

  #messageType(expr: StructExpr, declared: CelType): CelType {
    if (declared.kind === 'error') return ERROR;
    const target = declared.params[0];
    if (declared.kind !== 'type') this.#report(expr.offset, `'${checkerTypeName(declared)}' is not a type`);
    else if (target?.kind === 'struct') return target;
    else this.#report(expr.offset, `'${checkerTypeName(target ?? ERROR)}' is not a message type`);
    return ERROR;
  }

  #comprehension(expr: Comprehension): CelType {
    const range = substitute(this.typeOf(expr.range), this.#substitutions, false);
    const accu = this.typeOf(expr.accuInit);
    this.#scopes.push(new Map([[expr.accuVar, accu]]));
    this.#scopes.push(this.#iterationScope(expr, range));
    this.#expect(expr.condition, BOOL);
    this.#expect(expr.step, accu);
    this.#scopes.pop();
    const result = this.typeOf(expr.result);
    this.#scopes.pop();
    return substitute(result, this.#substitutions, false);
  }

  #iterationScope({ iterVar, iterVar2, range: expr }: Comprehension, range: CelType): Map<string, CelType> {
    const [first, second] = this.#iterationTypes(expr, range, iterVar2 !== undefined);
    const scope = new Map([[iterVar, first]]);
    if (iterVar2 !== undefined) scope.set(iterVar2, second);
    return scope;
  }

  #iterationTypes(expr: Expr, range: CelType, two: boolean): [CelType, CelType] {
    const [first = DYN, second = DYN] = range.params;
    if (range.kind === 'list') return two ? [INT, first] : [first, DYN];
    if (range.kind === 'map') return [first, second];
    if (isDyn(range) || range.kind === 'error' || range.kind === 'typeParam') {
      this.#fits(DYN, range);
      return [DYN, DYN];
    }
    const type = checkerTypeName(range);
    this.#report(
      expr.offset,
      `expression of type '${type}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
    return [ERROR, ERROR];
  }

  #expect(expr: Expr, wanted: CelType): void {
    const found = this.typeOf(expr);
    if (!this.#fits(wanted, found)) this.#mismatch(expr.offset, wanted, found);
  }

  #mismatch(offset: number, wanted: CelType, found: CelType): void {
    this.#report(offset, `expected type '${checkerTypeName(wanted)}' but found '${checkerTypeName(found)}'`);
  }

  #fits(from: CelType, to: CelType): boolean {
    return this.#fitAll([from], [to]);
  }

  #fitAll(from: readonly CelType[], to: readonly CelType[]): boolean {
    return this.#substitutions.assign(from, to);
  }
}
