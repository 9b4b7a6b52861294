import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';

export default class ConfigGetClusters extends BaseCommand {
  static readonly summary = 'List the clusters of the kubeconfig.';
  static readonly usage = 'config get-clusters [flags]';
  static readonly examples = [
    '<%= config.bin %> config get-clusters',
    '# For scripts\n<%= config.bin %> config get-clusters --json',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags } = await this.line({});
    const names = (await ConfigEditor.open(flags, this.terminal.env)).names('clusters');
    if (flags.json) this.out(`${JSON.stringify({ clusters: names }, undefined, 2)}\n`);
    else this.out(['NAME', ...names].map((line) => `${line}\n`).join(''));
  }
}
