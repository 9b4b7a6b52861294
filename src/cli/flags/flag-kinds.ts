/** Flags as pflag knows them: what a text must look like, and the words when it does not. oclif's help shows them. */
import { formatDuration } from '../../api/time.ts';
import { parseDuration } from '../../util/duration.ts';

/** One flag; `T` is the type of its value. */
export interface Flag<T = unknown> {
  readonly type: 'boolean' | 'option';
  readonly summary: string;
  readonly char?: string;
  readonly default?: T;
  /** The default in the words of help, where the value is none that anybody types. */
  readonly shownDefault?: string;
  readonly multiple?: boolean;
  /** Values may stand in one argument, with commas. */
  readonly delimiter?: ',';
  readonly options?: readonly string[];
  readonly hidden?: boolean;
  readonly helpGroup?: string;
  readonly helpValue?: string;
  /** What the flag is without a value. */
  readonly noOptDefault?: string;
  /** Flags that have to be given too. */
  readonly dependsOn?: readonly string[];
  /** The value of one text. @throws Error in Go's words */
  readonly read?: (input: string) => unknown;
}

export type FlagSet = Readonly<Record<string, Flag>>;

/** The values of a set of flags. */
export type FlagValues<F> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

interface Common {
  readonly summary: string;
  readonly char?: string;
  readonly hidden?: boolean;
  readonly helpGroup?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly dependsOn?: readonly string[];
}

export function text(options: Common & { default: string }): Flag<string>;
export function text(options: Common): Flag<string | undefined>;
export function text(options: Common & { default?: string }): Flag<string | undefined> {
  return { ...options, type: 'option' };
}

/** One value that may be left out: `--dry-run` is `--dry-run=BARE`. The value never comes as the next argument. */
export function optionalText(options: Common & { default: string }, bare: string): Flag<string>;
export function optionalText(options: Common, bare: string): Flag<string | undefined>;
export function optionalText(options: Common & { default?: string }, bare: string): Flag<string | undefined> {
  return { ...options, type: 'option', noOptDefault: bare };
}

/** May be given several times; each value is taken whole. */
export function texts(options: Common): Flag<string[] | undefined> {
  return { ...options, type: 'option', multiple: true };
}

/** May be given several times, or with commas. */
export function list(options: Common & { default: string[] }): Flag<string[]>;
export function list(options: Common): Flag<string[] | undefined>;
export function list(options: Common & { default?: string[] }): Flag<string[] | undefined> {
  return { ...options, type: 'option', multiple: true, delimiter: ',' };
}

/** `KEY=VALUE`, several times or with commas. */
export function pairs(options: Common): Flag<[string, string][] | undefined> {
  return { ...options, type: 'option', multiple: true, delimiter: ',', read: readPair };
}

function readPair(input: string): [string, string] {
  const at = input.indexOf('=');
  if (at < 0) throw new Error('malformed pair, expect string=string');
  return [input.slice(0, at), input.slice(at + 1)];
}

export function bool(options: Common & { default?: boolean }): Flag<boolean> {
  return { ...options, type: 'boolean' };
}

interface Bounds {
  /** 32: Go's int32. */
  readonly bits?: 32;
  readonly min?: number;
  readonly max?: number;
}

export function integer(options: Common & Bounds & { default: number }): Flag<number>;
export function integer(options: Common & Bounds): Flag<number | undefined>;
export function integer(options: Common & Bounds & { default?: number }): Flag<number | undefined> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, bits, ...rest } = options;
  const limit = bits === undefined ? Number.MAX_SAFE_INTEGER : 2 ** (bits - 1) - 1;
  return { ...rest, type: 'option', read: (input) => parseInteger(input, { min, max, limit }) };
}

/** Milliseconds of a Go duration. */
export function duration(options: Common & { default: number }): Flag<number> {
  return {
    ...options,
    type: 'option',
    shownDefault: formatDuration(BigInt(options.default) * 1_000_000n),
    read: durationMs,
  };
}

function parseInteger(input: string, { min, max, limit }: { min: number; max: number; limit: number }): number {
  if (!/^[+-]?\d+$/.test(input)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(input)}: invalid syntax`);
  const value = Number(input);
  if (Math.abs(value) > limit) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(input)}: value out of range`);
  }
  if (value < min || value > max) throw new Error(`must be between ${min} and ${max}, inclusive`);
  return value;
}

function durationMs(input: string): number {
  const value = parseDuration(input);
  if (value !== undefined) return value;
  const why = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(input) ? 'missing unit in duration' : 'invalid duration';
  throw new Error(`time: ${why} ${JSON.stringify(input)}`);
}
