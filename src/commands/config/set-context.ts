import type { JsonObject } from '../../api/object.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';
import { bool } from '../../cli/flags/flag-kinds.ts';

const CONTEXT_FLAGS = { current: bool({ summary: 'Change the current context.' }) };

export default class ConfigSetContext extends BaseCommand {
  static readonly summary = 'Set a context of the kubeconfig: which cluster, user and namespace go together.';
  static readonly description = 'Fields that are not named stay as they are.';
  static readonly usage = 'config set-context (NAME | --current) [--cluster=NAME] [--user=NAME] [--namespace=NAME]';
  static readonly examples = [
    '# Another namespace from now on\n<%= config.bin %> config set-context --current --namespace=shop',
    '<%= config.bin %> config set-context dev --cluster=dev --user=alice',
  ];
  static readonly flagSet = CONTEXT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(CONTEXT_FLAGS);
    const [named = ''] = args;
    if (args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    if (named === '' && !flags.current) throw new CliError('you must specify a non-empty context name or --current');
    if (named !== '' && flags.current) throw new CliError('you cannot specify both a context name and --current');
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    const name = named || editor.currentContext;
    if (name === '') throw new CliError('no current context is set');
    const known = editor.get('contexts', name);
    const value: JsonObject = { ...known };
    for (const field of ['cluster', 'user', 'namespace'] as const) if (given.has(field)) value[field] = flags[field];
    editor.set('contexts', name, value);
    await editor.save();
    this.tell(flags, `Context ${JSON.stringify(name)} ${known === undefined ? 'created' : 'modified'}.\n`);
  }
}
