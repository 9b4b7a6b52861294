import { BaseCommand } from '../../cli/base-command.ts';
import { SilentExit } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const VERIFY_FLAGS = {
  ca: text({
    summary:
      'Authority that must have signed it: a file, or a directory with ca.crt (default: that of the kubeconfig).',
  }),
  key: text({ summary: 'Private key that must belong to it (default: the .key file beside it).' }),
  host: text({ summary: 'Name or address that it must be good for (default for HOST:PORT: HOST).' }),
  for: text({ summary: 'client or server.', options: ['client', 'server'] }),
};

export default class CertsVerify extends BaseCommand {
  static readonly summary = 'Would this certificate be accepted? If not, why, in plain words.';
  static readonly description =
    'Looks at the time, the use, the key, the host, and the chain up to the authority, and tells each problem apart. Exit code 1 when there is one.';
  static readonly usage = 'certs verify (FILE | HOST:PORT | kubeconfig)… [flags]';
  static readonly examples = [
    '<%= config.bin %> certs verify alice.crt --ca ./pki --for client',
    '<%= config.bin %> certs verify api.example.com:6443 --ca ./pki',
    '# Why does the server say Unauthorized?\n<%= config.bin %> certs verify kubeconfig',
  ];
  static readonly flagSet = VERIFY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(VERIFY_FLAGS);
    if (args.length === 0) throw this.usageError('you must specify a file, HOST:PORT or kubeconfig');
    const [{ targetsOf }, { verdicts }] = await Promise.all([
      import('../../cli/certs/targets.ts'),
      import('../../cli/certs/verdicts.ts'),
    ]);
    const found = await targetsOf(args, flags, this.terminal.env);
    const all = await verdicts(found, flags, new Date());
    if (flags.json) this.out(`${JSON.stringify(all, undefined, 4)}\n`);
    else {
      for (const { where, good, problems } of all) {
        const head = problems.length === 0 ? good : 'will not be accepted';
        this.out([`${where}: ${head}`, ...problems.map((problem) => `  - ${problem}`), ''].join('\n'));
      }
    }
    if (all.some(({ problems }) => problems.length > 0)) throw new SilentExit(1);
  }
}
