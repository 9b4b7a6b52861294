import { bool, type FlagValues, list } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { POLICY_FLAGS, PolicyCommand, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const LOOKUP_FLAGS = {
  ...POLICY_FLAGS,
  ...SYSTEM_FLAG,
  group: list({ summary: 'More groups of the subject.' }),
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  rules: bool({ summary: 'Show the permissions instead of the roles.' }),
};

type LookupFlags = FlagValues<typeof LOOKUP_FLAGS> & GlobalFlags;

export default class RbacLookup extends PolicyCommand {
  static readonly summary = 'Which roles does a subject have, where, and by which bindings?';
  static readonly description =
    'SUBJECT is user:NAME, group:NAME or sa:NAMESPACE/NAME, or several joined by commas: then also what its groups get is listed. A word alone finds every subject that has it in its name. NAMESPACE is * where a role holds everywhere; -n leaves the other namespaces out.';
  static readonly usage = 'rbac lookup SUBJECT [flags]';
  static readonly examples = [
    '# One user\n<%= config.bin %> rbac lookup user:jane',
    '# Everybody with cart in the name\n<%= config.bin %> rbac lookup cart',
    '# Permissions instead of roles, with those of a group\n<%= config.bin %> rbac lookup user:jane --group dev --rules',
    '# In manifests\n<%= config.bin %> rbac lookup -f manifests/ sa:shop/cart',
  ];
  static readonly flagSet = LOOKUP_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(LOOKUP_FLAGS);
    const output = this.outputOf(flags);
    const [who = '', ...more] = args;
    if (who === '' || more.length > 0) throw this.usageError('you must specify one subject');
    const { policy } = await this.source(flags);
    const { assignments, assignmentsTable } = await import('../../cli/rbac/assignments.ts');
    const all = assignments(policy.index, who, flags.group ?? []);
    const here =
      flags.namespace === undefined ? all : all.filter(({ scope }) => scope === '' || scope === flags.namespace);
    const shown = flags.system ? here : here.filter(({ binding }) => !policy.isSystem(binding));
    if (output !== '') return this.printAs({ subject: who, assignments: shown }, output);
    this.out(assignmentsTable(shown, flags.rules, this.#layout(flags)));
    if (shown.length === 0) this.err(`No binding names ${who}.\n`);
    const hidden = here.length - shown.length;
    if (hidden > 0) this.err(`Note: ${hidden} of Kubernetes' own left out; --system shows them.\n`);
  }

  #layout(flags: LookupFlags): { noHeaders: boolean; width?: number } {
    return { noHeaders: flags['no-headers'], ...(this.width === undefined ? {} : { width: this.width }) };
  }
}
