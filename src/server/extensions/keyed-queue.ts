/** Works off keys one at a time, each once however often it was added, and again later when it failed. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 30_000;

export class KeyedQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #failed: (key: string, error: unknown) => void;
  readonly #pending = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #running = false;
  #stopped = false;

  constructor(work: (key: string) => Promise<void>, failed: (key: string, error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#pending.add(key);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  stop(): void {
    this.#stopped = true;
    this.#pending.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #run(): Promise<void> {
    for (let key = this.#take(); key !== undefined; key = this.#take()) await this.#attempt(key);
    this.#running = false;
  }

  #take(): string | undefined {
    const { value } = this.#pending.values().next();
    if (value !== undefined) this.#pending.delete(value);
    return value;
  }

  async #attempt(key: string): Promise<void> {
    try {
      await this.#work(key);
      this.#failures.delete(key);
    } catch (error) {
      if (this.#stopped) return;
      this.#failed(key, error);
      this.#retry(key);
    }
  }

  #retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.add(key);
      },
      Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS),
    );
    timer.unref();
    this.#timers.add(timer);
  }
}
