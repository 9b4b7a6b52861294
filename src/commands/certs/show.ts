import { BaseCommand } from '../../cli/base-command.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const SHOW_FLAGS = { output: text({ char: 'o', summary: 'json.', default: '', options: ['', 'json'] }) };

export default class CertsShow extends BaseCommand {
  static readonly summary = 'What is in a certificate: who it is for, how long it lasts, whom Kubernetes will see.';
  static readonly description =
    'Reads PEM files, directories, kubeconfigs and what a server shows; chains are shown whole. The word `kubeconfig`, or nothing, is the kubeconfig in force. Tokens are the business of `kctl token inspect`.';
  static readonly usage = 'certs show [FILE | DIR | HOST:PORT | kubeconfig]… [flags]';
  static readonly examples = [
    '<%= config.bin %> certs show alice.crt',
    '# Which certificate does this server show?\n<%= config.bin %> certs show api.example.com:6443',
    '# Who am I, for how long?\n<%= config.bin %> certs show kubeconfig',
  ];
  static readonly flagSet = SHOW_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(SHOW_FLAGS);
    const [{ targetsOf }, { factsJson, foundText }, { CliError }] = await Promise.all([
      import('../../cli/certs/targets.ts'),
      import('../../cli/certs/certificate-text.ts'),
      import('../../cli/errors.ts'),
    ]);
    const now = new Date();
    const found = await targetsOf(args.length === 0 ? ['kubeconfig'] : args, flags, this.terminal.env);
    for (const problem of found.problems) this.err(`Note: ${problem}\n`);
    if (flags.output === 'json' || flags.json) {
      const all = found.certificates.flatMap(({ where, chain }) => chain.map((one) => factsJson(where, one, now)));
      return this.out(`${JSON.stringify(all, undefined, 4)}\n`);
    }
    if (found.certificates.length === 0) throw new CliError('there are no certificates in it');
    this.out(found.certificates.map((one) => foundText(one, now)).join('\n'));
  }
}
