import { basename } from 'node:path';
import { BaseCommand } from '../../cli/base-command.ts';
import { COMMAND_FACTS } from '../../cli/completion/command-facts.ts';
import { PlainError } from '../../cli/errors.ts';
import { bool } from '../../cli/flags/flag-kinds.ts';
import { listPlugins } from '../../cli/plugins.ts';

const LIST_FLAGS = { 'name-only': bool({ summary: 'Only the names, without directories.' }) };

export default class PluginList extends BaseCommand {
  static readonly summary = 'Show the plugins: programs in PATH that begin with kctl- or kubectl-.';
  static readonly description =
    'kctl foo bar runs kctl-foo-bar or kubectl-foo-bar where it has no such command itself.';
  static readonly usage = 'plugin list [--name-only]';
  static readonly examples = ['<%= config.bin %> plugin list', '<%= config.bin %> plugin list --name-only'];
  static readonly flagSet = LIST_FLAGS;

  protected async run(): Promise<void> {
    const { flags } = await this.line(LIST_FLAGS);
    const ids = Object.keys(COMMAND_FACTS);
    const { plugins, unreadable } = listPlugins(this.terminal.env['PATH'] ?? '', (words) => commandOf(words, ids));
    for (const line of unreadable) this.err(line);
    if (flags.json) {
      this.out(`${JSON.stringify(plugins, undefined, 2)}\n`);
      return;
    }
    if (plugins.length === 0) throw new PlainError('error: unable to find any kubectl plugins in your PATH\n');
    this.out('The following compatible plugins are available:\n\n');
    for (const { path, warnings } of plugins) {
      this.out(`${flags['name-only'] ? basename(path) : path}\n`);
      for (const warning of warnings) this.err(`  - ${warning}\n`);
    }
    const count = plugins.flatMap(({ warnings }) => warnings).length;
    if (count === 1) throw new PlainError('error: one plugin warning was found\n');
    if (count > 1) throw new PlainError(`error: ${count} plugin warnings were found\n`);
  }
}

/** The longest beginning of the words that is a command or a topic. */
function commandOf(words: readonly string[], ids: readonly string[]): string | undefined {
  for (let count = words.length; count > 0; count--) {
    const id = words.slice(0, count).join(':');
    if (ids.some((other) => other === id || other.startsWith(`${id}:`))) return words.slice(0, count).join(' ');
  }
  return undefined;
}
