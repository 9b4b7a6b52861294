/** What exec and attach do with the terminal at this end. */
import { on } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Terminal } from '../io.ts';
import type { Streams } from './remote-command.ts';

export interface Wanted {
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Streams for a remote command; `restore` gives the terminal back. */
export function terminalStreams(terminal: Terminal, { stdin, tty }: Wanted): { streams: Streams; restore: () => void } {
  const input = terminal.stdin as Partial<ReadStream>;
  const output = terminal.stdout as Partial<WriteStream>;
  const write = (stream: Terminal['stdout']) => (bytes: Buffer) => void stream.write(bytes as unknown as string);
  const stop = new AbortController();
  if (tty) input.setRawMode?.(true);
  return {
    streams: {
      stdout: write(terminal.stdout),
      stderr: write(terminal.stderr),
      ...(stdin ? { stdin: terminal.stdin } : {}),
      ...(tty && output.isTTY ? { sizes: sizesOf(output as WriteStream, stop.signal) } : {}),
    },
    restore() {
      stop.abort();
      if (tty) input.setRawMode?.(false);
      // A terminal that is still being read would keep the process.
      if (stdin) input.pause?.();
      if (stdin) input.unref?.();
    },
  };
}

async function* sizesOf(output: WriteStream, signal: AbortSignal): AsyncGenerator<{ columns: number; rows: number }> {
  yield output;
  try {
    for await (const _ of on(output, 'resize', { signal })) yield output;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

export function canBeTty(terminal: Terminal): boolean {
  return (terminal.stdin as Partial<ReadStream>).isTTY === true;
}
