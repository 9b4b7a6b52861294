/**
 * How far a long apply is, and one line at its end. Only people see it: it goes to stderr, and only to a terminal, so
 * that stdout and what scripts read stay kubectl's.
 */
import type { Output } from '../io.ts';

/** Below this many objects there is no progress to show. */
const LONG = 10;
const PAUSE_MS = 100;
const CLEAR = '\r\u001b[K';
const ORDER = ['created', 'configured', 'serverside-applied', 'unchanged', 'pruned', 'failed'];

export class ApplyProgress {
  readonly #stderr: Output;
  readonly #total: number;
  readonly #counts = new Map<string, number>();
  readonly #started = performance.now();
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(stderr: Output, total: number) {
    this.#stderr = stderr;
    this.#total = total;
  }

  /** @param name of the object that is next */
  step(name: string): void {
    if (this.#stderr.isTTY !== true || this.#total < LONG) return;
    const now = performance.now();
    if (now - this.#shownAt < PAUSE_MS) return;
    this.#shownAt = now;
    const done = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const text = `applying ${done + 1} of ${this.#total}: ${name}`;
    this.#stderr.write(`${CLEAR}${text.slice(0, (this.#stderr.columns ?? text.length + 1) - 1)}`);
  }

  /** Makes room for a line of results. */
  clear(): void {
    if (this.#stderr.isTTY === true && this.#total >= LONG) this.#stderr.write(CLEAR);
  }

  count(operation: string): void {
    this.#counts.set(operation, (this.#counts.get(operation) ?? 0) + 1);
  }

  /** `5 objects in 0.2 s: 2 created, 3 unchanged` */
  finish(): void {
    this.clear();
    const told = ORDER.filter((operation) => this.#counts.has(operation));
    if (this.#stderr.isTTY !== true || this.#total < 2) return;
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const parts = told.map((operation) => `${this.#counts.get(operation)} ${operation}`).join(', ');
    this.#stderr.write(`${this.#total} objects in ${seconds} s: ${parts}\n`);
  }
}
