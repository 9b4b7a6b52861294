import type { Terminal } from '../io.ts';

/** Runs something that goes on until Ctrl-C, SIGTERM, or the signal of the terminal. */
export async function untilInterrupted(
  { interrupted }: Terminal,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  interrupted?.addEventListener('abort', onSignal, { once: true });
  try {
    await run(stop.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
