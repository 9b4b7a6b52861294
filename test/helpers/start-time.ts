/** How long a program of Node's takes, on a machine that others use too. */
import { expect } from 'vitest';
import { type RunOptions, run } from './command.ts';

/** What Node alone takes to start on an idle machine; where it takes longer, everything does. */
const NODE_ALONE_MS = 40;
const TRIES = 30;

/** Whether it is quick enough once in several tries, counted as if the machine were idle. `stdout` must be the output each time. */
export async function startsWithin(
  milliseconds: number,
  args: readonly string[],
  options: RunOptions,
  stdout: string,
): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) {
    const alone = await timed(['-e', '0'], {});
    const { time, output } = await timed(args, options);
    expect(output).toBe(stdout);
    if (time < milliseconds * Math.max(1, alone.time / NODE_ALONE_MS)) return true;
  }
  return false;
}

async function timed(args: readonly string[], options: RunOptions): Promise<{ time: number; output: string }> {
  const start = performance.now();
  const { stdout } = await run(process.execPath, args, options);
  return { time: performance.now() - start, output: stdout };
}
