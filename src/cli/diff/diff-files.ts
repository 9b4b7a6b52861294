/** Runs the `diff` of this machine over two directories of manifests, as kubectl does. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../api/object.ts';
import { CliError, SilentExit } from '../errors.ts';
import type { Terminal } from '../io.ts';

export interface Version {
  readonly object: JsonObject | undefined;
  /** YAML; '' when there is no object. */
  readonly text: string;
}

/** One object as it is and as it would be; without `after` it would be deleted. */
export interface Comparison {
  /** `apps.v1.Deployment.default.web` */
  readonly file: string;
  readonly before: Version;
  readonly after?: Version;
}

/** Machine mode: every object that would change. */
export function differencesJson(comparisons: readonly Comparison[]): { text: string; differences: number } {
  const differences = comparisons.flatMap(({ file, before, after }) => {
    if (before.text === after?.text) return [];
    const change = before.object === undefined ? 'create' : after === undefined ? 'delete' : 'update';
    return [{ name: file, change, before: before.object ?? null, after: after?.object ?? null }];
  });
  return { text: `${JSON.stringify({ differences }, undefined, 2)}\n`, differences: differences.length };
}

/** Which program: KUBECTL_EXTERNAL_DIFF with its flags, or `diff -u -N`. */
function programOf(env: Terminal['env']): string[] {
  const external = (env['KUBECTL_EXTERNAL_DIFF'] ?? '').split(' ').filter((word) => word !== '');
  const safe = external.filter((word, i) => i === 0 || /^[a-zA-Z0-9-=]+$/.test(word));
  return safe.length > 0 ? safe : ['diff', '-u', '-N'];
}

/** @throws SilentExit 1 when there are differences; CliError with exit code 2 when the program fails */
export async function diffVersions(
  comparisons: readonly Comparison[],
  { stdout, stderr, env }: Terminal,
): Promise<void> {
  const directories: string[] = [];
  try {
    for (const [name, side] of [
      ['LIVE-', 'before'],
      ['MERGED-', 'after'],
    ] as const) {
      const directory = await mkdtemp(join(tmpdir(), name));
      directories.push(directory);
      for (const comparison of comparisons) {
        const { text } = comparison[side] ?? {};
        if (text !== undefined) await writeFile(join(directory, comparison.file), text, { mode: 0o600 });
      }
    }
    const code = await run([...programOf(env), ...directories], stdout, stderr, env);
    if (code === 1) throw new SilentExit(1);
    if (code !== 0) throw new CliError(`exit status ${code}`, { exitCode: code });
  } finally {
    await Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true })));
  }
}

function run(
  [program = '', ...args]: readonly string[],
  stdout: Terminal['stdout'],
  stderr: Terminal['stderr'],
  env: Terminal['env'],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    child.stdout.setEncoding('utf8').on('data', (text: string) => void stdout.write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void stderr.write(text));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'executable file not found in $PATH' : error.message;
      reject(new CliError(`failed to run ${JSON.stringify(program)}: ${why}`, { exitCode: 2, cause: error }));
    });
    child.on('close', (code) => resolve(code ?? 2));
  });
}
