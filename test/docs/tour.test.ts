// Plays README's two-minute tour: every `$ command` of its console blocks, with the real kubectl and the built kctl,
// against a server on a free port with a data directory of its own. What differs from run to run is normalised.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Background, run } from '../helpers/command.ts';
import { consoleEnvironment, normalised, type Step, stepsOf } from './console.ts';
import { codeBlocks, section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const START = 'npm ci && npm start';

const dir = mkdtempSync(join(tmpdir(), 'kctl-tour-'));
const dataDir = join(dir, 'data');
const running: Background[] = [];

function background(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Background {
  const started = new Background(program, args, { env });
  running.push(started);
  return started;
}

afterAll(async () => {
  for (const program of running) await program.stop('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

test("README's tour is what really happens", async () => {
  const tour = section(readFileSync(join(root, 'README.md'), 'utf8'), 'Two-minute tour');
  const [start, ...steps] = codeBlocks(tour, 'console').flatMap(stepsOf);
  expect(start?.command).toBe(START);
  const env = consoleEnvironment(dir, join(dataDir, 'admin.kubeconfig'));

  const serve = [join(root, 'bin/run.js'), 'serve', '--data-dir', dataDir, '--secure-port', '0'];
  const server = background(process.execPath, serve, env);
  await server.until(/^Try: .*\n/m);
  expect(normalised(server.stdout)).toEqual(start?.output);

  const watches: { step: Step; watch: Background }[] = [];
  for (const step of steps) {
    if (step.command.includes(' --watch')) {
      const watch = background('bash', ['-c', `exec ${step.command}`], env);
      await watch.until(/\n.*\n/);
      watches.push({ step, watch });
      continue;
    }
    const { code, stdout } = await run('bash', ['-c', `${step.command} 2>&1`], { cwd: root, env });
    expect({ command: step.command, output: normalised(stdout), code }).toEqual({ ...step, code: 0 });
  }
  for (const { step, watch } of watches) {
    await watch.until(new RegExp(`(.*\\n){${step.output.length}}`));
    expect({ command: step.command, output: normalised(watch.stdout) }).toEqual(step);
  }

  // Ctrl-C, with the watches still open.
  const { milliseconds, code } = await server.stop('SIGINT');
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(1000);
}, 60_000);
