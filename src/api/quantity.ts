/**
 * Amounts such as `500m`, `1Gi` and `12e6`, exact. Rules, canonical forms and words of apimachinery pkg/api/resource:
 * a number that is already canonical, or merely spelt unusually ("+1", "0100m", "1."), keeps its text; any other is
 * rewritten ("0.5" → "500m", "1024Mi" → "1Gi", "12e-1" → "1200e-3").
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** A text that is no quantity. The message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const SYNTAX = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL_SUFFIXES = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const DECIMAL_SUFFIX_OF = new Map([...DECIMAL_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIX_OF = new Map([...BINARY_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));

const INT64_MAX = 2n ** 63n - 1n;
const NANO = -9;
/** Decimal digits that always fit an int64; more take upstream's slow path, which forgets the text. */
const INT64_DIGITS = 18;
/** Bounds of ours: upstream would compute for minutes beyond them. */
const MAX_TEXT = 4096;
const MAX_EXPONENT = 1000;

interface Suffix {
  readonly format: QuantityFormat;
  readonly exponent: number;
}

function readSuffix(text: string): Suffix {
  const decimal = DECIMAL_SUFFIXES.get(text);
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal };
  const binary = BINARY_SUFFIXES.get(text);
  if (binary !== undefined) return { format: 'BinarySI', exponent: binary };
  if (!/^[eE][+-]?[0-9]+$/.test(text)) throw new QuantityError(WRONG_SUFFIX);
  const exponent = Number(text.slice(1));
  if (Math.abs(exponent) > MAX_EXPONENT) throw new QuantityError(WRONG_SUFFIX);
  return { format: 'DecimalExponent', exponent };
}

function pow10(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** Divides rounding away from zero. */
function divideUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** An immutable amount: `unscaled` × 10^`exponent`. */
export class Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  #text: string | undefined;

  constructor(unscaled: bigint, exponent: number, format: QuantityFormat, text?: string) {
    this.unscaled = unscaled;
    this.exponent = exponent;
    this.format = format;
    this.#text = text;
  }

  static zero(format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(0n, 0, format);
  }

  static ofInteger(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value), 0, format);
  }

  static ofMilli(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value), -3, format);
  }

  get sign(): -1 | 0 | 1 {
    return this.unscaled === 0n ? 0 : this.unscaled < 0n ? -1 : 1;
  }

  isZero(): boolean {
    return this.unscaled === 0n;
  }

  /** The amount in units of 10^`scale`, rounded away from zero. */
  scaled(scale: number): bigint {
    const shift = this.exponent - scale;
    if (shift === 0) return this.unscaled;
    return shift > 0 ? this.unscaled * pow10(shift) : divideUp(this.unscaled, pow10(-shift));
  }

  /** Whole units, rounded away from zero (upstream's Value). */
  value(): bigint {
    return this.scaled(0);
  }

  /** Thousandths, rounded away from zero (upstream's MilliValue). */
  milliValue(): bigint {
    return this.scaled(-3);
  }

  /** Whether a whole number is left when it is rounded to thousandths. */
  isWhole(): boolean {
    return this.exponent >= 0 || this.milliValue() % 1000n === 0n;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(`${this.unscaled}e${this.exponent}`);
  }

  /** Negative, zero or positive, as a comparator. */
  compare(other: Quantity): number {
    if (this.sign !== other.sign) return this.sign - other.sign;
    const scale = Math.min(this.exponent, other.exponent);
    const left = this.scaled(scale);
    const right = other.scaled(scale);
    return left === right ? 0 : left < right ? -1 : 1;
  }

  equals(other: Quantity): boolean {
    return this.compare(other) === 0;
  }

  /** The sum; a zero takes the other's format. */
  add(other: Quantity): Quantity {
    const scale = Math.min(this.exponent, other.exponent);
    return new Quantity(this.scaled(scale) + other.scaled(scale), scale, this.isZero() ? other.format : this.format);
  }

  sub(other: Quantity): Quantity {
    return this.add(other.negate());
  }

  negate(): Quantity {
    return new Quantity(-this.unscaled, this.exponent, this.format);
  }

  multiply(factor: number | bigint): Quantity {
    return new Quantity(this.unscaled * BigInt(factor), this.exponent, this.format);
  }

  /** At most `scale` fine, rounded away from zero; what is coarse enough keeps its text. Resource lists use -3. */
  roundUp(scale: number): Quantity {
    return this.exponent >= scale ? this : new Quantity(this.scaled(scale), scale, this.format);
  }

  toString(): string {
    this.#text ??= canonicalText(this);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }
}

function canonicalText(quantity: Quantity): string {
  if (quantity.isZero()) return '0';
  if (quantity.format === 'BinarySI') {
    const whole = quantity.value();
    const exact = quantity.exponent >= 0 || whole * pow10(-quantity.exponent) === quantity.unscaled;
    const big = whole >= 1024n || whole <= -1024n;
    return big && exact ? binaryText(whole) : decimalText(quantity, 'DecimalSI');
  }
  return decimalText(quantity, quantity.format);
}

function binaryText(whole: bigint): string {
  let amount = whole;
  let exponent = 0;
  while (amount % 1024n === 0n) {
    amount /= 1024n;
    exponent += 10;
  }
  return `${amount}${BINARY_SUFFIX_OF.get(exponent) ?? ''}`;
}

/** Upstream prints no suffix where it knows none (beyond E), and so do we. */
function decimalText(quantity: Quantity, format: 'DecimalSI' | 'DecimalExponent'): string {
  let amount = quantity.unscaled;
  let { exponent } = quantity;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    amount *= 10n;
    exponent--;
  }
  if (format === 'DecimalSI') return `${amount}${DECIMAL_SUFFIX_OF.get(exponent) ?? ''}`;
  return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
}

/** Texts read lately: the same few amounts come again and again, several times in each object. */
const known = new Map<string, Quantity>();
const MOST_KNOWN = 1024;
const LONGEST_KNOWN = 24;

/** @throws QuantityError */
export function parseQuantity(text: string): Quantity {
  const found = known.get(text);
  if (found !== undefined) return found;
  const quantity = readQuantity(text);
  if (text.length <= LONGEST_KNOWN) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, quantity);
  }
  return quantity;
}

function readQuantity(text: string): Quantity {
  const match = text.length > MAX_TEXT || text === '' ? null : SYNTAX.exec(text);
  if (match === null) throw new QuantityError(WRONG_FORMAT);
  const [, sign, whole, fraction = '', suffixText] = match as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  const suffix = readSuffix(suffixText);
  const num = whole === '' ? '0' : whole;
  const digits = num + fraction;
  const signed = (value: bigint) => (sign === '-' ? -value : value);
  if (suffix.format === 'BinarySI') return parseBinary(text, num, fraction, suffix.exponent, signed);
  const exponent = suffix.exponent - fraction.length;
  if (digits.length <= INT64_DIGITS && exponent >= NANO) {
    const canonical = exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
    return new Quantity(signed(BigInt(digits)), exponent, suffix.format, canonical ? text : undefined);
  }
  return roundToNano(BigInt(digits), exponent, suffix.format, signed);
}

function parseBinary(
  text: string,
  num: string,
  fraction: string,
  exponent: number,
  signed: (v: bigint) => bigint,
): Quantity {
  const unscaled = BigInt(num + fraction) << BigInt(exponent);
  if (fraction === '') {
    const fast = 15 - num.length - Math.floor((exponent * 3) / 10) - 1 >= 0 && unscaled <= INT64_MAX;
    if (fast) return new Quantity(signed(unscaled), 0, 'BinarySI', (BigInt(num) & 7n) !== 0n ? text : undefined);
  }
  const limit = INT64_MAX * pow10(fraction.length);
  if (unscaled > limit) return new Quantity(signed(INT64_MAX), 0, 'BinarySI');
  const small = unscaled > 0n && unscaled < pow10(fraction.length);
  return roundToNano(unscaled, -fraction.length, small ? 'DecimalSI' : 'BinarySI', signed);
}

function roundToNano(
  unscaled: bigint,
  exponent: number,
  format: QuantityFormat,
  signed: (v: bigint) => bigint,
): Quantity {
  if (exponent >= NANO) return new Quantity(signed(unscaled), exponent, format);
  return new Quantity(signed(divideUp(unscaled, pow10(NANO - exponent))), NANO, format);
}

const PLAIN = /^([1-9][0-9]{0,8})([mkMGT]|[KMG]i)?$/;
const UNICODE_SPACE_ENDS =
  /^[ \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[ \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/** The text that kube-apiserver writes for a quantity it was sent. @throws QuantityError */
export function canonicalQuantity(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found.toString();
  const plain = PLAIN.exec(text);
  if (plain !== null) {
    const binary = plain[2]?.length === 2;
    if (binary ? (Number(plain[1]) & 7) !== 0 : !(plain[1] as string).endsWith('000')) return text;
  }
  return parseQuantity(text.replace(UNICODE_SPACE_ENDS, '')).toString();
}

/** Compares two quantities given as text. @throws QuantityError */
export function compareQuantities(left: string, right: string): number {
  return left === right ? 0 : parseQuantity(left).compare(parseQuantity(right));
}
