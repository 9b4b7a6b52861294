// Plays README's two-minute tour: every `$ command` of its console blocks, with the real kubectl and the built kctl,
// against a server on a free port with a data directory of its own. What differs from run to run is normalised.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Background, run } from '../helpers/command.ts';
import { clientBinaries } from '../helpers/kubectl.ts';
import { codeBlocks, section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const START = 'npm ci && npm start';

interface Step {
  readonly command: string;
  /** Normalised lines. */
  readonly output: readonly string[];
}

const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'],
  [/127\.0\.0\.1:\d+/g, 'HOST:PORT'],
  [/\S+admin\.kubeconfig/g, 'KUBECONFIG'],
  [/\b10\.0\.0\.\d+\b/g, 'IP'],
  [/\b20\d\d-\d\d-\d\d\b/g, 'DATE'],
  [/▕[ █]*▏/g, 'BAR'],
  [/\b\d+(\.\d+)? m?s\b/g, 'TIME'],
  [/\b\d+(\.\d+)? k?B\b/g, 'SIZE'],
  [/\brevision \d+/g, 'revision N'],
  [/ (\d+[dhms])+$/g, ' AGE'],
  [/\s+/g, ' '],
];

/** A client may open one connection or two at once: lines that look the same count once. */
function normalised(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => VARIABLE.reduce((out, [from, to]) => out.replace(from, to), line).trim());
  return lines.filter((line, i) => line !== '' && line !== '…' && !(line.includes(' BAR ') && lines.indexOf(line) < i));
}

function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => ({ command: text.split('\n', 1)[0] as string, output: text.slice(text.indexOf('\n') + 1) }))
    .map(({ command, output }) => ({ command, output: normalised(output) }));
}

const dir = mkdtempSync(join(tmpdir(), 'kctl-tour-'));
const dataDir = join(dir, 'data');
const running: Background[] = [];

/** kubectl and kctl by their bare names, a home of its own, and the kubeconfig that the server writes. */
function environment(): NodeJS.ProcessEnv {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  symlinkSync(clientBinaries().kubectl, join(bin, 'kubectl'));
  writeFileSync(join(bin, 'kctl'), `#!/bin/sh\nexec '${process.execPath}' '${root}/bin/run.js' "$@"\n`, {
    mode: 0o755,
  });
  const { COLUMNS: _, ...env } = process.env;
  return {
    ...env,
    HOME: join(dir, 'home'),
    PATH: `${bin}${delimiter}${env['PATH']}`,
    KUBECONFIG: join(dataDir, 'admin.kubeconfig'),
    NO_COLOR: '1',
  };
}

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
  const env = environment();

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
