import { describe, expect, it } from 'vitest';
import { CronSyntaxError, parseCron } from '../../src/api/cron.ts';
import { TimeZone } from '../../src/util/time-zone.ts';

const at = (text: string) => Date.parse(text);

function run(schedule: string, after: string, zone = 'UTC'): string | undefined {
  const next = parseCron(schedule).next(at(after), new TimeZone(zone));
  return next === undefined ? undefined : new Date(next).toISOString().replace('.000', '');
}

describe('cron schedules', () => {
  it.each([
    ['', 'empty spec string'],
    ['every day', 'expected exactly 5 fields, found 2: [every day]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* 24 * * *', 'end of range (24) above maximum (23): 24'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * 13 *', 'end of range (13) above maximum (12): 13'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['* * * foo *', 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'],
    ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    [
      '99999999999999999999 * * * *',
      'failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['@every 5x', 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'],
    ['TZ=UTC', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
    ['TZ=Mars/X 0 0 * * *', 'provided bad location Mars/X: unknown time zone Mars/X'],
  ])('%j is refused', (schedule, message) => {
    expect(() => parseCron(schedule)).toThrow(new CronSyntaxError(message));
  });

  it.each([
    ['* * * * *', '2024-01-01T00:00:30Z', '2024-01-01T00:01:00Z'],
    ['* * * * *', '2024-01-01T00:01:00Z', '2024-01-01T00:02:00Z'],
    ['15 3 * * *', '2024-01-01T03:15:00Z', '2024-01-02T03:15:00Z'],
    ['*/20 * * * *', '2024-01-01T10:41:00Z', '2024-01-01T11:00:00Z'],
    ['10/25 * * * *', '2024-01-01T10:11:00Z', '2024-01-01T10:35:00Z'],
    ['0 0 29 2 *', '2024-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 12 * * sun', '2024-01-01T00:00:00Z', '2024-01-07T12:00:00Z'],
    ['0 0 1 JAN,jul ?', '2024-01-01T00:00:00Z', '2024-07-01T00:00:00Z'],
    ['0 0 13 * 5', '2024-09-01T00:00:00Z', '2024-09-06T00:00:00Z'],
    ['0 0 13 * */1', '2024-09-01T00:00:00Z', '2024-09-13T00:00:00Z'],
    ['@hourly', '2024-12-31T23:30:00Z', '2025-01-01T00:00:00Z'],
    ['@weekly', '2024-01-01T00:00:00Z', '2024-01-07T00:00:00Z'],
    ['@every 90m', '2024-01-01T00:00:00.700Z', '2024-01-01T01:30:00Z'],
    ['@every 1ms', '2024-01-01T00:00:00Z', '2024-01-01T00:00:01Z'],
    ['CRON_TZ=Asia/Tokyo 0 9 * * *', '2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'],
    ['  5   4 * * *  ', '2024-01-01T00:00:00Z', '2024-01-01T04:05:00Z'],
  ])('%s after %s runs at %s', (schedule, after, wanted) => {
    expect(run(schedule, after)).toBe(wanted);
  });

  it('gives up on days that never come', () => {
    expect(run('0 0 30 2 *', '2024-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['0 9 * * *', '2024-01-01T00:00:00Z', 'Europe/Zurich', '2024-01-01T08:00:00Z'],
    ['0 0 * * *', '2024-06-30T21:59:00Z', 'Europe/Zurich', '2024-06-30T22:00:00Z'],
    ['30 5 * * *', '2024-01-01T00:00:00Z', 'Asia/Kolkata', '2024-01-02T00:00:00Z'],
  ])('%s after %s in %3$s runs at its wall time', (schedule, after, zone, wanted) => {
    expect(run(schedule, after, zone)).toBe(wanted);
  });

  it('skips a wall time that a spring forward leaves out', () => {
    expect(run('30 2 * * *', '2024-03-31T00:00:00Z', 'Europe/Zurich')).toBe('2024-04-01T00:30:00Z');
  });

  it('runs twice in the hour that an autumn repeats', () => {
    const first = run('30 2 * * *', '2024-10-27T00:00:00Z', 'Europe/Zurich');
    expect(first).toBe('2024-10-27T00:30:00Z');
    expect(run('30 2 * * *', first as string, 'Europe/Zurich')).toBe('2024-10-27T01:30:00Z');
  });
});
