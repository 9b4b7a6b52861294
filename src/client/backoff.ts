/** Growing pauses between tries. */

export interface BackoffOptions {
  /** Milliseconds before the first retry. */
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor?: number;
  /** 0.5 adds up to half of the pause at random. */
  readonly jitter?: number;
}

/** Milliseconds to wait after `failures` failures in a row (1 after the first). */
export function backoffDelay(
  { initialMs, maxMs, factor = 2, jitter = 0 }: BackoffOptions,
  failures: number,
  random: () => number = Math.random,
): number {
  const base = Math.min(initialMs * factor ** Math.min(failures - 1, 60), maxMs);
  return base * (1 + jitter * random());
}
