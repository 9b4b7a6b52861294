import { BaseCommand } from '../cli/base-command.ts';
import type { Candidate, Wanted } from '../cli/completion/wanted.ts';
import type { Terminal } from '../cli/io.ts';

/** cobra's directives: 2 = no blank behind, 4 = no files. */
const NO_SPACE = 2;
const NO_FILES = 4;

/** A name with a line break would be two candidates; one with an escape character would reach the terminal. */
const UNPRINTABLE = /\p{Cc}/u;

export default class Complete extends BaseCommand {
  static readonly summary = 'What could stand at the end of a command line; the shells ask this.';
  static readonly description =
    "Prints a line for each candidate, with a tab and what it is, then `:N` with cobra's directive. Nothing is ever told on stderr.";
  static readonly usage = '__complete [WORD…]';
  static readonly examples = ['<%= config.bin %> __complete get po'];
  static readonly hidden = true;
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const words = this.argv.filter((word, i) => word !== '--' || this.argv.indexOf('--') !== i);
    if (words[0] === '--help') await this.line({}, ['--help']);
    const { wantedAt } = await import('../cli/completion/wanted.ts');
    const wanted = wantedAt(words);
    const silent = { ...this.terminal, stderr: { write: () => true } };
    // Without a server, or with one that is too slow, there is nothing to offer, which is no error.
    const live = await this.#live(wanted, silent).catch(() => []);
    const fitting = [...wanted.fixed, ...live].filter(
      ({ value }) => value.startsWith(wanted.word) && !UNPRINTABLE.test(value),
    );
    const open = fitting.length > 0 && fitting.every(({ value }) => /[=/:]$/.test(value));
    const directive = (wanted.slot === 'files' ? 0 : NO_FILES) + (open ? NO_SPACE : 0);
    const lines = fitting.map(
      ({ value, about = '' }) => `${wanted.before}${value}${about === '' ? '' : `\t${about}`}\n`,
    );
    this.out(`${[...new Set(lines)].join('')}:${directive}\n`);
  }

  /** What reaches for a server is loaded only where one is needed. */
  async #live(wanted: Wanted, terminal: Terminal): Promise<readonly Candidate[]> {
    if (wanted.slot === 'nothing' || wanted.slot === 'files') return [];
    const { liveValues } = await import('../cli/completion/live-values.ts');
    return liveValues(wanted, terminal);
  }
}
