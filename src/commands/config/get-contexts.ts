import { BaseCommand } from '../../cli/base-command.ts';
import { CliError, throwAll } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import type { KubeconfigEntry } from '../../client/kubeconfig.ts';

const CONTEXTS_FLAGS = {
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  output: text({ char: 'o', summary: 'name: only names.', default: '' }),
};

export default class ConfigGetContexts extends BaseCommand {
  static readonly summary = 'List the contexts of the kubeconfig.';
  static readonly usage = 'config get-contexts [NAME…] [flags]';
  static readonly examples = ['<%= config.bin %> config get-contexts', '<%= config.bin %> config get-contexts -o name'];
  static readonly flagSet = CONTEXTS_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CONTEXTS_FLAGS);
    if (!['', 'name'].includes(flags.output)) {
      throw new CliError(
        `--output ${flags.output} is not available in ${this.commandName}; resetting to default output format`,
      );
    }
    const [{ shownKubeconfig }, { ColumnWriter }] = await Promise.all([
      import('../../cli/config/shown-kubeconfig.ts'),
      import('../../cli/print/columns.ts'),
    ]);
    const { contexts, currentContext } = await shownKubeconfig(flags, this.terminal.env);
    const wanted = args.length === 0 ? [...contexts.keys()].sort() : args.filter((name) => contexts.has(name));
    const unknown = args.filter((name) => !contexts.has(name)).map((name) => new CliError(`context ${name} not found`));
    const rows = wanted.map((name) => contextRow(name, contexts.get(name) as KubeconfigEntry, name === currentContext));
    const header = flags['no-headers'] ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    if (flags.output === 'name') this.out(wanted.map((name) => `${name}\n`).join(''));
    else this.out(new ColumnWriter().format([...header, ...rows]));
    throwAll(unknown);
  }
}

function contextRow(name: string, { value }: KubeconfigEntry, current: boolean): string[] {
  const field = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  return [current ? '*' : '', name, field('cluster'), field('user'), field('namespace')];
}
