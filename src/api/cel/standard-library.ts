/**
 * Functions of cel-go's standard library (common/stdlib), optional types, and the extension libraries that Kubernetes
 * adds (ext strings version 2, sets, two-variable comprehensions). A receiver stands before a blank.
 */
import { type Functions, mergeFunctions, readSignatures } from './declarations.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  typeOf,
  typeParam,
  UINT,
} from './types.ts';

const LOGIC = `
  _?_:_(bool, A, A): A
  _&&_(bool, bool): bool
  _||_(bool, bool): bool
  !_(bool): bool
  @not_strictly_false(bool): bool
  _==_(A, A): bool
  _!=_(A, A): bool
  @in(A, list(A)): bool
  @in(A, map(A, B)): bool
  dyn(A): dyn
  type(A): type(A)
  _[_](list(A), int): A
  _[_](map(A, B), A): B
`;

const SIZES = ['string', 'bytes', 'list(A)', 'map(A, B)'].map((type) => `size(${type}): int\n${type} size(): int`);

const ARITHMETIC = `
  _+_(bytes, bytes): bytes
  _+_(double, double): double
  _+_(duration, duration): duration
  _+_(duration, timestamp): timestamp
  _+_(timestamp, duration): timestamp
  _+_(int, int): int
  _+_(list(A), list(A)): list(A)
  _+_(string, string): string
  _+_(uint, uint): uint
  _-_(double, double): double
  _-_(duration, duration): duration
  _-_(int, int): int
  _-_(timestamp, duration): timestamp
  _-_(timestamp, timestamp): duration
  _-_(uint, uint): uint
  _*_(double, double): double
  _*_(int, int): int
  _*_(uint, uint): uint
  _/_(double, double): double
  _/_(int, int): int
  _/_(uint, uint): uint
  _%_(int, int): int
  _%_(uint, uint): uint
  -_(double): double
  -_(int): int
`;

const NUMBERS = ['int', 'uint', 'double'];
const ORDERED = ['bool', 'string', 'bytes', 'timestamp', 'duration'];
const COMPARISONS = ['_<_', '_<=_', '_>_', '_>=_'].flatMap((name) => [
  ...ORDERED.map((type) => `${name}(${type}, ${type}): bool`),
  ...NUMBERS.flatMap((left) => NUMBERS.map((right) => `${name}(${left}, ${right}): bool`)),
]);

const CONVERSIONS = (
  [
    ['bool', ['bool', 'string']],
    ['bytes', ['bytes', 'string']],
    ['double', ['double', 'int', 'string', 'uint']],
    ['duration', ['duration', 'int', 'string']],
    ['int', ['int', 'double', 'duration', 'string', 'timestamp', 'uint']],
    ['string', ['string', 'bool', 'bytes', 'double', 'duration', 'int', 'timestamp', 'uint']],
    ['timestamp', ['timestamp', 'int', 'string']],
    ['uint', ['uint', 'double', 'int', 'string']],
  ] as const
).flatMap(([to, from]) => from.map((type) => `${to}(${type}): ${to}`));

const TEXT = `
  string contains(string): bool
  string endsWith(string): bool
  string startsWith(string): bool
  string matches(string): bool
  matches(string, string): bool
`;

const TIME_PARTS = ['FullYear', 'Month', 'DayOfYear', 'DayOfMonth', 'Date', 'DayOfWeek'];
const CLOCK_PARTS = ['Hours', 'Minutes', 'Seconds', 'Milliseconds'];
const TIME = [
  ...[...TIME_PARTS, ...CLOCK_PARTS].flatMap((part) => [
    `timestamp get${part}(): int`,
    `timestamp get${part}(string): int`,
  ]),
  ...CLOCK_PARTS.map((part) => `duration get${part}(): int`),
];

const OPTIONALS = `
  optional.of(V): optional_type(V)
  optional.ofNonZeroValue(V): optional_type(V)
  optional.none(): optional_type(V)
  optional_type(V) value(): V
  optional_type(V) hasValue(): bool
  optional_type(V) or(optional_type(V)): optional_type(V)
  optional_type(V) orValue(V): V
  _?._(dyn, string): optional_type(V)
  _[?_](list(V), int): optional_type(V)
  _[?_](optional_type(list(V)), int): optional_type(V)
  _[?_](map(K, V), K): optional_type(V)
  _[?_](optional_type(map(K, V)), K): optional_type(V)
  _[_](optional_type(list(V)), int): optional_type(V)
  _[_](optional_type(map(K, V)), K): optional_type(V)
`;

const STRINGS = `
  string charAt(int): string
  string indexOf(string): int
  string indexOf(string, int): int
  string lastIndexOf(string): int
  string lastIndexOf(string, int): int
  string lowerAscii(): string
  string upperAscii(): string
  string replace(string, string): string
  string replace(string, string, int): string
  string split(string): list(string)
  string split(string, int): list(string)
  string substring(int): string
  string substring(int, int): string
  string trim(): string
  string format(list(dyn)): string
  strings.quote(string): string
  list(string) join(): string
  list(string) join(string): string
`;

const SETS = `
  sets.contains(list(T), list(T)): bool
  sets.equivalent(list(T), list(T)): bool
  sets.intersects(list(T), list(T)): bool
  cel.@mapInsert(map(K, V), K, V): map(K, V)
  cel.@mapInsert(map(K, V), map(K, V)): map(K, V)
`;

let functions: Functions | undefined;

export function standardFunctions(): Functions {
  functions ??= mergeFunctions(
    readSignatures(LOGIC),
    readSignatures([...SIZES, ...COMPARISONS, ...CONVERSIONS, ...TIME].join('\n')),
    readSignatures(ARITHMETIC),
    readSignatures(TEXT),
    readSignatures(OPTIONALS),
    readSignatures(STRINGS),
    readSignatures(SETS),
  );
  return functions;
}

/** Names that are types: `type(x) == int`. */
export const STANDARD_TYPES: ReadonlyMap<string, CelType> = new Map([
  ['bool', typeOf(BOOL)],
  ['bytes', typeOf(BYTES)],
  ['double', typeOf(DOUBLE)],
  ['dyn', typeOf(DYN)],
  ['google.protobuf.Duration', typeOf(DURATION)],
  ['google.protobuf.Timestamp', typeOf(TIMESTAMP)],
  ['int', typeOf(INT)],
  ['list', typeOf(listOf(typeParam('A')))],
  ['map', typeOf(mapOf(typeParam('A'), typeParam('B')))],
  ['null_type', typeOf(NULL)],
  ['optional_type', typeOf(optionalOf(typeParam('V')))],
  ['string', typeOf(STRING)],
  ['type', typeOf(typeOf(DYN))],
  ['uint', typeOf(UINT)],
]);
