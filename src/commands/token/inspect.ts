import { BaseCommand } from '../../cli/base-command.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const INSPECT_FLAGS = {
  output: text({ char: 'o', summary: 'json: header and claims.', default: '', options: ['', 'json'] }),
};

export default class TokenInspect extends BaseCommand {
  static readonly summary = 'What is in a token: whose it is, how long it lasts, for whom. No server is asked.';
  static readonly description = 'Nothing is verified: `kctl token verify` asks the server.';
  static readonly usage = 'token inspect [TOKEN | FILE | -] [flags]';
  static readonly examples = [
    '# That of the kubeconfig\n<%= config.bin %> token inspect',
    '# In a pod\n<%= config.bin %> token inspect /var/run/secrets/kubernetes.io/serviceaccount/token',
    '<%= config.bin %> create token robot | <%= config.bin %> token inspect -',
  ];
  static readonly flagSet = INSPECT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(INSPECT_FLAGS);
    if (args.length > 1) throw this.usageError('you must specify one token');
    const [{ givenToken }, { tokenFacts, tokenText }] = await Promise.all([
      import('../../cli/token/token-source.ts'),
      import('../../cli/token/token-facts.ts'),
    ]);
    const { token } = await givenToken(args[0], flags, this.terminal);
    const facts = tokenFacts(token);
    this.out(
      flags.output === 'json' || flags.json ? `${JSON.stringify(facts, undefined, 4)}\n` : tokenText(facts, new Date()),
    );
  }
}
