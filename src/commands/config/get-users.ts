import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';

export default class ConfigGetUsers extends BaseCommand {
  static readonly summary = 'List the users of the kubeconfig.';
  static readonly usage = 'config get-users [flags]';
  static readonly examples = [
    '<%= config.bin %> config get-users',
    '# For scripts\n<%= config.bin %> config get-users --json',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags } = await this.line({});
    const names = (await ConfigEditor.open(flags, this.terminal.env)).names('users');
    if (flags.json) this.out(`${JSON.stringify({ users: names }, undefined, 2)}\n`);
    else this.out(['NAME', ...names].map((line) => `${line}\n`).join(''));
  }
}
