import { BaseCommand } from '../../cli/base-command.ts';
import { DAY_MS, lifetime } from '../../cli/certs/lifetime.ts';
import { SilentExit } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { wantsColor } from '../../cli/io.ts';

const CHECK_FLAGS = {
  within: lifetime({ summary: 'What ends within this time counts as ending soon.', default: 30 * DAY_MS }),
  quiet: bool({ char: 'q', summary: 'Show only what needs care.' }),
  output: text({ char: 'o', summary: 'json.', default: '', options: ['', 'json'] }),
};

export default class CertsCheck extends BaseCommand {
  static readonly summary = 'What expires when: certificates, authorities and tokens; with an exit code for cron.';
  static readonly description =
    "Without targets: the kubeconfig in force and kctl's data directory. Exit code 0: all well; 1: something ends soon (--within); 2: something has ended or cannot be read.";
  static readonly usage = 'certs check [FILE | DIR | HOST:PORT | kubeconfig]… [flags]';
  static readonly examples = [
    '<%= config.bin %> certs check',
    '# In cron: silent while all is well\n<%= config.bin %> certs check -q --within 14d /etc/kubernetes/pki api.example.com:6443',
    '<%= config.bin %> certs check /etc/kubernetes -o json',
  ];
  static readonly flagSet = CHECK_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CHECK_FLAGS);
    const [{ targetsOf, usualTargets }, report, { fittedTable }] = await Promise.all([
      import('../../cli/certs/targets.ts'),
      import('../../cli/certs/expiry-report.ts'),
      import('../../cli/print/fitted-table.ts'),
    ]);
    const { env } = this.terminal;
    const found = args.length === 0 ? await usualTargets(flags, env) : await targetsOf(args, flags, env);
    const now = new Date();
    const all = report.expiries(found, now, flags.within);
    const code = report.exitCodeFor(all);
    const shown = flags.quiet ? all.filter(({ verdict }) => !['ok', 'never'].includes(verdict)) : all;
    if (flags.output === 'json' || flags.json) this.out(`${JSON.stringify(shown, undefined, 4)}\n`);
    else if (shown.length > 0) {
      const header = ['STATUS', 'EXPIRES', 'LEFT', 'WHAT', 'WHERE'];
      const rows = report.expiryRows(shown, now);
      this.out(await this.#painted(flags, fittedTable({ header, rows, whole: ['EXPIRES'], ...this.#width() })));
    }
    if (code !== 0) throw new SilentExit(code);
  }

  /** Only the first word of a line: colours must not count as width. */
  async #painted(flags: GlobalFlags, table: string): Promise<string> {
    if (!wantsColor(flags, this.terminal.stdout, this.terminal.env)) return table;
    const { Chalk } = await import('chalk');
    const paint = new Chalk({ level: 1 });
    return table
      .replaceAll(/^(OK|NEVER)\b/gm, (word) => paint.green(word))
      .replaceAll(/^SOON\b/gm, (word) => paint.yellow(word))
      .replaceAll(/^(EXPIRED|UNREADABLE)\b/gm, (word) => paint.red(word));
  }

  #width(): { width?: number } {
    const { columns } = this.terminal.stdout;
    return columns === undefined ? {} : { width: columns };
  }
}
