/**
 * What every command has: global flags, a session with the server, output. Commands carry oclif's static texts and
 * oclif renders their help, but running one loads nothing of oclif, which would cost a tenth of a second each time.
 */
import { isStatusError } from '../api/status-error.ts';
import { HintedError, SilentExit, UsageError } from './errors.ts';
import type { FlagSet, FlagValues } from './flags/flag-kinds.ts';
import { GLOBAL_FLAGS, type GlobalFlags } from './flags/global-flags.ts';
import { parseLine } from './flags/parse-flags.ts';
import type { Terminal } from './io.ts';
import type { Session } from './session.ts';

export interface ReadLine<F extends FlagSet> {
  readonly flags: FlagValues<F> & GlobalFlags;
  readonly args: string[];
  /** How many of the arguments stand before `--`; absent without it. */
  readonly dash?: number;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
}

/** What help shows of a command, under oclif's names. */
export interface CommandClass {
  readonly summary: string;
  readonly description?: string;
  /** Behind the name of the program. */
  readonly usage: string;
  /** Each begins with a comment line; `<%= config.bin %>` is the name of the program. */
  readonly examples: readonly string[];
  readonly hidden?: boolean;
  /** The command's own flags. */
  readonly flagSet: FlagSet;
  new (id: string, argv: readonly string[], terminal: Terminal): BaseCommand;
}

export const BIN = 'kctl';

export abstract class BaseCommand {
  /** `auth:can-i` */
  readonly id: string;
  protected readonly argv: readonly string[];
  protected readonly terminal: Terminal;
  readonly #sessions: { readonly session: Session; readonly flags: GlobalFlags }[] = [];

  constructor(id: string, argv: readonly string[], terminal: Terminal) {
    this.id = id;
    this.argv = argv;
    this.terminal = terminal;
  }

  protected abstract run(): Promise<void>;

  /** Runs the command and ends its sessions; that prints traces, also of failed requests. */
  async execute(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      throw await this.#hinted(error);
    } finally {
      for (const { session } of this.#sessions) await session.close();
    }
  }

  /** A server says no more than Unauthorized; the credentials often tell why. People are told who explains a refusal. */
  async #hinted(error: unknown): Promise<unknown> {
    const [opened] = this.#sessions;
    if (opened === undefined || !isStatusError(error)) return error;
    if (error.reason === 'Unauthorized') {
      const { unauthorizedCause } = await import('./auth/unauthorized-cause.ts');
      const causes = await unauthorizedCause(opened.session.config);
      return new HintedError(
        error,
        causes.map((cause) => `Perhaps: ${cause}`),
      );
    }
    // Programs compare texts with kubectl's.
    if (error.reason !== 'Forbidden' || !this.terminal.stderr.isTTY) return error;
    const { forbiddenHint } = await import('./auth/forbidden-hint.ts');
    const command = forbiddenHint(error.message, opened.flags);
    return command === undefined ? error : new HintedError(error, [`Why? ${command}`]);
  }

  /** `kctl auth can-i` */
  protected get commandName(): string {
    return `${BIN} ${this.id.replaceAll(':', ' ')}`;
  }

  /** Flags and arguments; `--help` shows the page and ends the command. @throws UsageError */
  protected async line<F extends FlagSet>(flagSet: F, argv = this.argv): Promise<ReadLine<F>> {
    const { flags, args, dash, given } = parseLine({ ...GLOBAL_FLAGS, ...flagSet }, argv, this.commandName);
    if (flags['help']) {
      const { showHelp } = await import('./help.ts');
      await showHelp(this.id, this.terminal);
      throw new SilentExit(0);
    }
    const read = flags as ReadLine<F>['flags'];
    // `debug` has a --profile of its own.
    if (read.profile !== 'none' && !Object.hasOwn(flagSet, 'profile')) {
      const { startProfile } = await import('./profile.ts');
      startProfile(read.profile, read['profile-output']);
    }
    return { flags: read, args, dash, given };
  }

  /** Opens the connection that the flags describe; it is closed when the command ends. */
  protected async session(flags: GlobalFlags): Promise<Session> {
    const { openSession } = await import('./session.ts');
    const session = await openSession(flags, this.terminal);
    this.#sessions.push({ session, flags });
    return session;
  }

  protected out(text: string): void {
    this.terminal.stdout.write(text);
  }

  /** A line that says what was done; in machine mode it is JSON. */
  protected tell({ json }: Pick<GlobalFlags, 'json'>, line: string): void {
    this.out(json ? `${JSON.stringify({ message: line.trimEnd() }, undefined, 2)}\n` : line);
  }

  protected err(text: string): void {
    this.terminal.stderr.write(text);
  }

  /** kubectl's error for arguments that make no sense. */
  protected usageError(message: string): UsageError {
    return new UsageError(message, `See '${this.commandName} -h' for help and examples`);
  }
}
