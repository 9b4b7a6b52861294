/** Values that are a number or a text, such as ports and percentages (apimachinery pkg/util/intstr). */

export type IntOrString = number | string;

/** How an IntOrString prints: a number's digits or the text itself. */
export function intOrStringText(value: IntOrString): string {
  return typeof value === 'number' ? String(value) : value;
}

/** The number, or what the text says, 0 when it says none (upstream's IntValue). */
export function intOrStringValue(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return /^[+-]?[0-9]{1,15}$/.test(value) ? Number(value) : 0;
}

/** The percentage that `"25%"` states, undefined for anything else. */
export function percentOf(value: IntOrString): number | undefined {
  return typeof value === 'string' && /^[+-]?[0-9]{1,15}%$/.test(value) ? Number(value.slice(0, -1)) : undefined;
}

/** A text that is neither a percentage nor a number. */
export class IntOrStringError extends Error {
  override readonly name = 'IntOrStringError';
}

/**
 * The count that a value means among `total`: percentages are of `total` and rounded.
 * @throws IntOrStringError with upstream's words (GetScaledValueFromIntOrPercent)
 */
export function scaledValue(value: IntOrString, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%'))
    throw new IntOrStringError('invalid value for IntOrString: invalid type: string is not a percentage');
  const percent = percentOf(value);
  if (percent === undefined)
    throw new IntOrStringError(
      `invalid value for IntOrString: invalid value "${value}": strconv.Atoi: parsing "${value.slice(0, -1)}": invalid syntax`,
    );
  const exact = (percent * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
