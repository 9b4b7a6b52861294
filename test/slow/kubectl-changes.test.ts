/** Commands that change objects, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { afterAll, beforeAll, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { compare, play, prepareFiles } from '../helpers/side-by-side.ts';
import { CHANGES } from './kubectl-lines/changes.ts';
import { isDeliberate } from './kubectl-lines/deliberate.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareFiles(plane.directory);
});

afterAll(() => plane.close());

test.concurrent.each(Object.entries(CHANGES))('%s', async (title, steps) => {
  const name = title.replaceAll(/\W+/g, '-');
  const { directory } = plane;
  const [kubectl, kctl] = await Promise.all([
    play(plane, 'kubectl', steps, { namespace: `a-${name}`, directory }),
    play(plane, 'kctl', steps, { namespace: `b-${name}`, directory }),
  ]);
  compare(kubectl, kctl, isDeliberate);
});
