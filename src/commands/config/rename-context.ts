import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigRenameContext extends BaseCommand {
  static readonly summary = 'Give a context another name.';
  static readonly description = 'The current context stays the current one.';
  static readonly usage = 'config rename-context OLD NEW [flags]';
  static readonly examples = [
    '<%= config.bin %> config rename-context admin@prod-cluster-1 prod',
    '# Look first\n<%= config.bin %> config get-contexts -o name',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [from, to] = args;
    if (from === undefined || to === undefined || args.length > 2) {
      throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    }
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    const value = editor.get('contexts', from);
    const [old, next] = [JSON.stringify(from), JSON.stringify(to)];
    if (value === undefined) throw new CliError(`cannot rename the context ${old}, it's not in ${editor.defaultPath}`);
    if (editor.get('contexts', to) !== undefined) {
      throw new CliError(
        `cannot rename the context ${old}, the context ${next} already exists in ${editor.defaultPath}`,
      );
    }
    const current = editor.currentContext === from;
    editor.remove('contexts', from);
    editor.set('contexts', to, value);
    if (current) editor.currentContext = to;
    await editor.save();
    this.tell(flags, `Context ${old} renamed to ${next}.\n`);
  }
}
