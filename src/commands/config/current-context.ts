import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigCurrentContext extends BaseCommand {
  static readonly summary = 'Show the name of the context that counts.';
  static readonly usage = 'config current-context [flags]';
  static readonly examples = ['<%= config.bin %> config current-context'];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const { shownKubeconfig } = await import('../../cli/config/shown-kubeconfig.ts');
    const { currentContext } = await shownKubeconfig(flags, this.terminal.env);
    if (currentContext === '') throw new CliError('current-context is not set');
    this.out(flags.json ? `${JSON.stringify({ currentContext })}\n` : `${currentContext}\n`);
  }
}
