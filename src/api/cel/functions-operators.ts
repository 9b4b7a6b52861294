/** Operators, sizes, optionals and sets; imitates cel-go common/stdlib, cel/library.go and ext/sets.go. */
import type { CelFunction, CelFunctions } from './cel-function.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  compareBytes,
  compareNumbers,
  compareStrings,
  EntryMap,
  equalValues,
  isNumber,
  NONE,
  textOfKey,
  typeNameOf,
} from './values.ts';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;
/** Year 1 and the end of year 9999, in seconds. */
const FIRST_SECOND = -62135596800n;
const LAST_SECOND = 253402300799n;

export function int(value: bigint): bigint {
  if (value < INT_MIN || value > INT_MAX) throw new CelError('integer overflow');
  return value;
}

export function uint(value: bigint): CelUint {
  if (value < 0n || value > UINT_MAX) throw new CelError('unsigned integer overflow');
  return new CelUint(value);
}

export function duration(nanos: bigint): CelDuration {
  if (nanos < INT_MIN || nanos > INT_MAX) throw new CelError('integer overflow');
  return new CelDuration(nanos);
}

export function timestamp(nanos: bigint): CelTimestamp {
  const seconds = nanos / 1_000_000_000n;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw new CelError('timestamp overflow');
  return new CelTimestamp(nanos);
}

interface Arithmetic {
  readonly int: (a: bigint, b: bigint) => bigint;
  readonly double?: (a: number, b: number) => number;
}

/** Numbers of one type; no type is made into another. */
function arithmetic({ int: whole, double }: Arithmetic): CelFunction {
  return (a, b) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return int(whole(a, b));
    if (a instanceof CelUint && b instanceof CelUint) return uint(whole(a.value, b.value));
    if (typeof a === 'number' && typeof b === 'number') return double?.(a, b);
    return undefined;
  };
}

const addNumbers = arithmetic({ int: (a, b) => a + b, double: (a, b) => a + b });
const subtractNumbers = arithmetic({ int: (a, b) => a - b, double: (a, b) => a - b });

const add: CelFunction = (a, b) => {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Uint8Array.from([...a, ...b]);
  if (a instanceof CelList && b instanceof CelList) return a.plus(b);
  if (a instanceof CelDuration && b instanceof CelDuration) return duration(a.nanos + b.nanos);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return timestamp(a.nanos + b.nanos);
  if (a instanceof CelDuration && b instanceof CelTimestamp) return timestamp(a.nanos + b.nanos);
  return addNumbers(a as CelValue, b as CelValue);
};

const subtract: CelFunction = (a, b) => {
  if (a instanceof CelDuration && b instanceof CelDuration) return duration(a.nanos - b.nanos);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return timestamp(a.nanos - b.nanos);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return duration(a.nanos - b.nanos);
  return subtractNumbers(a as CelValue, b as CelValue);
};

function nonZero(value: bigint, message: string): bigint {
  if (value === 0n) throw new CelError(message);
  return value;
}

const divide = arithmetic({ int: (a, b) => a / nonZero(b, 'division by zero'), double: (a, b) => a / b });
const modulo = arithmetic({ int: (a, b) => a % nonZero(b, 'modulus by zero') });
const multiply = arithmetic({ int: (a, b) => a * b, double: (a, b) => a * b });

/** Less than, equal or greater; undefined for what has no order, or for NaN. */
export function compareValues(a: CelValue, b: CelValue): number | undefined {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof CelDuration && b instanceof CelDuration) return Number(a.nanos - b.nanos);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return Number(a.nanos - b.nanos);
  return undefined;
}

function ordering(holds: (order: number) => boolean): CelFunction {
  return (a, b) => {
    const order = compareValues(a as CelValue, b as CelValue);
    if (order !== undefined) return holds(order);
    return isNumber(a as CelValue) && isNumber(b as CelValue) ? false : undefined;
  };
}

/** The element, or undefined when there is none. @throws CelError for an index that is none */
function element(container: CelValue, key: CelValue): CelValue | undefined {
  if (container instanceof CelMap) return container.get(key);
  const index = indexOf(key);
  if (!(container instanceof CelList)) return undefined;
  return index >= 0 && index < container.size ? container.at(index) : undefined;
}

function indexOf(key: CelValue): number {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof CelUint) return Number(key.value);
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  throw new CelError(`unsupported index type '${typeNameOf(key)}' in list`);
}

const index: CelFunction = (container, key) => {
  if (container === undefined || key === undefined) return undefined;
  if (container instanceof CelOptional) return optionalIndex(container, key);
  if (!(container instanceof CelList || container instanceof CelMap)) return undefined;
  const found = element(container, key);
  if (found !== undefined) return found;
  const what = container instanceof CelMap ? 'no such key' : 'index out of bounds';
  throw new CelError(`${what}: ${textOfKey(key)}`);
};

const optionalIndex: CelFunction = (container, key) => {
  const from = container instanceof CelOptional ? container.value : container;
  if (from === undefined || key === undefined) return NONE;
  const found = element(from, key);
  return found === undefined ? NONE : new CelOptional(found);
};

const contains: CelFunction = (wanted, container) => {
  if (container instanceof CelList) return container.contains(wanted as CelValue);
  return container instanceof CelMap ? container.get(wanted as CelValue) !== undefined : undefined;
};

const size: CelFunction = (value) => {
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (value instanceof Uint8Array) return BigInt(value.length);
  return value instanceof CelList || value instanceof CelMap ? BigInt(value.size) : undefined;
};

function isZeroValue(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0;
  return value instanceof CelDuration && value.nanos === 0n;
}

function setFunction(holds: (a: CelList, b: CelList) => boolean): CelFunction {
  return (a, b) => (a instanceof CelList && b instanceof CelList ? holds(a, b) : undefined);
}

function includes(all: CelList, some: CelList): boolean {
  for (const item of some.items()) if (!all.contains(item)) return false;
  return true;
}

function intersects(a: CelList, b: CelList): boolean {
  for (const item of b.items()) if (a.contains(item)) return true;
  return false;
}

const mapInsert: CelFunction = (map, keyOrMap, value) => {
  if (!(map instanceof CelMap)) return undefined;
  const entries = [...entriesOf(map)];
  if (keyOrMap instanceof CelMap) return EntryMap.of([...entries, ...entriesOf(keyOrMap)]);
  return EntryMap.of([...entries, [keyOrMap as CelValue, value as CelValue]]);
};

function* entriesOf(map: CelMap): Iterable<readonly [CelValue, CelValue]> {
  for (const key of map.keys()) yield [key, map.get(key) as CelValue];
}

function contentOf(optional: CelOptional): CelValue {
  if (optional.value === undefined) throw new CelError('optional.none() dereference');
  return optional.value;
}

const negate: CelFunction = (value) => {
  if (typeof value === 'bigint') return int(-value);
  return typeof value === 'number' ? -value : undefined;
};

export const OPERATORS: CelFunctions = {
  '_+_': add,
  '_-_': subtract,
  '_*_': multiply,
  '_/_': divide,
  '_%_': modulo,
  '-_': negate,
  '!_': (value) => (typeof value === 'boolean' ? !value : undefined),
  '_==_': (a, b) => equalValues(a as CelValue, b as CelValue),
  '_!=_': (a, b) => !equalValues(a as CelValue, b as CelValue),
  '_<_': ordering((order) => order < 0),
  '_<=_': ordering((order) => order <= 0),
  '_>_': ordering((order) => order > 0),
  '_>=_': ordering((order) => order >= 0),
  '_[_]': index,
  '_[?_]': optionalIndex,
  '_?._': optionalIndex,
  '@in': contains,
  size,
  dyn: (value) => value,
  type: (value) => new CelTypeValue(typeNameOf(value as CelValue)),
  'optional.of': (value) => new CelOptional(value),
  'optional.ofNonZeroValue': (value) => (isZeroValue(value as CelValue) ? NONE : new CelOptional(value)),
  'optional.none': () => NONE,
  value: (optional) => (optional instanceof CelOptional ? contentOf(optional) : undefined),
  hasValue: (optional) => (optional instanceof CelOptional ? optional.value !== undefined : undefined),
  or: (optional, other) =>
    optional instanceof CelOptional ? (optional.value === undefined ? other : optional) : undefined,
  orValue: (optional, other) => (optional instanceof CelOptional ? (optional.value ?? other) : undefined),
  'sets.contains': setFunction(includes),
  'sets.equivalent': setFunction((a, b) => includes(a, b) && includes(b, a)),
  'sets.intersects': setFunction(intersects),
  'cel.@mapInsert': mapInsert,
};
