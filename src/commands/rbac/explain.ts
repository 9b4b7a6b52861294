import type { RbacRequest } from '../../api/rbac/rules.ts';
import { SilentExit } from '../../cli/errors.ts';
import { bool, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import type { EscalationRefusal, Refusal } from '../../cli/rbac/forbidden-text.ts';
import { POLICY_FLAGS, PolicyCommand, type PolicySource } from '../../cli/rbac/policy-command.ts';
import type { AskedSubject } from '../../cli/rbac/subject-argument.ts';

const EXPLAIN_FLAGS = {
  ...POLICY_FLAGS,
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces at once.' }),
  error: text({ summary: 'Explain the "forbidden" messages in this text; - reads it from stdin.' }),
  fix: bool({ summary: 'Print only the smallest grant that would allow it, as YAML.' }),
  group: list({ summary: 'More groups of the subject.' }),
  subresource: text({ summary: 'Sub-resource, such as log.', default: '' }),
};

type ExplainFlags = FlagValues<typeof EXPLAIN_FLAGS> & GlobalFlags;

export default class RbacExplain extends PolicyCommand {
  static readonly summary = 'Why may somebody do that, or why not? And what would help?';
  static readonly description =
    'SUBJECT is user:NAME, group:NAME or sa:NAMESPACE/NAME, or several joined by commas. Shows the way from the subject over binding and role to the rule that allows it; or the rules that come nearest, what of them does not fit, and the smallest grant that would. Exit code 0 for yes, 1 for no. With -f it reads manifests instead of a cluster; without arguments it looks for "forbidden" messages on stdin.';
  static readonly usage =
    'rbac explain (SUBJECT VERB (TYPE[.GROUP][/SUBRESOURCE] [NAME] | /PATH) | --error MESSAGE) [flags]';
  static readonly examples = [
    '# Over a group, in a namespace\n<%= config.bin %> rbac explain user:jane,group:dev list pods -n shop',
    '# One object, as a service account\n<%= config.bin %> rbac explain sa:shop/cart get secrets db-password -n shop',
    '# Why was I refused?\n<%= config.bin %> rbac explain --error \'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"\'',
    '# The same out of a log\nkubectl logs cart -n shop | <%= config.bin %> rbac explain',
    '# Grant exactly that\n<%= config.bin %> rbac explain user:jane delete pods -n shop --fix | <%= config.bin %> apply -f -',
    '# Before it is deployed\n<%= config.bin %> rbac explain -f manifests/ sa:shop/cart list endpoints -n shop',
  ];
  static readonly flagSet = EXPLAIN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EXPLAIN_FLAGS);
    const output = this.outputOf(flags);
    if (flags.error !== undefined || (args.length === 0 && !this.#stdinIsTerminal)) {
      return this.#explainErrors(flags, args, output);
    }
    const [who = '', verb = '', target = '', name = '', ...more] = args;
    if (target === '' || more.length > 0) {
      throw this.usageError('you must specify a subject, a verb and a resource, and perhaps a name');
    }
    const { parseSubjects } = await import('../../cli/rbac/subject-argument.ts');
    const subject = parseSubjects([who, ...(flags.group ?? []).map((group) => `group:${group}`)].join(','));
    const source = await this.source(flags);
    const namespace = flags['all-namespaces'] ? '' : source.namespace;
    const request = await this.question(source, { verb, target, name, subresource: flags.subresource, namespace });
    await this.#show(source, [{ subject, request }], flags, output);
  }

  get #stdinIsTerminal(): boolean {
    return (this.terminal.stdin as { isTTY?: boolean }).isTTY === true;
  }

  async #explainErrors(flags: ExplainFlags, args: readonly string[], output: string): Promise<void> {
    if (args.length > 0) throw this.usageError('--error takes no arguments');
    const [{ parseEscalation, parseForbidden }, { readAll }] = await Promise.all([
      import('../../cli/rbac/forbidden-text.ts'),
      import('../../cli/io.ts'),
    ]);
    const { error = '-' } = flags;
    const message = error === '-' ? await readAll(this.terminal.stdin) : error;
    if (message === '') throw this.usageError('you must specify a subject, a verb and a resource, or --error');
    const escalation = parseEscalation(message);
    if (escalation !== undefined) return this.#explainEscalation(escalation, flags, output);
    const refusals = parseForbidden(message);
    const source = await this.source(flags);
    const subjects = await this.#subjectsOf(refusals, source, flags);
    const asked = refusals.map(({ request }, i) => ({ subject: subjects[i] as AskedSubject, request }));
    await this.#show(source, asked, flags, output);
  }

  /** A message names no groups; one's own are known to the server. */
  async #subjectsOf(
    refusals: readonly Refusal[],
    { session }: PolicySource,
    flags: ExplainFlags,
  ): Promise<AskedSubject[]> {
    const [{ askedUser }, { selfReview }] = await Promise.all([
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/auth/access-review.ts'),
    ]);
    const self = session === undefined ? undefined : (await selfReview(session.client)).status?.userInfo;
    const unknown = new Set<string>();
    const asked = refusals.map(({ username }) => {
      const own = username === self?.username ? (self.groups ?? []) : [];
      const isAccount = username.startsWith('system:serviceaccount:');
      if (own.length === 0 && flags.group === undefined && !isAccount) unknown.add(username);
      return askedUser(username, [...own, ...(flags.group ?? [])]);
    });
    for (const name of unknown)
      this.err(`Note: the message does not tell the groups of ${name}: name them with --group\n`);
    return asked;
  }

  async #explainEscalation(refusal: EscalationRefusal, flags: ExplainFlags, output: string): Promise<void> {
    const [{ explainEscalation, escalationText }, { askedUser }, { fixText }] = await Promise.all([
      import('../../cli/rbac/escalation-explanation.ts'),
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/rbac/explanation-text.ts'),
    ]);
    const { policy } = await this.source(flags);
    const subject = askedUser(refusal.username, refusal.groups);
    // The message does not tell whether a Role or a ClusterRole was refused.
    const explanation = explainEscalation(policy, subject, refusal, flags.namespace ?? '');
    if (flags.fix) this.out(fixText(explanation.fix ?? []));
    else if (output === '') this.out(escalationText(explanation, this.width));
    else await this.printAs(explanation, output);
    if (!explanation.allowed && !flags.fix) throw new SilentExit(1);
  }

  async #show(
    { policy }: PolicySource,
    asked: readonly { subject: AskedSubject; request: RbacRequest }[],
    flags: ExplainFlags,
    output: string,
  ): Promise<void> {
    const { explainAccess, explanationText, fixText } = await import('../../cli/rbac/explanation-text.ts');

    const explanations = asked.map(({ subject, request }) => explainAccess(policy, subject, request));
    if (flags.fix) this.out(explanations.map(({ fix = [] }) => fixText(fix)).join(''));
    else if (output === '') this.out(explanations.map((each) => explanationText(each, this.width)).join('\n'));
    else await this.printAs(explanations.length === 1 ? (explanations[0] as object) : { items: explanations }, output);
    if (!flags.fix && explanations.some(({ allowed }) => !allowed)) throw new SilentExit(1);
  }
}
