import { CliError, SilentExit } from '../../cli/errors.ts';
import { list, text } from '../../cli/flags/flag-kinds.ts';
import { wantsColor } from '../../cli/io.ts';
import { POLICY_FLAGS, PolicyCommand, type PolicySource, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const LINT_FLAGS = {
  ...POLICY_FLAGS,
  ...SYSTEM_FLAG,
  'fail-on': text({ summary: 'Exit with 1 from this on: error, warning, note or never.', default: 'error' }),
  skip: list({ summary: 'Checks to leave out.' }),
};

export default class RbacLint extends PolicyCommand {
  static readonly summary = 'Find bindings and rules that do nothing, too much, or not what they seem to.';
  static readonly description =
    'Dangling bindings, subjects that match nobody, rules that never match, wildcards, grants to everybody, ways to cluster-admin, unused roles. The checks are listed in docs/rbac.md. Exit code 1 when there are errors (see --fail-on).';
  static readonly usage = 'rbac lint [flags]';
  static readonly examples = [
    '# A cluster\n<%= config.bin %> rbac lint',
    '# Manifests, in CI: warnings fail too\n<%= config.bin %> rbac lint -f manifests/ -R --fail-on warning',
    '# Without some checks, for a program\n<%= config.bin %> rbac lint --skip unused-role,wildcard -o json',
  ];
  static readonly flagSet = LINT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(LINT_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: ${args.join(' ')}`);
    const output = this.outputOf(flags);
    const [{ CHECKS, lint }, { lintInput, SEVERITIES }] = await Promise.all([
      import('../../cli/rbac/lint/checks.ts'),
      import('../../cli/rbac/lint/finding.ts'),
    ]);
    const limit = [...SEVERITIES, 'never'].indexOf(flags['fail-on']);
    if (limit < 0) throw new CliError(`--fail-on must be error, warning, note or never`);
    const unknown = (flags.skip ?? []).find((id) => !CHECKS.some((check) => check.id === id));
    if (unknown !== undefined)
      throw new CliError(
        `there is no check ${JSON.stringify(unknown)}; there are ${CHECKS.map(({ id }) => id).join(', ')}`,
      );
    const source = await this.source(flags, { accounts: true });
    const findings = lint(lintInput(source.policy, await this.#discovery(source), flags.system), flags.skip);
    if (output === '') {
      const { findingsText } = await import('../../cli/rbac/lint/findings-text.ts');
      const color = wantsColor(flags, this.terminal.stdout, this.terminal.env);
      this.out(findingsText(findings, { color, ...(this.width === undefined ? {} : { width: this.width }) }));
    } else {
      await this.printAs({ findings }, output);
    }
    const fails =
      flags['fail-on'] !== 'never' && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= limit);
    if (fails) throw new SilentExit(1);
  }

  async #discovery({ session, manifests }: PolicySource) {
    if (session !== undefined) return session.discovery();
    const { offlineDiscovery } = await import('../../cli/rbac/offline-discovery.ts');
    return offlineDiscovery(
      '',
      manifests.map(({ object }) => object),
    );
  }
}
