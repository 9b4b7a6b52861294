/** Starts and stops the servers that are measured, each a process of its own. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from './bare-server.ts';
import { Connection, type Target } from './connection.ts';

const root = join(import.meta.dirname, '..');
const BINARY = join(root, 'bin', 'run.js');
export const SOURCES = join(root, 'src', 'cli', 'main.ts');
const TOKEN = 'bench-token';
const START_TIMEOUT_MS = 20_000;

export interface KctlServer extends Target {
  readonly pid: number;
  /** From the start of the process to the first 200 of /readyz. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface BareServer extends Target {
  readonly pid: number;
  readonly readyMs: number;
  behave(behaviour: Behaviour): Promise<void>;
  stop(): Promise<void>;
}

/** `program` is what node runs: the built binary, or node's own flags and the sources where a profile needs names. */
export async function startKctl(dataDir: string, program: readonly string[] = [BINARY]): Promise<KctlServer> {
  const port = await freePort();
  const tokens = join(dataDir, 'tokens.csv');
  writeFileSync(tokens, `${TOKEN},bench,uid-bench,"system:masters"\n`, { mode: 0o600 });
  const args = ['serve', '--data-dir', dataDir, '--secure-port', String(port), '--token-auth-file', tokens];
  const started = performance.now();
  const child = spawn(process.execPath, [...program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const target = { url: `https://127.0.0.1:${port}`, token: TOKEN };
  await untilReady(child, target);
  return { ...target, pid: child.pid as number, readyMs: performance.now() - started, stop: () => stop(child) };
}

/** Serves with the key and certificate that kctl made in `dataDir`, so that both pay for the same TLS. */
export async function startBare(dataDir: string): Promise<BareServer> {
  const pki = join(dataDir, 'pki');
  const files = [join(pki, 'apiserver.key'), join(pki, 'apiserver.crt'), join(dataDir, `bare-${Date.now()}.db`)];
  const started = performance.now();
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), files);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const target = { url: `https://127.0.0.1:${port}`, token: 'any' };
  await untilReady(child, target);
  return {
    ...target,
    pid: child.pid as number,
    readyMs: performance.now() - started,
    async behave(behaviour) {
      child.send(behaviour);
      await once(child, 'message');
    },
    stop: () => stop(child),
  };
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

async function untilReady(child: ChildProcess, target: Target): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
    if (await isReady(target)) return;
    await pause(5);
  }
  throw new Error(`${target.url}: no 200 from /readyz within ${START_TIMEOUT_MS / 1000} s`);
}

async function isReady(target: Target): Promise<boolean> {
  try {
    const connection = await Connection.open(target);
    const { status } = await connection.send({ method: 'GET', path: '/readyz' });
    connection.close();
    return status === 200;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}
