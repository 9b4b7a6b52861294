/** create and config, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { compare, play, prepareFiles } from '../helpers/side-by-side.ts';
import { CHANGES } from './kubectl-lines/changes.ts';
import { CONFIG } from './kubectl-lines/config.ts';
import { CREATE } from './kubectl-lines/create.ts';
import { DELIBERATE, isDeliberate } from './kubectl-lines/deliberate.ts';
import { SHOWS } from './kubectl-lines/shows.ts';
import { WAITS } from './kubectl-lines/waits.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareFiles(plane.directory);
});

afterAll(() => plane.close());

describe('create', () => {
  test.concurrent.each(Object.entries(CREATE))('%s', async (title, steps) => {
    const { directory } = plane;
    const [kubectl, kctl] = await Promise.all([
      play(plane, 'kubectl', steps, { namespace: `a-${title}`, directory }),
      play(plane, 'kctl', steps, { namespace: `b-${title}`, directory }),
    ]);
    compare(kubectl, kctl, isDeliberate);
  });
});

describe('config', () => {
  test.concurrent.each(Object.entries(CONFIG))('%s', async (title, steps) => {
    const each = async (tool: 'kubectl' | 'kctl') => {
      const directory = join(plane.directory, `files-${title}-${tool.length}`);
      await mkdir(directory);
      await copyFile(join(plane.directory, 'cert.pem'), join(directory, 'cert.pem'));
      return play(plane, tool, steps, { directory });
    };
    const [kubectl, kctl] = await Promise.all([each('kubectl'), each('kctl')]);
    compare(kubectl, kctl, isDeliberate);
  });
});

test('there are many lines, and few differences', () => {
  const sequences = [CREATE, CHANGES, CONFIG, WAITS].flatMap((each) => Object.values(each).flat());
  expect(sequences.length + SHOWS.length).toBeGreaterThan(600);
  expect(Object.keys(DELIBERATE).length).toBeLessThan(30);
});
