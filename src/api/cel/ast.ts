/** The tree of an expression, as cel-go's common/ast has it; `offset` is the place that errors name. */

export type LiteralType = 'bool' | 'bytes' | 'double' | 'int' | 'null_type' | 'string' | 'uint';

/** int and uint as bigint, double as number, bytes as Uint8Array. */
export type LiteralValue = boolean | bigint | number | string | null | Uint8Array;

export interface Literal {
  readonly kind: 'literal';
  readonly offset: number;
  readonly type: LiteralType;
  readonly value: LiteralValue;
}

export interface Ident {
  readonly kind: 'ident';
  readonly offset: number;
  readonly name: string;
}

export interface Select {
  readonly kind: 'select';
  readonly offset: number;
  readonly operand: Expr;
  readonly field: string;
  /** `has(operand.field)`. */
  readonly testOnly: boolean;
}

/** Operators are calls of functions with names like `_+_`, `_[_]`, `_?_:_`, `_?._`. */
export interface Call {
  readonly kind: 'call';
  readonly offset: number;
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

export interface ListExpr {
  readonly kind: 'list';
  readonly offset: number;
  readonly elements: readonly { readonly value: Expr; readonly optional: boolean }[];
}

export interface MapEntry {
  readonly offset: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MapExpr {
  readonly kind: 'map';
  readonly offset: number;
  readonly entries: readonly MapEntry[];
}

export interface StructField {
  readonly offset: number;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** `TypeName{field: value}`. */
export interface StructExpr {
  readonly kind: 'struct';
  readonly offset: number;
  readonly typeName: string;
  readonly fields: readonly StructField[];
}

/** What the macros (`all`, `exists`, `map` …) stand for: a fold over a list or the keys of a map. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly offset: number;
  readonly iterVar: string;
  /** The value (or the item, then iterVar is the index) in comprehensions of two variables. */
  readonly iterVar2: string | undefined;
  readonly range: Expr;
  readonly accuVar: string;
  readonly accuInit: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension;

/** `a.b.c` of identifiers and fields, for names that have dots; undefined for anything else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.testOnly) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

/** The expressions that an expression is made of. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.elements.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'comprehension':
      return [expr.range, expr.accuInit, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}

/** Whether the name stands anywhere in the expression. */
export function mentions(expr: Expr, name: string): boolean {
  return (expr.kind === 'ident' && expr.name === name) || childrenOf(expr).some((child) => mentions(child, name));
}
