import { BaseCommand } from '../cli/base-command.ts';
import type { Flag } from '../cli/flags/flag-kinds.ts';
import { GLOBAL_FLAGS } from '../cli/flags/global-flags.ts';

export default class Options extends BaseCommand {
  static readonly summary = 'List the flags that every command takes.';
  static readonly description = 'Also those that are rarely wanted, which help pages leave out.';
  static readonly usage = 'options';
  static readonly examples = ['<%= config.bin %> options'];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags } = await this.line({});
    const names = Object.keys(GLOBAL_FLAGS).sort() as (keyof typeof GLOBAL_FLAGS)[];
    const all = names.map((name) => ({ name, flag: GLOBAL_FLAGS[name] as Flag }));
    if (flags.json) {
      const shown = all.map(({ name, flag: { char, type, default: value, summary } }) => ({
        name,
        char,
        type,
        default: value,
        summary,
      }));
      return this.out(`${JSON.stringify(shown, undefined, 2)}\n`);
    }
    this.out('The following options can be passed to any command:\n\n');
    this.out(all.map(({ name, flag }) => optionText(name, flag)).join('\n'));
  }
}

/** In the form of `kubectl options`: `-n, --namespace=''`, and below it what it is for. */
function optionText(name: string, { char, type, multiple, default: value, summary }: Flag): string {
  const shown =
    type === 'boolean'
      ? String(value ?? false)
      : multiple
        ? '[]'
        : typeof value === 'number'
          ? String(value)
          : `'${String(value ?? '')}'`;
  return `    ${char === undefined ? '' : `-${char}, `}--${name}=${shown}:\n\t${summary}\n`;
}
