// The package as others see it: what package.json exports, its types, and the example of README's "Use in tests".
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  ControlPlaneOptions as SourceOptions,
  ControlPlane as SourcePlane,
  startControlPlane,
} from '../../src/control-plane.ts';
import type * as Published from '../../types/index.d.ts';
import { run } from '../helpers/command.ts';
import { codeBlocks, section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');

/** Compiles only while the published types say what the source does; `store` is left out on purpose. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
const sameOptions: Same<keyof SourceOptions, keyof Published.ControlPlaneOptions> = true;
const samePlane: Same<Exclude<keyof SourcePlane, 'store'>, keyof Published.ControlPlane> = true;
const sameFunction = (start: typeof startControlPlane): typeof Published.startControlPlane => start;

test('the published types are those of the source', () => {
  expect([sameOptions, samePlane, typeof sameFunction]).toEqual([true, true, 'function']);
});

test('every file that package.json names is there', () => {
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    exports: Record<string, string | Record<string, string>>;
  };
  const named = [bin, ...Object.values(exports)].flatMap((value) =>
    typeof value === 'string' ? [value] : Object.values(value),
  );
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("README's example for tests runs", async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [example] = codeBlocks(section(readme, 'Use in tests'), 'js');
  const [output] = codeBlocks(section(readme, 'Use in tests'), 'text');
  const { code, stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', example ?? ''], {
    cwd: root,
  });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: output, stderr: '' });
});
