import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigDeleteUser extends BaseCommand {
  static readonly summary = 'Delete a user from the kubeconfig.';
  static readonly usage = 'config delete-user NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> config delete-user old',
    '# Which ones are there?\n<%= config.bin %> config get-users',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError('user to delete is required');
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (editor.get('users', name) === undefined) {
      throw new CliError(`cannot delete user ${name}, not in ${editor.defaultPath}`);
    }
    editor.remove('users', name);
    await editor.save();
    this.tell(flags, `deleted user ${name} from ${editor.defaultPath}\n`);
  }
}
