/**
 * Wrong usage, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. The other half of the
 * lines is in kubectl-mistakes.test.ts.
 */
import { afterAll, beforeAll, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { playMistakes, prepareMistakes } from '../helpers/mistakes.ts';
import { MISTAKES, OTHERWISE } from './kubectl-lines/mistakes.ts';

const LANES = 4;

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareMistakes(plane);
});

afterAll(() => plane.close());

const same = MISTAKES.filter((line) => !Object.hasOwn(OTHERWISE, line)).filter((_, i) => i % 2 === 1);

test.concurrent.each(Array.from({ length: LANES }, (_, lane) => lane))('part %i', async (lane) => {
  await playMistakes(
    plane,
    same.filter((_, i) => i % LANES === lane),
  );
});
