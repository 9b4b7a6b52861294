/** Sets of completion indexes as text, e.g. `1,3-5,7`; imitates validateIndexesFormat of kubernetes pkg/apis/batch/validation. */
import { quote } from '../../../api/field-errors.ts';

interface Interval {
  readonly first: number;
  readonly last: number;
}

interface Malformed {
  readonly error: string;
}

/** How many indexes the text names, or why it is malformed: indexes must rise and stay below `completions`. */
export function countIndexes(text: string, completions: number): number | Malformed {
  if (text === '') return 0;
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if ('error' in interval) return interval;
    if (previous !== undefined && previous >= interval.first) return notIncreasing(previous, interval.first);
    total += interval.last - interval.first + 1;
    previous = interval.last;
  }
  return total;
}

/** The first index that two texts share; malformed parts are passed over. */
export function overlappingIndex(left: string, right: string, completions: number): number | undefined {
  const lefts = wellFormed(left, completions);
  const rights = wellFormed(right, completions);
  for (let l = 0, r = 0; l < lefts.length && r < rights.length; ) {
    const a = lefts[l] as Interval;
    const b = rights[r] as Interval;
    if (a.first <= b.last && b.first <= a.last) return Math.max(a.first, b.first);
    if (a.first <= b.first) l += 1;
    else r += 1;
  }
  return undefined;
}

function wellFormed(text: string, completions: number): Interval[] {
  if (text === '') return [];
  const parsed = text.split(',').map((part) => parseInterval(part, completions));
  return parsed.filter((interval): interval is Interval => !('error' in interval));
}

function parseInterval(text: string, completions: number): Interval | Malformed {
  const limits = text.split('-');
  if (limits.length > 2) {
    const rule = "the requirement that an index interval can have at most two parts separated by '-'";
    return { error: `the fragment ${quote(text)} violates ${rule}` };
  }
  const first = parseIndex(limits[0] as string, completions);
  if (typeof first !== 'number') return first;
  if (limits.length === 1) return { first, last: first };
  const last = parseIndex(limits[1] as string, completions);
  if (typeof last !== 'number') return last;
  return first >= last ? notIncreasing(first, last) : { first, last };
}

function parseIndex(text: string, completions: number): number | Malformed {
  const index = Number(text);
  if (!/^[+-]?[0-9]+$/.test(text) || !Number.isSafeInteger(index)) {
    return { error: `cannot convert string to integer for index: ${quote(text)}` };
  }
  return index >= completions ? { error: `too large index: ${quote(text)}` } : index;
}

function notIncreasing(previous: number, current: number): Malformed {
  return { error: `non-increasing order, previous: ${previous}, current: ${current}` };
}
