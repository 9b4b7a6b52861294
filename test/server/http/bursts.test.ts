import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Bursts } from '../../../src/server/http/bursts.ts';
import type { HttpResponse } from '../../../src/server/request/context.ts';

const answer = { destroyed: false, end: () => {} } as unknown as HttpResponse;

/** How many turns of the event loop a request waits before it begins. */
async function turnsUntilBegun(bursts: Bursts, requests: number): Promise<number> {
  let begun = 0;
  for (let i = 0; i < requests; i++) bursts.join(() => void begun++);
  let turns = 0;
  while (begun < requests) {
    await nextTurn();
    turns++;
  }
  return turns;
}

it('lets the first of many clients that were answered together wait for a turn, a client alone never', async () => {
  const bursts = new Bursts();
  expect(await turnsUntilBegun(bursts, 1)).toBe(1);
  bursts.end(answer, '');
  expect(await turnsUntilBegun(bursts, 1)).toBe(1);
  for (let i = 0; i < 16; i++) bursts.end(answer, '');
  await nextTurn();
  expect(await turnsUntilBegun(bursts, 3)).toBe(2);
  expect(await turnsUntilBegun(bursts, 4)).toBe(1);
});

it('expects them no longer when they do not come', async () => {
  const bursts = new Bursts();
  for (let i = 0; i < 16; i++) bursts.end(answer, '');
  let waited = 0;
  for (let i = 0; i < 40; i++) if ((await turnsUntilBegun(bursts, 1)) > 1) waited++;
  expect(waited).toBeGreaterThan(5);
  expect(waited).toBeLessThan(20);
});
