/** Types of expressions and which fits where; imitates cel-go common/types/types.go and checker/types.go. */

export type TypeKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null_type'
  | 'opaque'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'typeParam'
  | 'uint';

export interface CelType {
  readonly kind: TypeKind;
  /** Of struct, opaque and type parameter: the name. */
  readonly name: string;
  readonly params: readonly CelType[];
}

function plain(kind: TypeKind): CelType {
  return { kind, name: kind, params: [] };
}

export const ANY: CelType = plain('any');
export const BOOL: CelType = plain('bool');
export const BYTES: CelType = plain('bytes');
export const DOUBLE: CelType = plain('double');
export const DURATION: CelType = plain('duration');
export const DYN: CelType = plain('dyn');
export const ERROR: CelType = plain('error');
export const INT: CelType = plain('int');
export const NULL: CelType = plain('null_type');
export const STRING: CelType = plain('string');
export const TIMESTAMP: CelType = plain('timestamp');
export const UINT: CelType = plain('uint');

export function listOf(element: CelType): CelType {
  return { kind: 'list', name: 'list', params: [element] };
}

export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: 'map', name: 'map', params: [key, value] };
}

export function structType(name: string): CelType {
  return { kind: 'struct', name, params: [] };
}

export function opaqueType(name: string, ...params: CelType[]): CelType {
  return { kind: 'opaque', name, params };
}

export function optionalOf(value: CelType): CelType {
  return opaqueType('optional_type', value);
}

export function typeOf(target: CelType): CelType {
  return { kind: 'type', name: 'type', params: [target] };
}

export function typeParam(name: string): CelType {
  return { kind: 'typeParam', name, params: [] };
}

/** The value's type and true for an optional; else the type itself. */
export function unwrapOptional(type: CelType): { type: CelType; optional: boolean } {
  const optional = type.kind === 'opaque' && type.name === 'optional_type';
  return optional ? { type: type.params[0] as CelType, optional } : { type, optional };
}

const FORMAL_NAMES: Partial<Record<TypeKind, string>> = {
  any: 'google.protobuf.Any',
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
  error: 'error',
};

/** Name in messages about results: `list(int)`, `null_type`, `google.protobuf.Timestamp` (Go's Type.String). */
export function typeName(type: CelType): string {
  const name = FORMAL_NAMES[type.kind] ?? type.name;
  return type.params.length === 0 ? name : `${name}(${type.params.map(typeName).join(', ')})`;
}

const CHECKER_NAMES: Partial<Record<TypeKind, string>> = { null_type: 'null', error: '!error!' };

/** Name in messages of the checker: `null`, `timestamp`, `!error!` (Go's FormatCELType). */
export function checkerTypeName(type: CelType): string {
  const name = CHECKER_NAMES[type.kind] ?? type.name;
  return type.params.length === 0 ? name : `${name}(${type.params.map(checkerTypeName).join(', ')})`;
}

export function sameType(a: CelType, b: CelType): boolean {
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, i) => sameType(param, b.params[i] as CelType));
}

/** What is known of type variables, by their names. */
export interface Substitutions {
  get(name: string): CelType | undefined;
}

/** Replaces type variables by what is known of them; the unknown stay, or become dyn. */
export function substitute(type: CelType, known: Substitutions, unknownToDyn: boolean): CelType {
  if (type.kind === 'typeParam') {
    const found = known.get(type.name);
    if (found !== undefined) return substitute(found, known, unknownToDyn);
    return unknownToDyn ? DYN : type;
  }
  if (type.params.length === 0) return type;
  return { ...type, params: type.params.map((param) => substitute(param, known, unknownToDyn)) };
}

/** What is known of type variables while it is found out; steps that lead nowhere are taken back. */
export class Bindings implements Substitutions {
  readonly #known = new Map<string, CelType>();
  #journal: [name: string, before: CelType | undefined][] = [];

  get(name: string): CelType | undefined {
    return this.#known.get(name);
  }

  set(name: string, type: CelType): void {
    this.#journal.push([name, this.#known.get(name)]);
    this.#known.set(name, type);
  }

  /** Whether all `from` may be given where `to` are wanted; what this says of type variables is then known. */
  assign(from: readonly CelType[], to: readonly CelType[]): boolean {
    this.#journal = [];
    if (assignableAll(this, from, to)) return true;
    for (const [name, before] of this.#journal.reverse()) {
      if (before === undefined) this.#known.delete(name);
      else this.#known.set(name, before);
    }
    return false;
  }
}

function assignableAll(known: Bindings, from: readonly CelType[], to: readonly CelType[]): boolean {
  return from.length === to.length && from.every((type, i) => assignable(known, type, to[i] as CelType));
}

const NULLABLE: ReadonlySet<TypeKind> = new Set<TypeKind>([
  'null_type',
  'opaque',
  'any',
  'duration',
  'struct',
  'timestamp',
]);

function assignable(known: Bindings, from: CelType, to: CelType): boolean {
  if (to.kind === 'typeParam') {
    const { valid, bound } = bindable(known, from, to);
    if (valid) return true;
    if (bound) return false;
  }
  if (from.kind === 'typeParam') return bindable(known, to, from).valid;
  if (isLoose(from) || isLoose(to)) return true;
  if (from.kind === 'null_type') return NULLABLE.has(to.kind);
  if (to.kind === 'null_type') return NULLABLE.has(from.kind);
  if (from.kind === 'type') return to.kind === 'type';
  return from.kind === to.kind && from.name === to.name && assignableAll(known, from.params, to.params);
}

export function isDyn(type: CelType): boolean {
  return type.kind === 'dyn' || type.kind === 'any';
}

function isLoose(type: CelType): boolean {
  return isDyn(type) || type.kind === 'error';
}

/** Whether the variable may stand for the type; it then does. */
function bindable(known: Bindings, type: CelType, variable: CelType): { valid: boolean; bound: boolean } {
  const found = known.get(variable.name);
  if (found !== undefined) {
    if (sameType(type, found)) return { valid: true, bound: true };
    if (!assignable(known, type, found)) return { valid: false, bound: true };
    known.set(variable.name, mostGeneral(type, found));
    return { valid: true, bound: true };
  }
  if (occursIn(known, variable, type)) return { valid: false, bound: false };
  known.set(variable.name, type);
  return { valid: true, bound: false };
}

function occursIn(known: Substitutions, variable: CelType, type: CelType): boolean {
  if (sameType(variable, type)) return true;
  if (type.kind === 'typeParam') {
    const found = known.get(type.name);
    return found !== undefined && occursIn(known, variable, found);
  }
  return type.params.some((param) => occursIn(known, variable, param));
}

/** The looser of two types that fit each other. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isEqualOrLessSpecific(a, b) ? a : b;
}

function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'typeParam') return true;
  if (isDyn(b) || b.kind === 'typeParam') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, i) => isEqualOrLessSpecific(param, b.params[i] as CelType));
}
