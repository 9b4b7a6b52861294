import { parseDuration } from '../../util/duration.ts';
import type { Flag } from '../flags/flag-kinds.ts';

export const DAY_MS = 86_400_000;

/** Milliseconds of a Go duration, or of days (`30d`); more than nothing. */
export function lifetime(options: { summary: string; default: number }): Flag<number>;
export function lifetime(options: { summary: string }): Flag<number | undefined>;
export function lifetime(options: { summary: string; default?: number }): Flag<number | undefined> {
  const days = options.default === undefined ? {} : { shownDefault: `${options.default / DAY_MS}d` };
  return { ...options, ...days, type: 'option', read: milliseconds };
}

function milliseconds(input: string): number {
  const days = /^(\d+(?:\.\d+)?)d$/.exec(input);
  const value = days === null ? parseDuration(input) : Number(days[1]) * DAY_MS;
  if (value === undefined) throw new Error('write it as 24h, 90m or 30d');
  if (value <= 0) throw new Error('must be longer than nothing');
  if (value > 100 * 365 * DAY_MS) throw new Error('must not be longer than 100 years');
  return value;
}
