import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';
import { didYouMean, suggestions } from '../../cli/suggest.ts';

export default class ConfigUseContext extends BaseCommand {
  static readonly summary = 'Choose the context that commands use.';
  static readonly usage = 'config use-context NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> config use-context dev',
    '# Which ones are there?\n<%= config.bin %> config get-contexts',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (editor.get('contexts', name) === undefined) {
      const near = suggestions(name, editor.names('contexts'));
      throw new CliError(`no context exists with the name: ${JSON.stringify(name)}${didYouMean(near)}`);
    }
    editor.currentContext = name;
    await editor.save();
    this.tell(flags, `Switched to context ${JSON.stringify(name)}.\n`);
  }
}
