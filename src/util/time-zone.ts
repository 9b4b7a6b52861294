/** IANA time zones through Intl, named as strictly as Go's time.LoadLocation does. */

/** Short names that Intl knows but the IANA database does not. */
const NOT_IANA = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

/**
 * Whether the IANA database has a zone of that name, case included. `''` and `Local` count, as they do in Go.
 * Offsets such as `+01:00` do not.
 */
export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'Local' || name === 'UTC') return true;
  if (/^[-+]/.test(name) || NOT_IANA.has(name)) return false;
  const resolved = resolve(name);
  if (resolved === undefined) return false;
  return resolved.toLowerCase() === name.toLowerCase() ? resolved === name : looksCapitalized(name);
}

/** An alias (US/Eastern) resolves to another name, so only its first letters tell whether the case is right. */
function looksCapitalized(name: string): boolean {
  return name.split('/').every((part) => /^[A-Z]/.test(part));
}

function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** A date and time on the clocks of some zone; month is 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** The clocks of one zone. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @throws RangeError when Intl does not know the zone. `''` and `UTC` are UTC, `Local` is this machine's zone. */
  constructor(name: string) {
    const timeZone = name === 'Local' ? undefined : name;
    this.#format =
      name === '' || name === 'UTC'
        ? undefined
        : new Intl.DateTimeFormat('en-US', {
            timeZone,
            hourCycle: 'h23',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
          });
  }

  /** Milliseconds that the zone's clocks are ahead of UTC at an instant (milliseconds since 1970). */
  offsetAt(instant: number): number {
    if (this.#format === undefined) return 0;
    const seconds = Math.floor(instant / 1000) * 1000;
    const field: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(seconds)) field[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
    return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
  }

  wallTimeAt(instant: number): WallTime {
    const shifted = new Date(instant + this.offsetAt(instant));
    return {
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth() + 1,
      day: shifted.getUTCDate(),
      hour: shifted.getUTCHours(),
      minute: shifted.getUTCMinutes(),
    };
  }
}
