/** How long until a server answers, and how much memory it then holds. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from './median.ts';
import { startBare, startKctl } from './servers.ts';

export interface Startup {
  /** ms from the start of the process to the first 200 of /readyz. */
  readonly emptyMs: number;
  readonly usedMs: number;
  readonly bareMs: number;
  /** MB, two seconds after the start. */
  readonly residentMb: number;
  readonly bareResidentMb: number;
}

const STARTS = 5;
const SETTLE_MS = 2000;

/** `usedDir` is a data directory that a stopped server left behind. */
export async function measureStartup(scratch: string, usedDir: string): Promise<Startup> {
  const empty: number[] = [];
  const used: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const dir = join(scratch, `empty-${i}`);
    mkdirSync(dir);
    empty.push(await timeOf(startKctl(dir)));
    used.push(await timeOf(startKctl(usedDir)));
    bare.push(await timeOf(startBare(usedDir)));
  }
  const last = join(scratch, 'resident');
  mkdirSync(last);
  return {
    emptyMs: median(empty),
    usedMs: median(used),
    bareMs: median(bare),
    residentMb: await settledMb(startKctl(last)),
    bareResidentMb: await settledMb(startBare(usedDir)),
  };
}

async function timeOf(starting: Promise<{ readyMs: number; stop(): Promise<void> }>): Promise<number> {
  const server = await starting;
  await server.stop();
  return server.readyMs;
}

async function settledMb(starting: Promise<{ pid: number; stop(): Promise<void> }>): Promise<number> {
  const server = await starting;
  await pause(SETTLE_MS);
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)], { encoding: 'utf8' }));
  await server.stop();
  return kilobytes / 1024;
}
