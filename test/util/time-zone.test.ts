import { describe, expect, it } from 'vitest';
import { isTimeZone, TimeZone } from '../../src/util/time-zone.ts';

describe('time zones', () => {
  it.each([
    '',
    'UTC',
    'Local',
    'Europe/Zurich',
    'Asia/Calcutta',
    'US/Eastern',
    'Etc/GMT+5',
    'EST',
    'CST6CDT',
    'GB-Eire',
    'America/Port_of_Spain',
  ])('knows %j', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    'Mars/Olympus',
    'europe/zurich',
    'us/eastern',
    'utc',
    'PST',
    'JST',
    '+01:00',
    '-05',
    'Europe/',
    '../UTC',
    'GMT+5',
  ])('does not know %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it('tells the offset of an instant, daylight saving included', () => {
    const zurich = new TimeZone('Europe/Zurich');
    expect(zurich.offsetAt(Date.parse('2024-01-15T12:00:00Z'))).toBe(3_600_000);
    expect(zurich.offsetAt(Date.parse('2024-07-15T12:00:00.250Z'))).toBe(7_200_000);
    expect(new TimeZone('UTC').offsetAt(0)).toBe(0);
  });

  it('tells the wall time of an instant', () => {
    expect(new TimeZone('Asia/Kolkata').wallTimeAt(Date.parse('2023-12-31T20:00:00Z'))).toEqual({
      year: 2024,
      month: 1,
      day: 1,
      hour: 1,
      minute: 30,
    });
  });
});
