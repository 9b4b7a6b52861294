/**
 * The trace of one request: what every station decided and how long it took (design §6).
 * Callers write `ctx.trace?.decide(…)`: without a recorder nothing is computed, which is why it costs nothing when off.
 */
export interface Span {
  /** Station: request-info, authentication, authorization, admission, storage … */
  readonly station: string;
  /** Milliseconds since the request arrived. */
  readonly startMs: number;
  readonly durationMs: number;
  /** What was decided, in one plain sentence. */
  readonly decision: string;
  /** Facts behind the decision, JSON. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly id: string;
  readonly auditId: string;
  readonly startedAt: string;
  readonly method: string;
  readonly path: string;
  readonly user: string;
  readonly status: number;
  readonly durationMs: number;
  readonly spans: readonly Span[];
}

export class TraceRecorder {
  readonly id: string;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #spans: Span[] = [];
  #mark: number;

  /** `now` in fractional milliseconds, monotonic. */
  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
    this.#startedAt = now();
    this.#mark = this.#startedAt;
  }

  /** Records a station that began when the previous one ended. */
  decide(station: string, decision: string, details?: Record<string, unknown>): void {
    const now = this.#now();
    this.#spans.push({
      station,
      startMs: round(this.#mark - this.#startedAt),
      durationMs: round(now - this.#mark),
      decision,
      ...(details === undefined ? {} : { details }),
    });
    this.#mark = now;
  }

  finish(facts: {
    auditId: string;
    startedAt: string;
    method: string;
    path: string;
    user: string;
    status: number;
  }): Trace {
    return { id: this.id, ...facts, durationMs: round(this.#now() - this.#startedAt), spans: [...this.#spans] };
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Keeps the newest traces in memory, bounded. */
export class TraceBuffer {
  readonly #traces = new Map<string, Trace>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(trace: Trace): void {
    this.#traces.set(trace.id, trace);
    if (this.#traces.size > this.#capacity) this.#traces.delete(this.#traces.keys().next().value as string);
  }

  get(id: string): Trace | undefined {
    return this.#traces.get(id);
  }

  list(): Trace[] {
    return [...this.#traces.values()].reverse();
  }
}
