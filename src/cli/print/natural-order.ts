/** What --sort-by compares: numbers, quantities, and texts with the numbers in them by their value (`a2` before `a10`). */
import { compareQuantities } from '../../api/quantity.ts';

/** Negative, 0 or positive. Absent values come first. */
export function compareValues(left: unknown, right: unknown): number {
  if (left === undefined || left === null || right === undefined || right === null) {
    return Number(left !== undefined && left !== null) - Number(right !== undefined && right !== null);
  }
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (left === right) return 0;
  return (left as number) < (right as number) ? -1 : 1;
}

function compareTexts(left: string, right: string): number {
  try {
    return compareQuantities(left, right);
  } catch {
    return compareNatural(left, right);
  }
}

const CHUNK = /\d+|\D/gu;

export function compareNatural(left: string, right: string): number {
  const a = left.match(CHUNK) ?? [];
  const b = right.match(CHUNK) ?? [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareChunks(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareChunks(left: string, right: string): number {
  if (!/^\d/.test(left) || !/^\d/.test(right)) return left === right ? 0 : left < right ? -1 : 1;
  const a = left.replace(/^0+/, '');
  const b = right.replace(/^0+/, '');
  if (a.length !== b.length) return a.length - b.length;
  if (a !== b) return a < b ? -1 : 1;
  return left.length - right.length;
}
