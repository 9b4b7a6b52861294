/** cp through exec, side by side with the real kubectl 1.35: the same output, the same commands in the pod, the same files. */
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runKctl } from '../helpers/cli.ts';
import { type Result, run } from '../helpers/command.ts';
import { type ExecServer, startExecServer } from '../helpers/exec-server.ts';
import { clientBinaries } from '../helpers/kubectl.ts';

const LONG = 'a-name-that-does-not-fit-into-the-hundred-bytes-of-an-old-header-'.repeat(2);

let server: ExecServer;
let directory: string;

beforeAll(async () => {
  server = await startExecServer();
  directory = await mkdtemp(join(tmpdir(), 'kctl-cp-'));
  await writeFile(join(directory, 'kubeconfig'), server.kubeconfig);
  const site = join(directory, 'world', 'site');
  await mkdir(join(site, 'deep', 'empty'), { recursive: true });
  await mkdir(join(directory, 'world', 'there'));
  await writeFile(join(site, 'index.html'), '<b>ü</b>\n');
  await writeFile(join(site, 'none'), '');
  await writeFile(join(site, 'big'), Buffer.alloc(3_000_001, 'kctl'));
  await writeFile(join(site, 'deep', `${LONG}.txt`), 'long');
  await writeFile(join(site, 'deep', 'größe'), 'x');
  await writeFile(join(site, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(site, 'run.sh'), 0o750);
  await symlink('index.html', join(site, 'link'));
});

afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

/** Every file with what it holds; times and owners apart. */
async function tree(path: string, name = ''): Promise<string[]> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return [`${name} -> ${await readlink(path)}`];
  const mode = (stats.mode & 0o777).toString(8);
  if (!stats.isDirectory())
    return [`${name} ${mode} ${(await readFile(path)).toString('base64').slice(0, 60)} ${stats.size}`];
  const names = (await readdir(path)).sort();
  return [
    `${name}/ ${mode}`,
    ...(await Promise.all(names.map((each) => tree(join(path, each), `${name}/${each}`)))).flat(),
  ];
}

interface Played {
  readonly result: Result;
  readonly commands: string[];
  readonly files: string[];
}

/** In a copy of the world; W stands for its path. */
async function play(tool: 'kubectl' | 'kctl', args: readonly string[]): Promise<Played> {
  const world = join(directory, tool);
  await rm(world, { recursive: true, force: true });
  await cp(join(directory, 'world'), world, { recursive: true, verbatimSymlinks: true });
  const env = { KUBECONFIG: join(directory, 'kubeconfig'), HOME: directory, PATH: process.env['PATH'] ?? '' };
  const line = args.map((arg) => arg.replaceAll('W', world));
  const before = server.commands.length;
  const result = await (tool === 'kctl' ? runKctl(line, { env }) : run(clientBinaries().kubectl, line, { env }));
  // kubectl may end before it has heard what tar has to say.
  const neutral = (text: string): string =>
    text
      .replaceAll(world, 'W')
      .replaceAll(/\bkubectl\b/g, 'kctl')
      .replaceAll(/^(?:tar: Removing leading |E\d{4} ).*\n/gm, '');
  return {
    result: { code: result.code, stdout: neutral(result.stdout), stderr: neutral(result.stderr) },
    commands: server.commands.slice(before).map(neutral),
    files: await tree(world),
  };
}

test.each([
  'cp W/site web:W/new',
  'cp W/site/ web:W/new/',
  'cp W/site web:W/there',
  'cp W/site/run.sh web:W/there -c side',
  'cp W/site/run.sh default/web:W/copied.sh --no-preserve',
  'cp W/site/link web:W/there/l',
  'cp W/site/deep/empty web:W/there/e',
  'cp W/site/big web:W/nowhere/at/all',
  'cp default/web:W/site W/got',
  'cp default/web:W/site W/there -c main',
  'cp default/web:W/site/ W/got/',
  'cp web:W/site/index.html W/got.html',
  'cp web:W/site/index.html W/there',
  'cp web:W/site/deep W/a/b/c',
  'cp default/web:W/site/none W/none2 --retries=3',
  'cp W/nope web:W/x',
  'cp W/site gone:W/x',
  'cp gone:W/x W/site',
  'cp',
  'cp a',
  'cp a b',
  'cp a b c',
  'cp web:a web:b',
  'cp web: x',
  'cp :x y',
  'cp a/b/c:x y',
  'cp web:W/site W/got --retries=x',
  'cp web:W/site W/got --foo',
])('%s', async (line) => {
  const args = line.split(' ');
  const kubectl = await play('kubectl', args);
  const kctl = await play('kctl', args);
  expect(kctl).toEqual(kubectl);
});

// kubectl ends before it has heard how tar ended.
test('a source that is not there is an error', async () => {
  const { result } = await play('kctl', ['cp', 'web:W/nope', 'W/got']);
  expect(result.code).toBe(2);
  expect(result.stdout).toContain('W/nope: Cannot stat: No such file or directory');
  expect(result.stderr).toBe('command terminated with exit code 2\n');
});
