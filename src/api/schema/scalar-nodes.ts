/** Readers of values without fields: one per schema type. */
import { canonicalBase64, IllegalBase64 } from '../base64.ts';
import { canonicalQuantity, QuantityError } from '../quantity.ts';
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration, TimeError } from '../time.ts';
import { type DecodeContext, DecodeError, jsonKind } from './decode-context.ts';

/** Reads one value, checks it and gives it the form kube-apiserver writes. */
export interface Node {
  /** `value` is neither null nor undefined. Errors go to the context; those that end Go's decoder are thrown. */
  read(value: unknown, context: DecodeContext): unknown;
  /** Go's zero value in JSON form; a fresh one each time. */
  zero(): unknown;
  /** Whether `omitempty` (or `omitzero`) drops it. */
  isZero(value: unknown): boolean;
}

export class StringNode implements Node {
  readonly #goType: string;

  constructor(goType: string) {
    this.#goType = goType;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value === 'string') return value;
    context.mismatch(jsonKind(value), this.#goType);
    return '';
  }

  zero(): unknown {
    return '';
  }

  isZero(value: unknown): boolean {
    return value === '';
  }
}

export class BooleanNode implements Node {
  readonly #goType: string;

  constructor(goType: string) {
    this.#goType = goType;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value === 'boolean') return value;
    context.mismatch(jsonKind(value), this.#goType);
    return false;
  }

  zero(): unknown {
    return false;
  }

  isZero(value: unknown): boolean {
    return value === false;
  }
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Whether Go's sized integer holds the value. */
function fitsInteger(value: unknown, wide: boolean): boolean {
  if (typeof value === 'bigint') return wide && value <= INT64_MAX && value >= INT64_MIN;
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return wide ? Number.isSafeInteger(value) : value === (value | 0);
}

function numberKind(value: unknown, context: DecodeContext): string {
  return typeof value === 'number' || typeof value === 'bigint'
    ? `number ${context.literal ?? value}`
    : jsonKind(value);
}

export class IntegerNode implements Node {
  readonly #goType: string;
  readonly #wide: boolean;

  constructor(goType: string) {
    this.#goType = goType;
    this.#wide = goType !== 'int32';
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (context.literal === undefined && fitsInteger(value, this.#wide)) return value === 0 ? 0 : value;
    if (context.literal === '-0') return 0;
    context.mismatch(numberKind(value, context), this.#goType);
    return 0;
  }

  zero(): unknown {
    return 0;
  }

  isZero(value: unknown): boolean {
    return value === 0;
  }
}

export class NumberNode implements Node {
  readonly #goType: string;

  constructor(goType: string) {
    this.#goType = goType;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    context.mismatch(numberKind(value, context), this.#goType);
    return 0;
  }

  zero(): unknown {
    return 0;
  }

  isZero(value: unknown): boolean {
    return value === 0;
  }
}

/** Upstream hands Quantity the raw JSON text of whatever stands there. */
export class QuantityNode implements Node {
  read(value: unknown, context: DecodeContext): unknown {
    const text =
      typeof value === 'object' ? '{}' : String(typeof value === 'string' ? value : (context.literal ?? value));
    try {
      return canonicalQuantity(text);
    } catch (error) {
      if (error instanceof QuantityError) throw new DecodeError(error.message, { cause: error });
      throw error;
    }
  }

  zero(): unknown {
    return '0';
  }

  isZero(value: unknown): boolean {
    return value === '0';
  }
}

export class IntOrStringNode implements Node {
  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value === 'string') return value;
    if (context.literal === undefined && fitsInteger(value, false)) return value === 0 ? 0 : value;
    throw context.typeError(numberKind(value, context), 'int32');
  }

  zero(): unknown {
    return 0;
  }

  isZero(): boolean {
    return false;
  }
}

/** Values that Go reads as a text and then parses. A null result is Go's zero time. */
export class TextNode implements Node {
  readonly #parse: (text: string) => string | null;
  readonly #zero: string | null;

  constructor(parse: (text: string) => string | null, zero: string | null) {
    this.#parse = parse;
    this.#zero = zero;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value !== 'string') throw context.typeError(jsonKind(value), 'string');
    try {
      return this.#parse(value);
    } catch (error) {
      if (error instanceof TimeError) throw new DecodeError(error.message, { cause: error });
      throw error;
    }
  }

  zero(): unknown {
    return this.#zero;
  }

  isZero(value: unknown): boolean {
    return value === this.#zero;
  }
}

export const timeNode: Node = new TextNode(canonicalTime, null);
export const microTimeNode: Node = new TextNode(canonicalMicroTime, null);
export const durationNode: Node = new TextNode((text) => formatDuration(parseDuration(text)), '0s');

export class BytesNode implements Node {
  readonly #goType: string;

  constructor(goType: string) {
    this.#goType = goType;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value !== 'string') {
      context.mismatch(jsonKind(value), this.#goType);
      return '';
    }
    try {
      return canonicalBase64(value);
    } catch (error) {
      if (!(error instanceof IllegalBase64)) throw error;
      context.save(error.message);
      return '';
    }
  }

  zero(): unknown {
    return null;
  }

  isZero(value: unknown): boolean {
    return value === '' || value === null;
  }
}

/** Any JSON, kept as it is. */
export class AnyNode implements Node {
  read(value: unknown): unknown {
    return value;
  }

  zero(): unknown {
    return null;
  }

  isZero(value: unknown): boolean {
    return value === null;
  }
}
