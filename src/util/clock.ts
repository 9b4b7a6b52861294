/** A pending callback of a `Clock`. */
export interface Timer {
  cancel(): void;
  /** Lets the process end although the timer is pending. */
  unref(): void;
}

/** Time as an argument, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once, not before `delayMs` milliseconds; delays above 24 days are cut to that. */
  setTimeout(callback: () => void, delayMs: number): Timer;
}

const longestDelay = 2 ** 31 - 1;

/** The real time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, delayMs) {
    const handle = setTimeout(callback, Math.min(Math.max(delayMs, 0), longestDelay));
    return { cancel: () => clearTimeout(handle), unref: () => void handle.unref() };
  },
};
