/**
 * Cron schedules as Kubernetes reads them: the grammar, words and habits of github.com/robfig/cron v3 ParseStandard
 * (five fields, names, ranges, steps, `@daily`, `@every 90m`, a leading `TZ=Zone`).
 */
import { isTimeZone, TimeZone } from '../util/time-zone.ts';
import { parseDuration, TimeError } from './time.ts';

/** The text is no schedule; the message is the parser's own, e.g. `expected exactly 5 fields, found 2: [every day]`. */
export class CronSyntaxError extends Error {}

export interface CronSchedule {
  /** Zone of a leading `TZ=` or `CRON_TZ=`. */
  readonly zone?: string;
  /**
   * The first run after an instant, both in milliseconds since 1970; undefined when there is none within five years.
   * `zone` is used unless the text names its own; default UTC.
   */
  next(after: number, zone?: TimeZone): number | undefined;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}

interface FieldValues {
  readonly values: ReadonlySet<number>;
  /** Written as `*`: then only the other of day-of-month and day-of-week counts. */
  readonly star: boolean;
}

interface Fields {
  readonly minute: FieldValues;
  readonly hour: FieldValues;
  readonly dayOfMonth: FieldValues;
  readonly month: FieldValues;
  readonly dayOfWeek: FieldValues;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEARS_AHEAD = 5;

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = { min: 1, max: 12, names: numbered('jan feb mar apr may jun jul aug sep oct nov dec', 1) };
const WEEKDAYS: Bounds = { min: 0, max: 6, names: numbered('sun mon tue wed thu fri sat', 0) };

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

function numbered(names: string, first: number): ReadonlyMap<string, number> {
  return new Map(names.split(' ').map((name, i) => [name, i + first]));
}

/** @throws CronSyntaxError */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new CronSyntaxError('empty spec string');
  if (!text.startsWith('TZ=') && !text.startsWith('CRON_TZ=')) return parseSpec(text, undefined);
  const space = text.indexOf(' ');
  if (space < 0) {
    throw new CronSyntaxError('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  }
  const zone = text.slice(text.indexOf('=') + 1, space);
  if (!isTimeZone(zone)) {
    throw new CronSyntaxError(`provided bad location ${zone}: unknown time zone ${zone}`);
  }
  return parseSpec(text.slice(space).trim(), zone);
}

function parseSpec(text: string, zone: string | undefined): CronSchedule {
  const own = zone === undefined ? {} : { zone };
  if (text.startsWith('@every ')) return { ...own, next: every(text) };
  const fields = parseFields(text.startsWith('@') ? descriptor(text) : text);
  const ownClock = zone === undefined ? undefined : new TimeZone(zone);
  return { ...own, next: (after, given) => nextRun(fields, after, ownClock ?? given ?? new TimeZone('UTC')) };
}

function descriptor(text: string): string {
  const spec = DESCRIPTORS.get(text);
  if (spec === undefined) throw new CronSyntaxError(`unrecognized descriptor: ${text}`);
  return spec;
}

function every(text: string): (after: number) => number {
  const duration = Math.max(1000, Math.trunc(everyMillis(text) / 1000) * 1000);
  return (after) => Math.floor(after / 1000) * 1000 + duration;
}

function everyMillis(text: string): number {
  try {
    return Number(parseDuration(text.slice('@every '.length)) / 1_000_000n);
  } catch (error) {
    if (error instanceof TimeError) throw new CronSyntaxError(`failed to parse duration ${text}: ${error.message}`);
    throw error;
  }
}

function parseFields(text: string): Fields {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length !== 5) {
    throw new CronSyntaxError(`expected exactly 5 fields, found ${words.length}: [${words.join(' ')}]`);
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = words as [string, string, string, string, string];
  return {
    minute: parseField(minute, MINUTES),
    hour: parseField(hour, HOURS),
    dayOfMonth: parseField(dayOfMonth, DAYS),
    month: parseField(month, MONTHS),
    dayOfWeek: parseField(dayOfWeek, WEEKDAYS),
  };
}

function parseField(text: string, bounds: Bounds): FieldValues {
  const values = new Set<number>();
  let star = false;
  for (const part of text.split(',').filter((word) => word !== '')) {
    const range = parseRange(part, bounds);
    for (let n = range.start; n <= range.end; n += range.step) values.add(n);
    star ||= range.star;
  }
  return { values, star };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly star: boolean;
}

function parseRange(text: string, bounds: Bounds): Range {
  const [span = '', ...steps] = text.split('/');
  const limits = span.split('-');
  const { start, end, star } = parseLimits(limits, text, bounds);
  if (steps.length > 1) throw new CronSyntaxError(`too many slashes: ${text}`);
  const step = steps.length === 0 ? 1 : parseNumber(steps[0] as string);
  const last = steps.length === 1 && limits.length === 1 ? bounds.max : end;
  checkRange({ start, end: last, step, star }, text, bounds);
  return { start, end: last, step, star: star && step === 1 };
}

function parseLimits(limits: readonly string[], text: string, bounds: Bounds): Omit<Range, 'step'> {
  const [low = '', high] = limits;
  if (low === '*' || low === '?') return { start: bounds.min, end: bounds.max, star: true };
  const start = parseNumberOrName(low, bounds);
  if (high === undefined) return { start, end: start, star: false };
  if (limits.length > 2) throw new CronSyntaxError(`too many hyphens: ${text}`);
  return { start, end: parseNumberOrName(high, bounds), star: false };
}

function checkRange({ start, end, step }: Range, text: string, { min, max }: Bounds): void {
  if (start < min) throw new CronSyntaxError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new CronSyntaxError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new CronSyntaxError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronSyntaxError(`step of range should be a positive number: ${text}`);
}

function parseNumberOrName(text: string, { names }: Bounds): number {
  return names?.get(text.toLowerCase()) ?? parseNumber(text);
}

function parseNumber(text: string): number {
  const fail = (why: string) =>
    new CronSyntaxError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[-+]?[0-9]+$/.test(text)) throw fail('invalid syntax');
  const number = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, number) !== number) throw fail('value out of range');
  if (number < 0n) throw new CronSyntaxError(`negative number (${number}) not allowed: ${text}`);
  return Number(number);
}

function nextRun(fields: Fields, after: number, zone: TimeZone): number | undefined {
  const earliest = Math.floor(after / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const { year, month, day } = zone.wallTimeAt(earliest);
  const lastYear = year + YEARS_AHEAD;
  for (let date = Date.UTC(year, month - 1, day); new Date(date).getUTCFullYear() <= lastYear; ) {
    if (!fields.month.values.has(new Date(date).getUTCMonth() + 1)) {
      date = firstOfNextMonth(date);
      continue;
    }
    const run = matchesDay(fields, new Date(date)) ? firstRunOfDay(fields, date, zone, earliest) : undefined;
    if (run !== undefined) return run;
    date += DAY_MS;
  }
  return undefined;
}

function firstOfNextMonth(date: number): number {
  const day = new Date(date);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1);
}

function matchesDay({ dayOfMonth, dayOfWeek }: Fields, date: Date): boolean {
  const inMonth = dayOfMonth.values.has(date.getUTCDate());
  const inWeek = dayOfWeek.values.has(date.getUTCDay());
  return dayOfMonth.star || dayOfWeek.star ? inMonth && inWeek : inMonth || inWeek;
}

/** `date` is midnight of the wall day as if it were UTC. Skipped hours have no run, repeated hours have two. */
function firstRunOfDay(fields: Fields, date: number, zone: TimeZone, earliest: number): number | undefined {
  const before = zone.offsetAt(date - 15 * HOUR_MS);
  if (before === zone.offsetAt(date + 2 * DAY_MS)) return firstOfPlainDay(fields, date - before, earliest);
  const end = date + 2 * DAY_MS;
  for (let instant = Math.max(earliest, date - 15 * HOUR_MS); instant < end; instant += MINUTE_MS) {
    const wall = zone.wallTimeAt(instant);
    const sameDay = Date.UTC(wall.year, wall.month - 1, wall.day) === date;
    if (sameDay && fields.hour.values.has(wall.hour) && fields.minute.values.has(wall.minute)) return instant;
  }
  return undefined;
}

function firstOfPlainDay({ hour, minute }: Fields, midnight: number, earliest: number): number | undefined {
  for (let h = 0; h < 24; h += 1) {
    if (!hour.values.has(h)) continue;
    for (let m = 0; m < 60; m += 1) {
      const instant = midnight + h * HOUR_MS + m * MINUTE_MS;
      if (minute.values.has(m) && instant >= earliest) return instant;
    }
  }
  return undefined;
}
