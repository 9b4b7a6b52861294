/** Rules for schedules and time zones of CronJobs; imitates pkg/apis/batch/validation. */

import { CronSyntaxError, parseCron } from '../../../api/cron.ts';
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isTimeZone } from '../../../util/time-zone.ts';

/** The parser's message about a schedule; undefined when it is well-formed. */
export function scheduleError(schedule: string): string | undefined {
  try {
    parseCron(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof CronSyntaxError) return error.message;
    throw error;
  }
}

export interface ScheduleOptions {
  /** The stored schedule names a zone already, so it may go on doing so. */
  readonly allowZoneInSchedule: boolean;
  readonly timeZone: string | undefined;
}

export function validateSchedule(schedule: string, path: Path, errors: FieldErrors, options: ScheduleOptions): void {
  const message = scheduleError(schedule);
  if (message !== undefined) errors.invalid(path, schedule, message);
  if (!schedule.includes('TZ')) return;
  if (!options.allowZoneInSchedule) {
    errors.invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  } else if (options.timeZone !== undefined) {
    errors.invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
  }
}

const PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** A zone of the IANA database, by its exact name. */
export function validateTimeZone(timeZone: string | undefined, path: Path, errors: FieldErrors): void {
  if (timeZone === undefined) return;
  if (timeZone === '') {
    errors.invalid(path, timeZone, 'timeZone must be nil or non-empty string');
  } else if (!timeZone.split('/').every(isZonePart)) {
    errors.invalid(path, timeZone, `unknown time zone ${timeZone}`);
  } else {
    if (timeZone.toLowerCase() === 'local') {
      const where = 'https://www.iana.org/time-zones';
      errors.invalid(path, timeZone, `timeZone must be an explicit time zone as defined in ${where}`);
    }
    if (!isTimeZone(timeZone)) errors.invalid(path, timeZone, `unknown time zone ${timeZone}`);
  }
}

function isZonePart(part: string): boolean {
  return part !== '.' && part !== '..' && !part.startsWith('-') && PART.test(part);
}
