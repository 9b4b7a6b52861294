/** What --sort-by compares: numbers, quantities by what they amount to, other texts by their characters. */
import { compareQuantities } from '../../api/quantity.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

/** Negative, 0 or positive; both values are there. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (left === right) return 0;
  return (left as number) < (right as number) ? -1 : 1;
}

function compareTexts(left: string, right: string): number {
  try {
    return compareQuantities(left, right);
  } catch {
    return compareUtf8(left, right);
  }
}
