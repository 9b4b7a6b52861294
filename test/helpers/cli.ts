/** kctl in this process and the real kubectl beside it, against a control plane of the test's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { type Result, run } from './command.ts';
import { clientBinaries } from './kubectl.ts';

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Pretends to be a terminal this wide. */
  readonly columns?: number;
  /** Filled while the command runs. */
  readonly texts?: { stdout: string; stderr: string };
  /** Ends commands that go on until Ctrl-C. */
  readonly interrupted?: AbortSignal;
}

export interface TestPlane {
  readonly plane: ControlPlane;
  /** A directory for files; removed at the end. */
  readonly directory: string;
  kctl(args: readonly string[], options?: CliOptions): Promise<Result>;
  kubectl(args: readonly string[], options?: CliOptions): Promise<Result>;
  /** Everything becomes a year older, so that ages no longer tick. */
  makeOld(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestPlane(): Promise<TestPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'kctl-cli-'));
  const plane = await startControlPlane({ inMemory: true, securePort: 0 });
  await untilPodsMayCome(plane);
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, plane.kubeconfig);
  const env = { KUBECONFIG: kubeconfig, HOME: directory, PATH: process.env['PATH'] ?? '' };
  return {
    plane,
    directory,
    kctl: (args, options = {}) => runKctl(args, { ...options, env: { ...env, ...options.env } }),
    kubectl: (args, { input = '', env: more } = {}) =>
      run(clientBinaries().kubectl, args, { stdin: input, env: { ...env, ...more } }),
    makeOld: () => makeOld(plane),
    async close() {
      await plane.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Pods are refused until their namespace has its service account, which a controller makes. */
async function untilPodsMayCome(plane: ControlPlane): Promise<void> {
  const admin = plane.local({ name: 'admin', uid: '', groups: ['system:masters'], extra: {} });
  const path = '/api/v1/namespaces/default/serviceaccounts/default';
  const isThere = async (): Promise<boolean> => {
    const { status, body } = await admin.send({ method: 'GET', path });
    for await (const _ of body);
    return status === 200;
  };
  await vi.waitUntil(isThere, { interval: 5, timeout: 20_000 });
}

/** kctl without a process of its own. */
export async function runKctl(
  args: readonly string[],
  { env = {}, input = '', columns, texts = { stdout: '', stderr: '' }, interrupted }: CliOptions = {},
): Promise<Result> {
  const output = (stream: 'stdout' | 'stderr') => ({
    write(text: string) {
      texts[stream] += text;
    },
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  });
  const code = await runCli(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: asStream(input),
    env,
    interrupted,
  });
  return { ...texts, code };
}

async function* asStream(input: string): AsyncGenerator<string> {
  if (input !== '') yield input;
}

async function makeOld({ store }: ControlPlane): Promise<void> {
  const { entries } = await store.list({ prefix: '/' });
  for (const { key } of entries) {
    const entry = await store.get(key);
    if (entry === undefined) continue;
    const text = entry.value.toString().replace(/("creationTimestamp":")(\d{4})/, (_, head, year) => head + (year - 1));
    await store.commit([{ type: 'put', key, value: Buffer.from(text), expected: entry.modRevision }]);
  }
}
