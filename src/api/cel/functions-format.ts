/** `"%s is %d".format([x, 3])`; imitates cel-go ext/formatting.go. */
import { doubleText } from './functions-conversion.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  compareStrings,
  typeNameOf,
} from './values.ts';

const DEFAULT_PRECISION = 6;
const CLAUSE = /%(?:(%)|(?:\.(\d+))?([a-zA-Z]))|%/g;

/** @throws CelError */
export function formatText(text: string, args: CelList): string {
  let next = 0;
  return text.replace(
    CLAUSE,
    (whole, percent: string | undefined, precision: string | undefined, verb: string | undefined) => {
      if (percent !== undefined) return '%';
      if (verb === undefined) throw new CelError(`could not parse formatting clause: ${JSON.stringify(whole)}`);
      if (next >= args.size) throw new CelError(`index ${next} out of range`);
      return clauseText(verb, args.at(next++), precision === undefined ? undefined : Number(precision));
    },
  );
}

function clauseText(verb: string, value: CelValue, precision: number | undefined): string {
  switch (verb) {
    case 's':
      return stringText(value);
    case 'd':
      return integerText(value);
    case 'f':
      return number(value, verb).toFixed(precision ?? DEFAULT_PRECISION);
    case 'e':
      return number(value, verb)
        .toExponential(precision ?? DEFAULT_PRECISION)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : based(value, 2, 'binary');
    case 'o':
      return based(value, 8, 'octal');
    case 'x':
      return hexText(value);
    case 'X':
      return hexText(value).toUpperCase();
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(verb)}`);
  }
}

function refuse(what: string, value: CelValue): CelError {
  return new CelError(`error during formatting: ${what} clause can not be used on ${typeNameOf(value)}`);
}

function stringText(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return doubleText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelDuration || value instanceof CelTimestamp) return value.toString();
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof CelList) return `[${Array.from(value.items(), nestedText).join(', ')}]`;
  if (value instanceof CelMap) return mapText(value);
  throw refuse('string', value);
}

function nestedText(value: CelValue): string {
  return stringText(value);
}

function mapText(map: CelMap): string {
  const members = Array.from(map.keys(), (key): [string, string] => [
    stringText(key),
    nestedText(map.get(key) as CelValue),
  ]);
  members.sort(([a], [b]) => compareStrings(a, b));
  return `{${members.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

function integerText(value: CelValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof CelUint) return String(value.value);
  if (typeof value === 'number' && !Number.isFinite(value)) return doubleText(value);
  throw refuse('decimal', value);
}

function number(value: CelValue, verb: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  throw refuse(verb === 'e' ? 'scientific notation' : 'fixed-point', value);
}

function based(value: CelValue, base: number, what: string): string {
  if (typeof value === 'bigint') return value.toString(base);
  if (value instanceof CelUint) return value.value.toString(base);
  throw refuse(what, value);
}

function hexText(value: CelValue): string {
  if (typeof value === 'string') return hexBytes(new TextEncoder().encode(value));
  return value instanceof Uint8Array ? hexBytes(value) : based(value, 16, 'hex');
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
