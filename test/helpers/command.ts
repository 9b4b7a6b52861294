/** Runs programs for tests: kubectl, helm, curl, the built kctl. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string;
}

const TIMEOUT_MS = 25_000;

/** Never rejects for an exit code: `code` is -1 when a signal ended the program. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((done) => {
    const settings = { timeout: TIMEOUT_MS, maxBuffer: 64 << 20, env: options.env ?? process.env, cwd: options.cwd };
    const child = execFile(program, [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
    // A program that does not read its input may be gone before it is written.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin ?? '');
  });
}

/** A program that runs until it is stopped, and the lines it prints. */
export class Background {
  readonly child: ChildProcess;
  #text = '';
  #errors = '';

  constructor(program: string, args: readonly string[], options: RunOptions = {}) {
    this.child = spawn(program, [...args], { env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
  }

  get stdout(): string {
    return this.#text;
  }

  /** Waits until the output matches. @throws Error with the output when it does not within the time */
  async until(pattern: RegExp, milliseconds = 15_000): Promise<RegExpExecArray> {
    const giveUp = AbortSignal.timeout(milliseconds);
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) return match;
      if (this.child.exitCode !== null)
        throw new Error(`ended with ${this.child.exitCode}: ${this.#text}${this.#errors}`);
      await once(this.child.stdout as NodeJS.ReadableStream, 'data', { signal: giveUp }).catch(() => {
        throw new Error(`no ${pattern} within ${milliseconds} ms in: ${this.#text}${this.#errors}`);
      });
    }
  }

  /** Milliseconds until the end and the exit code (null when the signal ended it). */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<{ milliseconds: number; code: number | null }> {
    const start = performance.now();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill(signal);
      await ended;
    }
    return { milliseconds: performance.now() - start, code: this.child.exitCode };
  }
}
