/**
 * What calls cost and how long their results are; imitates functionCost of cel-go checker/cost.go and EstimateCallCost
 * of apiserver pkg/cel/library/cost.go.
 */
import type { Expr } from './ast.ts';
import { add, type Estimate, exactly, multiply, NOTHING, ONE, scale, UNBOUNDED, union } from './cost-estimate.ts';
import type { Overload } from './declarations.ts';
import type { CelType } from './types.ts';

/** Of looking at one character or byte. */
const TRAVERSAL = 0.1;
/** Of one character of a regular expression. */
const REGEX = 0.25;
/** Two checks are what one expression may ask. */
const AUTHORIZATION_CHECK = 350_000;
const ADDRESS_BYTES: Estimate = { min: 4, max: 16 };

/** An operand of a call. */
export interface Operand {
  readonly expr: Expr;
  readonly type: CelType;
  readonly size: Estimate;
  /** Size of the items of a list, of the values of a map. */
  readonly itemSize: Estimate | undefined;
}

export interface CallInfo {
  readonly name: string;
  readonly overload: Overload;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
  readonly argCosts: readonly Estimate[];
}

export interface CallCost {
  readonly cost: Estimate;
  readonly resultSize?: Estimate;
}

function sum(costs: readonly Estimate[]): Estimate {
  return costs.reduce(add, NOTHING);
}

/** Cost of the call with that of its arguments. */
export function callCost(call: CallInfo): CallCost {
  const known = libraryCost(call) ?? languageCost(call);
  if (known === undefined) return { cost: add(ONE, sum(call.argCosts)) };
  return known.whole === true ? known : { ...known, cost: add(known.cost, sum(call.argCosts)) };
}

/** `whole`: the arguments' costs are in it. */
type Known = CallCost & { readonly whole?: true };

const NOMINAL = new Set(
  (
    'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength ' +
    'family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast sign asInteger isInteger ' +
    'asApproximateFloat isGreaterThan isLessThan compareTo add sub'
  ).split(' '),
);

const LIST_FUNCTIONS = new Set(['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf']);
const TRAVERSING = new Set(['lowerAscii', 'upperAscii', 'substring', 'trim']);

function libraryCost({ name, target, args, overload }: CallInfo): Known | undefined {
  if (name === 'check') return { cost: exactly(AUTHORIZATION_CHECK) };
  if (NOMINAL.has(name)) return { cost: ONE };
  const [first, second] = args;
  if (name === 'url' && first !== undefined && args.length === 1) return { cost: scale(first.size, TRAVERSAL) };
  if (target === undefined) return undefined;
  if (LIST_FUNCTIONS.has(name)) return { cost: listCost(target) };
  if (TRAVERSING.has(name)) return { cost: scale(target.size, TRAVERSAL), resultSize: target.size };
  if (name === 'ip') return { cost: ONE };
  if (name === 'join') return joinCost(target, first);
  if (name === 'split')
    return { cost: scale(target.size, 2 * TRAVERSAL), resultSize: { min: 0, max: target.size.max } };
  if (first === undefined) return undefined;
  if (name === 'replace' && second !== undefined) {
    const resultSize = replacedSize(target.size, first.size, second.size);
    return { cost: scale(target.size, 2 * TRAVERSAL), resultSize };
  }
  if (name === 'find' || name === 'findAll')
    return { cost: regexCost(target, first), resultSize: { min: 0, max: target.size.max } };
  if (name === 'containsIP' || name === 'containsCIDR') return { cost: containmentCost(name, first, overload) };
  return undefined;
}

function listCost(target: Operand): Estimate {
  const item = target.type.params[0];
  if (item === undefined) return scale(target.size, TRAVERSAL);
  const traversed = item.kind === 'string' || item.kind === 'bytes';
  const itemSize = target.itemSize ?? { min: 0, max: UNBOUNDED };
  return multiply(target.size, traversed ? add(ONE, scale(itemSize, TRAVERSAL)) : ONE);
}

function joinCost(list: Operand, separator: Operand | undefined): Known {
  const items = list.type.params[0] === undefined ? NOTHING : (list.itemSize ?? { min: 0, max: UNBOUNDED });
  let size = list.type.params[0] === undefined ? NOTHING : multiply(list.size, items);
  if (separator !== undefined) {
    const count = { min: Math.max(0, list.size.min - 1), max: Math.max(0, list.size.max - 1) };
    size = add(size, multiply(separator.size, count));
  }
  return { cost: scale(size, TRAVERSAL), resultSize: size };
}

/** The shortest and longest that replacing may make of a text. */
function replacedSize(text: Estimate, wanted: Estimate, replacement: Estimate): Estimate {
  const longest = replacements(text.max, wanted.min, replacement.max <= wanted.min);
  const shortest = replacements(text.min, wanted.max, wanted.max <= replacement.min);
  const count = { min: shortest.count, max: longest.count };
  return add(multiply(count, replacement), { min: shortest.retained, max: longest.retained });
}

function replacements(text: number, wanted: number, keepsText: boolean): { count: number; retained: number } {
  if (wanted === 0) return { count: text < UNBOUNDED ? text + 1 : text, retained: text };
  return keepsText ? { count: 0, retained: text } : { count: Math.ceil(text / wanted), retained: 0 };
}

function regexCost(text: Operand, pattern: Operand): Estimate {
  return multiply(scale(add(text.size, ONE), TRAVERSAL), scale(pattern.size, REGEX));
}

function containmentCost(name: string, other: Operand, { args }: Overload): Estimate {
  let cost = scale(add(ADDRESS_BYTES, ADDRESS_BYTES), TRAVERSAL);
  if (name === 'containsCIDR') cost = add(add(cost, scale(ADDRESS_BYTES, TRAVERSAL)), ONE);
  return args[1]?.kind === 'string' ? add(cost, scale(other.size, TRAVERSAL)) : cost;
}

const COMPARISONS = new Set(['_<_', '_>_', '_<=_', '_>=_']);

function languageCost({ name, overload, target, args, argCosts }: CallInfo): Known | undefined {
  const [first, second, third] = args;
  const traversed = (operand: Operand): Estimate => scale(operand.size, TRAVERSAL);
  if (name === 'format' && target !== undefined) return { cost: traversed(target) };
  if (first === undefined) return undefined;
  if (name === 'startsWith' || name === 'endsWith') return { cost: traversed(first) };
  if (name === 'matches' && target !== undefined) return { cost: regexCost(target, first) };
  if (name === 'contains' && target !== undefined) return { cost: multiply(traversed(target), traversed(first)) };
  if (name === 'strings.quote') return quoteCost(first);
  if (name === 'bytes' || name === 'string') return conversionCost(name, first, overload);
  if (second === undefined) return undefined;
  if (name === '@in') return overload.args[1]?.kind === 'list' ? { cost: scale(second.size, 1) } : undefined;
  if (name === '_&&_' || name === '_||_') return { cost: logicalCost(argCosts), whole: true };
  if (name === '_?_:_' && third !== undefined) return conditionalCost(argCosts, second, third);
  if (name === '_+_') return additionCost(first, second, overload);
  if (name === '_==_' || name === '_!=_' || (COMPARISONS.has(name) && isText(overload.args[0])))
    return { cost: comparisonCost(first.size, second.size) };
  return undefined;
}

function isText(type: CelType | undefined): boolean {
  return type?.kind === 'string' || type?.kind === 'bytes';
}

/** Each character may be escaped, and there are two quotes. */
function quoteCost({ size }: Operand): Known {
  return { cost: scale(size, TRAVERSAL), resultSize: add(multiply(size, { min: 1, max: 2 }), exactly(2)) };
}

/** A character takes one to four bytes. */
function conversionCost(name: 'bytes' | 'string', { size }: Operand, { args }: Overload): Known | undefined {
  if (args[0]?.kind !== (name === 'bytes' ? 'string' : 'bytes')) return undefined;
  const resultSize =
    name === 'bytes' ? multiply(size, { min: 1, max: 4 }) : { min: Math.floor(size.min / 4), max: size.max };
  return { cost: scale(size, TRAVERSAL), resultSize };
}

/** The second is perhaps not looked at. */
function logicalCost(argCosts: readonly Estimate[]): Estimate {
  return { min: argCosts[0]?.min ?? 0, max: sum(argCosts).max };
}

function conditionalCost(
  [condition = NOTHING, a = NOTHING, b = NOTHING]: readonly Estimate[],
  yes: Operand,
  no: Operand,
): Known {
  return { cost: add(condition, union(a, b)), resultSize: union(yes.size, no.size), whole: true };
}

/** Of texts and lists: both are kept; lists are joined without being copied. */
function additionCost(first: Operand, second: Operand, { args }: Overload): Known | undefined {
  const kind = args[0]?.kind;
  if (kind !== 'string' && kind !== 'bytes' && kind !== 'list') return undefined;
  const resultSize = add(first.size, second.size);
  return { cost: kind === 'list' ? ONE : scale(resultSize, TRAVERSAL), resultSize };
}

/** The shorter one decides. */
function comparisonCost(a: Estimate, b: Estimate): Estimate {
  const max = Math.min(a.max, b.max);
  return scale({ min: max > 0 ? 1 : 0, max }, TRAVERSAL);
}
