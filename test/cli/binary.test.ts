/** kctl as a process of its own: pipes, signals, exit codes, start-up time. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pjson from '../../package.json' with { type: 'json' };
import { bytecodeFile } from '../../src/util/compiled-script.ts';
import { Background, run } from '../helpers/command.ts';
import { startsWithin } from '../helpers/start-time.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const MAIN = join(ROOT, 'src/cli/main.ts');
const RUN = join(ROOT, 'bin/run.js');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kctl-bin-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const kctl = (...args: string[]) =>
  run(process.execPath, [MAIN, ...args], { env: { ...process.env, HOME: directory } });

test('exit codes and streams', async () => {
  expect(await kctl('--version')).toMatchObject({ code: 0, stderr: '' });
  expect(await kctl('get')).toMatchObject({ code: 1, stdout: '' });
  expect(await kctl('nope')).toMatchObject({ code: 1, stdout: '' });
});

test('a reader that has seen enough is no failure', async () => {
  const script = `set -o pipefail; "${process.execPath}" "${MAIN}" get --help | head -1`;
  const { code, stdout, stderr } = await run('bash', ['-c', script]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('Show one or many resources.\n');
});

describe('serve', () => {
  test('says where it is, writes a kubeconfig for its owner only, ends on Ctrl-C', async () => {
    const data = join(directory, 'data');
    const args = [MAIN, 'serve', '--data-dir', data, '--secure-port', '0', '--audit-log-path', '-', '--profiling'];
    const server = new Background(process.execPath, args);
    try {
      await server.until(/get namespaces\n/);
      const kubeconfig = join(data, 'admin.kubeconfig');
      expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
      expect(await readFile(kubeconfig, 'utf8')).toContain('client-key-data');
      expect(await kctl('--kubeconfig', kubeconfig, 'get', 'ns', '-o', 'name')).toMatchObject({
        code: 0,
        stdout: 'namespace/default\nnamespace/kube-node-lease\nnamespace/kube-public\nnamespace/kube-system\n',
      });
    } finally {
      expect((await server.stop('SIGINT')).code).toBe(0);
    }
  });

  test('takes flags of kube-apiserver that it has nothing for, and says so', async () => {
    const data = ['--data-dir', join(directory, 'unused'), '--in-memory'];
    const { code, stderr } = await kctl(
      'serve',
      ...data,
      '--audit-log-path',
      '-',
      '--profiling',
      '--bind-address',
      '203.0.113.1',
    );
    expect(stderr).toContain('Warning: --audit-log-path has no effect: kctl serve does not have that\n');
    expect(stderr).toContain('Warning: --profiling has no effect');
    expect(stderr).toMatch(/^error: .*203\.0\.113\.1/m);
    expect(code).toBe(1);
  });

  test.each([
    [['--secure-port', 'x'], 'invalid argument "x" for "--secure-port" flag'],
    [['--secure-port', '70000'], 'must be between 0 and 65535, inclusive'],
    [['--tls-cert-file', 'x'], '--tls-cert-file needs --tls-private-key-file'],
    [['--durability', 'x'], 'must be one of full, normal, memory'],
    [['here'], 'unexpected arguments: [here]'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await kctl('serve', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

test.skipIf(!existsSync(join(ROOT, 'dist/kctl.js')))('the bundle answers --version within 150 ms', async () => {
  const version = `kctl/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`;
  expect(await startsWithin(150, [RUN, '--version'], {}, version)).toBe(true);
});

test.skipIf(!existsSync(join(ROOT, 'dist/kctl.js')))(
  'the build leaves bytecode of the server that this Node takes',
  async () => {
    const script = `
    const { readFileSync } = require('node:fs');
    const [file, bytecode] = process.argv.slice(1);
    const { cachedDataRejected } = new (require('node:vm').Script)(readFileSync(file, 'latin1'), {
      filename: file,
      cachedData: readFileSync(bytecode),
    });
    process.stdout.write(String(cachedDataRejected));`;
    const file = join(ROOT, 'dist/server.cjs');
    const args = ['--eval', script, file, bytecodeFile(file)];
    expect(await run(process.execPath, args)).toMatchObject({ code: 0, stdout: 'false' });
  },
);
