/** Parts of timestamps and durations; imitates cel-go common/types/timestamp.go and duration.go. */
import type { CelFunction, CelFunctions } from './cel-function.ts';
import { CelDuration, CelError, CelTimestamp, type CelValue, floorDivide } from './values.ts';

const NANOS_PER_MS = 1_000_000n;
const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,}))?(Z|[+-]\d\d:\d\d)$/;

/** Nanoseconds since 1970 of an RFC 3339 text. @throws CelError */
export function parseTimestamp(text: string): bigint {
  const match = RFC3339.exec(text);
  const millis = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
  if (match === null || Number.isNaN(millis))
    throw new CelError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  const fraction = (match[2] ?? '').slice(0, 9).padEnd(9, '0');
  return BigInt(millis) * NANOS_PER_MS + BigInt(fraction);
}

/** The moment as the clock of a zone shows it, in a Date whose UTC parts are that zone's. */
function clockIn({ nanos }: CelTimestamp, zone: string): Date {
  const millis = Number(floorDivide(nanos, NANOS_PER_MS));
  const offset = /^([+-]?)(\d\d?):(\d\d)$/.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(millis + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  return zone === 'UTC' || zone === '' ? new Date(millis) : new Date(millis + zoneOffsetMs(millis, zone));
}

function zoneOffsetMs(millis: number, zone: string): number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
  const name = format.formatToParts(millis).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name);
  if (match === null) return 0;
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0);
  return (match[1] === '-' ? -seconds : seconds) * 1000;
}

function dayOfYear(clock: Date): number {
  const start = Date.UTC(clock.getUTCFullYear(), 0, 1);
  return Math.floor((clock.getTime() - start) / 86_400_000);
}

function ofMoment(read: (clock: Date) => number): CelFunction {
  return (moment: CelValue | undefined, zone?: CelValue) => {
    if (!(moment instanceof CelTimestamp)) return undefined;
    if (zone !== undefined && typeof zone !== 'string') return undefined;
    return BigInt(read(clockIn(moment, zone ?? 'UTC')));
  };
}

/** Durations count whole units; milliseconds are those of the last second. */
function ofDuration(unit: bigint, read: (clock: Date) => number, modulo?: bigint): CelFunction {
  const ofClock = ofMoment(read);
  return (value, zone) => {
    if (!(value instanceof CelDuration))
      return zone === undefined ? ofClock(value as CelValue) : ofClock(value as CelValue, zone);
    const units = value.nanos / unit;
    return modulo === undefined ? units : units % modulo;
  };
}

export const TIME_FUNCTIONS: CelFunctions = {
  getFullYear: ofMoment((clock) => clock.getUTCFullYear()),
  getMonth: ofMoment((clock) => clock.getUTCMonth()),
  getDayOfYear: ofMoment(dayOfYear),
  getDayOfMonth: ofMoment((clock) => clock.getUTCDate() - 1),
  getDate: ofMoment((clock) => clock.getUTCDate()),
  getDayOfWeek: ofMoment((clock) => clock.getUTCDay()),
  getHours: ofDuration(3_600_000_000_000n, (clock) => clock.getUTCHours()),
  getMinutes: ofDuration(60_000_000_000n, (clock) => clock.getUTCMinutes()),
  getSeconds: ofDuration(1_000_000_000n, (clock) => clock.getUTCSeconds()),
  getMilliseconds: ofDuration(NANOS_PER_MS, (clock) => clock.getUTCMilliseconds(), 1000n),
};
