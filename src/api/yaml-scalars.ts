/** What plain YAML scalars mean to go-yaml v2 (YAML 1.1 with its own corners); reader and writer share it. */

const BOOLS = new Map<string, boolean>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) BOOLS.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) BOOLS.set(word, false);
const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const SPECIAL_FLOATS = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((w): [string, number] => [w, Number.POSITIVE_INFINITY]),
  ...['-.inf', '-.Inf', '-.INF'].map((w): [string, number] => [w, Number.NEGATIVE_INFINITY]),
  ...['.nan', '.NaN', '.NAN'].map((w): [string, number] => [w, Number.NaN]),
]);
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)$/;
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][ \t]*[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

export type YamlScalar = string | number | bigint | boolean | null;

function readInteger(text: string): number | bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null || text.length > 80) return undefined;
  const [, sign, digits] = match as unknown as [string, string, string];
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (/^0[oO]$/.test(digits)) return undefined;
  const value = sign === '-' ? -BigInt(octal.toLowerCase()) : BigInt(octal.toLowerCase());
  if (value > UINT64_MAX || value < INT64_MIN) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The value of a plain scalar without a tag. Timestamps are strings; see isTimestamp. */
export function resolvePlain(text: string): YamlScalar {
  if (NULLS.has(text)) return null;
  const bool = BOOLS.get(text);
  if (bool !== undefined) return bool;
  if (!/^[-+.0-9]/.test(text)) return text;
  const special = SPECIAL_FLOATS.get(text);
  if (special !== undefined) return special;
  if (isTimestamp(text)) return text;
  const plain = text.replaceAll('_', '');
  const integer = readInteger(plain);
  if (integer !== undefined) return integer;
  return FLOAT.test(plain) ? Number(plain) : text;
}

export function isTimestamp(text: string): boolean {
  return text.length >= 8 && TIMESTAMP.test(text);
}

/** Whether a string can be written without quotes and read back as itself. */
export function isPlainString(text: string): boolean {
  return typeof resolvePlain(text) === 'string' && text !== '<<' && !isTimestamp(text) && !BASE60.test(text);
}
