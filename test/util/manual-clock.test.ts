import { expect, test } from 'vitest';
import { systemClock } from '../../src/util/clock.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';

test('timers fire in order of time, at their time, also those set by others', () => {
  const clock = new ManualClock(100);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.setTimeout(note('late'), 50);
  clock.setTimeout(() => {
    note('first')();
    clock.setTimeout(note('nested'), 5);
  }, 10);
  clock.setTimeout(note('cancelled'), 20).cancel();
  clock.setTimeout(note('never'), 500);
  clock.advance(60);
  expect(fired).toEqual(['first@110', 'nested@115', 'late@150']);
  expect([clock.now(), clock.timers]).toEqual([160, 1]);
});

test('the system clock waits at least as long as asked, even when that is longer than Node can', async () => {
  const far = systemClock.setTimeout(() => expect.unreachable(), 2 ** 40);
  far.unref();
  const start = systemClock.now();
  await new Promise<void>((resolve) => {
    systemClock.setTimeout(resolve, 2);
  });
  expect(systemClock.now()).toBeGreaterThanOrEqual(start + 1);
  far.cancel();
});
