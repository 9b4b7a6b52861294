/** Conversions between types: `int("1")`, `string(1.5)`; imitates cel-go common/types. */
import { parseDuration, TimeError } from '../time.ts';
import type { CelFunction, CelFunctions } from './cel-function.ts';
import { duration, int, timestamp, uint } from './functions-operators.ts';
import { parseTimestamp } from './functions-time.ts';
import { CelDuration, CelError, CelTimestamp, CelUint, floorDivide } from './values.ts';

const NANOS = 1_000_000_000n;
const TRUE_TEXTS = new Set(['1', 't', 'true', 'T', 'TRUE', 'True']);
const FALSE_TEXTS = new Set(['0', 'f', 'false', 'F', 'FALSE', 'False']);

const toBool: CelFunction = (value) => {
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : undefined;
  if (TRUE_TEXTS.has(value)) return true;
  if (FALSE_TEXTS.has(value)) return false;
  throw unconvertible('bool');
};

/** @throws CelError in cel-go's words for a text that is no value of the type */
function fromText<T>(type: string, make: () => T | undefined): T {
  try {
    const made = make();
    if (made !== undefined) return made;
  } catch (error) {
    if (!(error instanceof CelError || error instanceof TimeError)) throw error;
  }
  throw unconvertible(type);
}

function unconvertible(type: string): CelError {
  return new CelError(`type conversion error from 'string' to '${type}'`);
}

function wholeNumber(value: number, low: number, high: number, what: string): bigint {
  if (!(value > low && value < high)) throw new CelError(what);
  return BigInt(Math.trunc(value));
}

const toInt: CelFunction = (value) => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return wholeNumber(value, -(2 ** 63), 2 ** 63, 'integer overflow');
  if (value instanceof CelUint) return int(value.value);
  if (value instanceof CelDuration) return value.nanos;
  if (value instanceof CelTimestamp) return floorDivide(value.nanos, NANOS);
  if (typeof value !== 'string') return undefined;
  return fromText('int', () => (/^[+-]?\d+$/.test(value) ? int(BigInt(value.replace('+', ''))) : undefined));
};

const toUint: CelFunction = (value) => {
  if (value instanceof CelUint) return value;
  if (typeof value === 'bigint') return uint(value);
  if (typeof value === 'number') return uint(wholeNumber(value, -1, 2 ** 64, 'unsigned integer overflow'));
  if (typeof value !== 'string') return undefined;
  return fromText('uint', () => (/^\d+$/.test(value) ? uint(BigInt(value)) : undefined));
};

const DOUBLE = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i;

const toDouble: CelFunction = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (typeof value !== 'string') return undefined;
  if (!DOUBLE.test(value)) throw unconvertible('double');
  if (/nan$/i.test(value)) return Number.NaN;
  if (/inf/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  const found = Number(value);
  if (!Number.isFinite(found)) throw unconvertible('double');
  return found;
};

/** As Go's %g with the shortest form: 1e+21, 1e-07. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21)) return exponentText(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

function exponentText(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const toText: CelFunction = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return doubleText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelDuration || value instanceof CelTimestamp) return value.toString();
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return decoder.decode(value);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
};

const toBytes: CelFunction = (value) => {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
};

const toDuration: CelFunction = (value) => {
  if (value instanceof CelDuration) return value;
  if (typeof value === 'bigint') return duration(value);
  if (typeof value !== 'string') return undefined;
  return fromText('google.protobuf.Duration', () => duration(parseDuration(value)));
};

const toTimestamp: CelFunction = (value) => {
  if (value instanceof CelTimestamp) return value;
  if (typeof value === 'bigint') return timestamp(value * NANOS);
  if (typeof value !== 'string') return undefined;
  return fromText('google.protobuf.Timestamp', () => timestamp(parseTimestamp(value)));
};

export const CONVERSIONS: CelFunctions = {
  bool: toBool,
  int: toInt,
  uint: toUint,
  double: toDouble,
  string: toText,
  bytes: toBytes,
  duration: toDuration,
  timestamp: toTimestamp,
};
