/** The macros of cel-go (parser/macro.go, optional types, ext.TwoVarComprehensions): calls that are rewritten. */
import type { Expr, Ident, ListExpr, Literal } from './ast.ts';

/** A name that no expression can spell: the accumulator of a comprehension. */
const ACCU = '@result';

/** What is wrong with a macro's arguments. */
export class MacroFault {
  readonly offset: number;
  readonly message: string;

  constructor(offset: number, message: string) {
    this.offset = offset;
    this.message = message;
  }
}

type Expand = (offset: number, target: Expr | undefined, args: readonly Expr[]) => Expr | MacroFault;

const TRUE = (offset: number): Literal => ({ kind: 'literal', offset, type: 'bool', value: true });
const FALSE = (offset: number): Literal => ({ kind: 'literal', offset, type: 'bool', value: false });

function int(offset: number, value: bigint): Literal {
  return { kind: 'literal', offset, type: 'int', value };
}

function accu(offset: number): Ident {
  return { kind: 'ident', offset, name: ACCU };
}

function call(offset: number, name: string, ...args: Expr[]): Expr {
  return { kind: 'call', offset, name, target: undefined, args };
}

function list(offset: number, ...values: Expr[]): ListExpr {
  return { kind: 'list', offset, elements: values.map((value) => ({ value, optional: false })) };
}

interface Fold {
  readonly offset: number;
  readonly range: Expr;
  readonly names: readonly string[];
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

function fold({ offset, range, names, init, condition, step, result }: Fold): Expr {
  const [iterVar = '', iterVar2] = names;
  return {
    kind: 'comprehension',
    offset,
    iterVar,
    iterVar2,
    range,
    accuVar: ACCU,
    accuInit: init,
    condition,
    step,
    result,
  };
}

/** Names of the variables in the first `count` arguments, or what is wrong with them. */
function variables(args: readonly Expr[], count: number, message: string): string[] | MacroFault {
  const names: string[] = [];
  for (const arg of args.slice(0, count)) {
    if (arg.kind !== 'ident') return new MacroFault(arg.offset, message);
    if (arg.name === ACCU || arg.name === '__result__')
      return new MacroFault(arg.offset, 'iteration variable overwrites accumulator variable');
    if (names.includes(arg.name)) return new MacroFault(arg.offset, `duplicate variable name: ${arg.name}`);
    names.push(arg.name);
  }
  return names;
}

const SIMPLE_NAME = 'argument must be a simple name';
const NO_IDENTIFIER = 'argument is not an identifier';

type Folding = (offset: number, range: Expr, names: readonly string[], rest: readonly Expr[]) => Expr;

/** A macro on a range: `count` variables, then expressions. */
function ranged(count: number, message: string, make: Folding): Expand {
  return (offset, target, args) => {
    const names = variables(args, count, message);
    if (names instanceof MacroFault) return names;
    return make(offset, target as Expr, names, args.slice(count));
  };
}

const all: Folding = (offset, range, names, [predicate]) =>
  fold({
    offset,
    range,
    names,
    init: TRUE(offset),
    condition: call(offset, '@not_strictly_false', accu(offset)),
    step: call(offset, '_&&_', accu(offset), predicate as Expr),
    result: accu(offset),
  });

const exists: Folding = (offset, range, names, [predicate]) =>
  fold({
    offset,
    range,
    names,
    init: FALSE(offset),
    condition: call(offset, '@not_strictly_false', call(offset, '!_', accu(offset))),
    step: call(offset, '_||_', accu(offset), predicate as Expr),
    result: accu(offset),
  });

const existsOne: Folding = (offset, range, names, [predicate]) =>
  fold({
    offset,
    range,
    names,
    init: int(offset, 0n),
    condition: TRUE(offset),
    step: call(offset, '_?_:_', predicate as Expr, call(offset, '_+_', accu(offset), int(offset, 1n)), accu(offset)),
    result: call(offset, '_==_', accu(offset), int(offset, 1n)),
  });

function collecting(offset: number, range: Expr, names: readonly string[], filter: Expr | undefined, item: Expr): Expr {
  const appended = call(offset, '_+_', accu(offset), list(offset, item));
  const step = filter === undefined ? appended : call(offset, '_?_:_', filter, appended, accu(offset));
  return fold({ offset, range, names, init: list(offset), condition: TRUE(offset), step, result: accu(offset) });
}

const map: Folding = (offset, range, names, rest) =>
  rest.length === 1
    ? collecting(offset, range, names, undefined, rest[0] as Expr)
    : collecting(offset, range, names, rest[0], rest[1] as Expr);

const filter: Folding = (offset, range, names, [predicate]) =>
  collecting(offset, range, names, predicate, { kind: 'ident', offset, name: names[0] as string });

/** transformMap: the keys stay, each value becomes another; transformMapEntry: each becomes a map to be merged. */
function mapping(insert: string, withKey: boolean): Folding {
  return (offset, range, names, rest) => {
    const value = rest[rest.length - 1] as Expr;
    const key: Expr = { kind: 'ident', offset, name: names[0] as string };
    const inserted = withKey
      ? call(offset, insert, accu(offset), key, value)
      : call(offset, insert, accu(offset), value);
    const step = rest.length === 1 ? inserted : call(offset, '_?_:_', rest[0] as Expr, inserted, accu(offset));
    const init: Expr = { kind: 'map', offset, entries: [] };
    return fold({ offset, range, names, init, condition: TRUE(offset), step, result: accu(offset) });
  };
}

function has(offset: number, _target: Expr | undefined, [arg]: readonly Expr[]): Expr | MacroFault {
  if (arg?.kind !== 'select') return new MacroFault(arg?.offset ?? offset, 'invalid argument to has() macro');
  return { ...arg, offset, testOnly: true };
}

/** `expression`, where `name` is `value`: a comprehension over nothing. */
function bound(offset: number, name: string, value: Expr, expression: Expr): Expr {
  return {
    kind: 'comprehension',
    offset,
    iterVar: '#unused',
    iterVar2: undefined,
    range: list(offset),
    accuVar: name,
    accuInit: value,
    condition: FALSE(offset),
    step: { kind: 'ident', offset, name },
    result: expression,
  };
}

/** `x.optMap(v, e)`: e of the value if there is one. */
function optMap(name: string, wrap: (offset: number, value: Expr) => Expr): Expand {
  return (offset, target, [variable, value]) => {
    if (variable?.kind !== 'ident')
      return new MacroFault(variable?.offset ?? offset, `${name}() variable name must be a simple identifier`);
    const operand = target as Expr;
    const inner: Expr = { kind: 'call', offset, name: 'value', target: operand, args: [] };
    const expression = bound(offset, variable.name, inner, value as Expr);
    const present: Expr = { kind: 'call', offset, name: 'hasValue', target: operand, args: [] };
    return call(offset, '_?_:_', present, wrap(offset, expression), call(offset, 'optional.none'));
  };
}

interface Macro {
  readonly receiver: boolean;
  readonly arity: number;
  readonly expand: Expand;
}

const TWO_NAMES = 'argument must be a simple name';

function on(arity: number, expand: Expand): Macro {
  return { receiver: true, arity, expand };
}

const MACROS: ReadonlyMap<string, readonly Macro[]> = new Map<string, readonly Macro[]>([
  ['has', [{ receiver: false, arity: 1, expand: has }]],
  ['all', [on(2, ranged(1, SIMPLE_NAME, all)), on(3, ranged(2, TWO_NAMES, all))]],
  ['exists', [on(2, ranged(1, SIMPLE_NAME, exists)), on(3, ranged(2, TWO_NAMES, exists))]],
  ['exists_one', [on(2, ranged(1, SIMPLE_NAME, existsOne)), on(3, ranged(2, TWO_NAMES, existsOne))]],
  ['existsOne', [on(2, ranged(1, SIMPLE_NAME, existsOne)), on(3, ranged(2, TWO_NAMES, existsOne))]],
  ['map', [on(2, ranged(1, NO_IDENTIFIER, map)), on(3, ranged(1, NO_IDENTIFIER, map))]],
  ['filter', [on(2, ranged(1, NO_IDENTIFIER, filter))]],
  ['transformList', [on(3, ranged(2, TWO_NAMES, map)), on(4, ranged(2, TWO_NAMES, map))]],
  [
    'transformMap',
    [
      on(3, ranged(2, TWO_NAMES, mapping('cel.@mapInsert', true))),
      on(4, ranged(2, TWO_NAMES, mapping('cel.@mapInsert', true))),
    ],
  ],
  [
    'transformMapEntry',
    [
      on(3, ranged(2, TWO_NAMES, mapping('cel.@mapInsert', false))),
      on(4, ranged(2, TWO_NAMES, mapping('cel.@mapInsert', false))),
    ],
  ],
  [
    'optMap',
    [
      on(
        2,
        optMap('optMap', (offset, value) => call(offset, 'optional.of', value)),
      ),
    ],
  ],
  [
    'optFlatMap',
    [
      on(
        2,
        optMap('optFlatMap', (_offset, value) => value),
      ),
    ],
  ],
]);

/** `cel.bind(name, value, expression)`: the expression, where the name is the value. */
function bind(offset: number, [variable, value, expression]: readonly Expr[]): Expr | MacroFault {
  if (variable?.kind !== 'ident')
    return new MacroFault(variable?.offset ?? offset, 'cel.bind() variable names must be simple identifiers');
  return bound(offset, variable.name, value as Expr, expression as Expr);
}

export interface MacroOptions {
  /** Whether cel.bind is known. */
  readonly bindings: boolean;
}

/** What a call stands for when it is a macro's; undefined when it is an ordinary call. */
export function expandMacro(
  offset: number,
  name: string,
  target: Expr | undefined,
  args: readonly Expr[],
  { bindings }: MacroOptions,
): Expr | MacroFault | undefined {
  const isBind = bindings && name === 'bind' && args.length === 3;
  if (isBind && target?.kind === 'ident' && target.name === 'cel') return bind(offset, args);
  const fits = (macro: Macro): boolean => macro.receiver === (target !== undefined) && macro.arity === args.length;
  return MACROS.get(name)?.find(fits)?.expand(offset, target, args);
}
