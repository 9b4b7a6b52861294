import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigDeleteCluster extends BaseCommand {
  static readonly summary = 'Delete a cluster from the kubeconfig.';
  static readonly usage = 'config delete-cluster NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> config delete-cluster old',
    '# Which ones are there?\n<%= config.bin %> config get-clusters',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (editor.get('clusters', name) === undefined) {
      throw new CliError(`cannot delete cluster ${name}, not in ${editor.defaultPath}`);
    }
    editor.remove('clusters', name);
    await editor.save();
    this.tell(flags, `deleted cluster ${name} from ${editor.defaultPath}\n`);
  }
}
