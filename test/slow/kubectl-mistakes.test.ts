/**
 * Wrong usage, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. The other half of the
 * lines is in kubectl-more-mistakes.test.ts.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { playMistakes, prepareMistakes } from '../helpers/mistakes.ts';
import { MISTAKES, OTHERWISE, REFUSALS } from './kubectl-lines/mistakes.ts';

const LANES = 4;

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareMistakes(plane);
});

afterAll(() => plane.close());

const same = MISTAKES.filter((line) => !Object.hasOwn(OTHERWISE, line)).filter((_, i) => i % 2 === 0);

test.concurrent.each(Array.from({ length: LANES }, (_, lane) => lane))('part %i', async (lane) => {
  await playMistakes(
    plane,
    same.filter((_, i) => i % LANES === lane),
  );
});

test('there are many lines, and few differences', () => {
  const all = [...MISTAKES, ...REFUSALS];
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(300);
  expect(Object.keys(OTHERWISE).filter((line) => !all.includes(line))).toEqual([]);
  expect(Object.keys(OTHERWISE).length).toBeLessThan(40);
});
