// Plays README's "Why am I forbidden?" and the console blocks of docs/rbac.md with the real kubectl and the built kctl.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKS } from '../../src/cli/rbac/lint/checks.ts';
import { runCli } from '../../src/cli/run.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { run } from '../helpers/command.ts';
import { consoleEnvironment, normalised, type Step, stepsOf } from './console.ts';
import { codeBlocks, section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const readme = section(readFileSync(join(root, 'README.md'), 'utf8'), 'Why am I forbidden?');
const page = readFileSync(join(root, 'docs/rbac.md'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'kctl-docs-'));
let plane: ControlPlane;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(kubeconfig, plane.kubeconfig);
  env = consoleEnvironment(dir, kubeconfig);
});

afterAll(async () => {
  await plane.close();
  rmSync(dir, { recursive: true, force: true });
});

async function played({ command }: Step): Promise<Step> {
  const { stdout } = await run('bash', ['-c', `${command} 2>&1`], { cwd: root, env });
  return { command, output: normalised(stdout) };
}

/** In this process: what both streams get, in order. */
async function playedHere({ command }: Step): Promise<Step> {
  let text = '';
  const stream = {
    write(part: string) {
      text += part;
    },
  };
  const words = command
    .split(' ')
    .slice(1)
    .map((word) => word.replace(/^docs\//, `${root}/docs/`));
  await runCli(words, { stdout: stream, stderr: stream, stdin: (async function* () {})(), env });
  return { command, output: normalised(text) };
}

describe('what the pages show is what happens', () => {
  test.each(codeBlocks(readme, 'console').flatMap(stepsOf))('README: $command', async (step) => {
    expect(await played(step)).toEqual(step);
  });

  test.each(codeBlocks(page, 'console').flatMap(stepsOf))('docs/rbac.md: $command', async (step) => {
    expect(await playedHere(step)).toEqual(step);
  });
});

test('docs/rbac.md lists every check of rbac lint', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` +\| (.*?) +\|$/gm)].map(([, id, summary]) => ({ id, summary }));
  expect(rows).toEqual(CHECKS.map(({ id, summary }) => ({ id, summary })));
});
