/**
 * Command lines by pflag's rules, which oclif's own parser does not follow: `-nfoo`, `-o=wide`, `-Aw`, `--wait=false`,
 * `--dry-run` with and without a value, flags anywhere among the arguments. Errors in pflag's words.
 */
import { CliError, UsageError } from '../errors.ts';
import { didYouMean, suggestions } from '../suggest.ts';
import type { Flag, FlagSet } from './flag-kinds.ts';

export interface ParsedLine {
  readonly flags: Record<string, unknown>;
  readonly args: string[];
  /** How many of the arguments stand before `--`; absent without it. */
  readonly dash?: number;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
}

/** @throws UsageError */
export function parseLine(definitions: FlagSet, argv: readonly string[], command: string): ParsedLine {
  const reader = new LineReader(definitions, argv);
  const hint = `See '${command} --help' for usage.`;
  try {
    reader.read();
    const flags = valuesOf(definitions, reader.found);
    checkDependencies(definitions, reader.found);
    return { flags, args: reader.args, dash: reader.dash, given: new Set(reader.found.keys()) };
  } catch (error) {
    throw error instanceof CliError ? new UsageError(error.message, hint) : error;
  }
}

class LineReader {
  readonly found = new Map<string, string[]>();
  readonly args: string[] = [];
  dash: number | undefined;
  readonly #definitions: FlagSet;
  readonly #byChar: ReadonlyMap<string, string>;
  readonly #queue: string[];

  constructor(definitions: FlagSet, argv: readonly string[]) {
    this.#definitions = definitions;
    const named = Object.entries(definitions).filter(([, { char }]) => char !== undefined);
    this.#byChar = new Map(named.map(([name, { char }]) => [char as string, name]));
    this.#queue = [...argv];
  }

  read(): void {
    for (let token = this.#queue.shift(); token !== undefined; token = this.#queue.shift()) {
      if (token === '--') this.#verbatim();
      else if (token.startsWith('--')) this.#long(token.slice(2));
      else if (token.startsWith('-') && token.length > 1) this.#shorts(token);
      else this.args.push(token);
    }
  }

  /** Behind `--` everything is an argument. */
  #verbatim(): void {
    this.dash = this.args.length;
    this.args.push(...this.#queue.splice(0));
  }

  #long(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? undefined : text.slice(equals + 1);
    const definition = own(this.#definitions, name);
    if (definition === undefined) throw unknownFlag(name, this.#definitions);
    this.#add(name, value ?? this.#bareValue(definition, `--${name}`));
  }

  /** `-A`, `-nfoo`, `-n=foo`, `-n foo`, and several in one: `-Aw`. */
  #shorts(token: string): void {
    for (let i = 1; i < token.length && this.#short(token, i); i++);
  }

  /** The flag at one place of such a token. @returns whether another may follow */
  #short(token: string, at: number): boolean {
    const char = token[at] as string;
    const name = this.#byChar.get(char);
    const definition = name === undefined ? undefined : own(this.#definitions, name);
    if (name === undefined || definition === undefined) {
      throw new CliError(`unknown shorthand flag: ${goChar(char)} in -${token.slice(at)}`);
    }
    const rest = token.slice(at + 1);
    const bare = definition.type === 'boolean' ? 'true' : definition.noOptDefault;
    if (rest.startsWith('=')) this.#add(name, rest.slice(1));
    else if (bare !== undefined) this.#add(name, bare);
    else this.#add(name, rest === '' ? this.#next(`${goChar(char)} in -${token.slice(at)}`) : rest);
    return bare !== undefined && !rest.startsWith('=');
  }

  #bareValue({ type, noOptDefault }: Flag, shown: string): string {
    return type === 'boolean' ? 'true' : (noOptDefault ?? this.#next(shown));
  }

  #next(shown: string): string {
    const value = this.#queue.shift();
    if (value === undefined) throw new CliError(`flag needs an argument: ${shown}`);
    return value;
  }

  #add(name: string, value: string): void {
    const values = this.found.get(name);
    if (values === undefined) this.found.set(name, [value]);
    else values.push(value);
  }
}

function own(definitions: FlagSet, name: string): Flag | undefined {
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined;
}

function unknownFlag(name: string, definitions: FlagSet): CliError {
  const known = Object.keys(definitions).filter((other) => !definitions[other]?.hidden);
  const near = suggestions(name, known).map((other) => `--${other}`);
  return new CliError(`unknown flag: --${name}${didYouMean(near)}${near.length === 0 ? '' : '\n'}`);
}

function valuesOf(definitions: FlagSet, found: ReadonlyMap<string, readonly string[]>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const given = found.get(name);
    if (given !== undefined) values[name] = flagValue(name, definition, given);
    else if (definition.default !== undefined) values[name] = definition.default;
    else if (definition.type === 'boolean') values[name] = false;
  }
  return values;
}

function flagValue(name: string, definition: Flag, given: readonly string[]): unknown {
  const split = definition.delimiter === undefined ? given : given.flatMap((value) => commaSeparated(value));
  const parsed: unknown[] = [];
  for (const input of split) parsed.push(parseOne(name, definition, input));
  return definition.multiple ? parsed : parsed.at(-1);
}

function parseOne(name: string, definition: Flag, input: string): unknown {
  try {
    if (definition.type === 'boolean') return parseBool(input);
    if (definition.options !== undefined && !definition.options.includes(input)) {
      throw new Error(`must be one of ${definition.options.join(', ')}`);
    }
    return definition.read === undefined ? input : definition.read(input);
  } catch (error) {
    const shown = definition.char === undefined ? `--${name}` : `-${definition.char}, --${name}`;
    throw new CliError(`invalid argument ${JSON.stringify(input)} for "${shown}" flag: ${(error as Error).message}`);
  }
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function parseBool(input: string): boolean {
  if (TRUE.has(input)) return true;
  if (FALSE.has(input)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(input)}: invalid syntax`);
}

/** One line of CSV: `a,"b,c"` is two values. */
function commaSeparated(value: string): string[] {
  return [...value.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

function checkDependencies(definitions: FlagSet, found: ReadonlyMap<string, unknown>): void {
  for (const name of found.keys()) {
    const missing = (definitions[name]?.dependsOn ?? []).find((other) => !found.has(other));
    if (missing !== undefined) throw new CliError(`--${name} needs --${missing}`);
  }
}

/** A character as Go's %q shows a rune. */
function goChar(char: string): string {
  return char === "'" || char === '\\' ? `'\\${char}'` : `'${char}'`;
}
