import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { didYouMean, suggestions } from '../cli/suggest.ts';

export default class Completion extends BaseCommand {
  static readonly summary =
    'Print the script by which a shell completes kctl: commands, flags, kinds, names, namespaces.';
  static readonly description =
    'Names come live from the cluster of the context (or of --context, -n …); what does not answer in time is left out. The environment variable KCTL_COMPLETION_TIMEOUT, such as 1s, gives far clusters longer than 180ms.';
  static readonly usage = 'completion (bash | zsh | fish)';
  static readonly examples = [
    '# bash: into ~/.bashrc\nsource <(<%= config.bin %> completion bash)',
    '# zsh: into ~/.zshrc, behind compinit\nsource <(<%= config.bin %> completion zsh)',
    '# fish\n<%= config.bin %> completion fish > ~/.config/fish/completions/kctl.fish',
    '<%= config.bin %> completion bash',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { args } = await this.line({});
    const { SCRIPTS } = await import('../cli/completion/scripts.ts');
    const shells = Object.keys(SCRIPTS);
    const [shell, ...more] = args;
    if (shell === undefined) throw this.usageError(`you must specify a shell: ${shells.join(', ')}`);
    if (more.length > 0) throw this.usageError(`unexpected arguments: [${more.join(' ')}]`);
    if (!Object.hasOwn(SCRIPTS, shell)) {
      throw new CliError(`unsupported shell type ${JSON.stringify(shell)}${didYouMean(suggestions(shell, shells))}`);
    }
    this.out(SCRIPTS[shell] as string);
  }
}
