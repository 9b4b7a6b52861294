import { BaseCommand, BIN } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigDeleteContext extends BaseCommand {
  static readonly summary = 'Delete a context from the kubeconfig.';
  static readonly usage = 'config delete-context NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> config delete-context old',
    '# Which ones are there?\n<%= config.bin %> config get-contexts',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (editor.get('contexts', name) === undefined) {
      throw new CliError(`cannot delete context ${name}, not in ${editor.defaultPath}`);
    }
    if (editor.currentContext === name) {
      this.err(
        `warning: this removed your active context, use "${BIN} config use-context" to select a different one\n`,
      );
    }
    editor.remove('contexts', name);
    await editor.save();
    this.tell(flags, `deleted context ${name} from ${editor.defaultPath}\n`);
  }
}
