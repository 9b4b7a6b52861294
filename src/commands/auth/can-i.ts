import type { SelfSubjectAccessReview } from '../../api/types/authorization-v1.ts';
import type { Question } from '../../cli/auth/access-question.ts';
import { CliError, SilentExit, UsageError } from '../../cli/errors.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { wantsColor } from '../../cli/io.ts';
import type { AccessExplanation } from '../../cli/rbac/explanation-text.ts';
import { PolicyCommand } from '../../cli/rbac/policy-command.ts';
import type { Session } from '../../cli/session.ts';

const CAN_I_FLAGS = {
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces at once; with --list: in each of them.' }),
  explain: bool({
    summary:
      'Say why: the binding and rule that allow it, or the nearest misses and what would help. With --list: where each rule holds and comes from.',
  }),
  list: bool({ summary: 'List everything that one may do in the namespace.' }),
  'no-headers': bool({ summary: 'With --list: leave out the headers.' }),
  output: text({ char: 'o', summary: 'json or yaml: the answer as the server gave it.', default: '' }),
  quiet: bool({ char: 'q', summary: 'Say nothing: only the exit code tells.' }),
  subresource: text({ summary: 'Sub-resource, such as log.', default: '' }),
};

interface Answer {
  readonly verb: string;
  readonly question: Question;
  readonly review: SelfSubjectAccessReview;
  readonly explanation?: AccessExplanation;
}

type CanIFlags = FlagValues<typeof CAN_I_FLAGS> & GlobalFlags;

export default class CanI extends PolicyCommand {
  static readonly summary = 'May I do that? Exit code 0 for yes, 1 for no.';
  static readonly description =
    'Asks the server. Several verbs can be joined by commas. A word behind the slash is a sub-resource where there is one of that name, else the name of an object. A typo in verb or resource is an error, not a no. --as asks for somebody else.';
  static readonly usage = 'auth can-i VERB (TYPE[.GROUP][/SUBRESOURCE|/NAME] [NAME] | /PATH) [flags]';
  static readonly examples = [
    '# In a namespace\n<%= config.bin %> auth can-i create deployments -n shop',
    '# For somebody else, with the reason\n<%= config.bin %> auth can-i delete pods --as jane --as-group dev --explain',
    '# Several verbs: yes only if all are allowed\n<%= config.bin %> auth can-i get,list,watch pods',
    '# A sub-resource\n<%= config.bin %> auth can-i create pods/exec',
    '# A path that is no resource\n<%= config.bin %> auth can-i get /metrics',
    '# Everything, as kubectl lists it\n<%= config.bin %> auth can-i --list',
    '# Everything everywhere, and which binding gives it\n<%= config.bin %> auth can-i --list -A',
  ];
  static readonly flagSet = CAN_I_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CAN_I_FLAGS);
    const output = this.outputOf(flags);
    if (flags.list) return this.#list(flags, args, output);
    if (args.length < 2 || args.length > 3) {
      throw new UsageError(
        'you must specify two arguments: verb resource or verb resource/resourceName.',
        `See '${this.commandName} -h' for help and examples.`,
      );
    }
    if (flags['no-headers']) throw new CliError('--no-headers cannot be set without --list specified');
    const session = await this.session(flags);
    const answers = await this.#ask(session, flags, args);
    await this.#show(flags, answers, output);
    if (answers.some(({ review }) => !review.status?.allowed)) throw new SilentExit(1);
  }

  async #ask(session: Session, flags: CanIFlags, [verbs = '', target = '', name = '']: readonly string[]) {
    const [{ askFor }, { accessReview }] = await Promise.all([
      import('../../cli/auth/access-question.ts'),
      import('../../cli/auth/access-review.ts'),
    ]);
    const namespace = flags['all-namespaces'] ? '' : session.namespace;
    const discovery = await session.discovery();
    const { subresource } = flags;
    const questions = verbs.split(',').map((verb) => askFor(discovery, { verb, target, name, subresource, namespace }));
    if (!flags.quiet)
      for (const note of new Set(questions.flatMap(({ notes }) => notes))) this.err(this.#painted(flags, note));
    const answers: Answer[] = [];
    for (const question of questions) {
      const review = await accessReview(session.client, question.request);
      answers.push({ verb: question.request.verb, question, review });
    }
    if (!flags.quiet) await this.#checkScope(session, answers);
    return flags.explain && !flags.quiet ? this.#explained(session, flags, answers) : answers;
  }

  /** As kubectl paints warnings. */
  #painted(flags: CanIFlags, note: string): string {
    if (!wantsColor(flags, this.terminal.stderr, this.terminal.env)) return note;
    return note.replace(/^Warning:/, '\u001b[33;1mWarning:\u001b[0m');
  }

  /** kubectl asks with a namespace even where the resource has none: a role binding there says yes and helps nothing. */
  async #checkScope(session: Session, answers: readonly Answer[]): Promise<void> {
    const [{ accessReview }, { realRequest }] = await Promise.all([
      import('../../cli/auth/access-review.ts'),
      import('../../cli/auth/access-question.ts'),
    ]);
    for (const { question, review } of answers) {
      const { resource, namespace, isResource } = question.request;
      if (!isResource || question.namespaced || namespace === '' || !review.status?.allowed) continue;
      const { status } = await accessReview(session.client, realRequest(question));
      if (status?.allowed) continue;
      this.err(
        `Note: ${resource} have no namespace: a role binding in ${namespace} does not allow this, a cluster role binding would.\n`,
      );
    }
  }

  /** Roles are read as oneself: who is impersonated may not see them. What cannot be explained is told on stderr. */
  async #explained(session: Session, flags: CanIFlags, answers: readonly Answer[]): Promise<readonly Answer[]> {
    const [{ selfReview }, { policyOfCluster }, { askedUser }, { explainAccess }, { realRequest }] = await Promise.all([
      import('../../cli/auth/access-review.ts'),
      import('../../cli/rbac/cluster-policy.ts'),
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/rbac/explanation-text.ts'),
      import('../../cli/auth/access-question.ts'),
    ]);
    const { username = '', groups = [] } = (await selfReview(session.client)).status?.userInfo ?? {};
    const reader = flags.as === undefined ? session : await this.#asOneself(flags);
    const subject = askedUser(username, groups);
    try {
      const policy = await policyOfCluster(reader.client, { namespace: session.namespace });
      for (const note of policy.notes) this.err(`Note: you ${note}; the explanation may be incomplete\n`);
      return answers.map((answer) => ({
        ...answer,
        explanation: explainAccess(policy, subject, realRequest(answer.question)),
      }));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.err(`Note: ${error.message}\n`);
      return answers;
    }
  }

  #asOneself(flags: CanIFlags): Promise<Session> {
    return this.session({ ...flags, as: undefined, 'as-group': undefined, 'as-uid': undefined });
  }

  async #show(flags: CanIFlags, answers: readonly Answer[], output: string): Promise<void> {
    if (flags.quiet) return;
    this.#groupsNote(flags);
    if (output !== '') {
      const items = answers.map(({ review, explanation }) => ({ ...review, ...(explanation ? { explanation } : {}) }));
      const list = { kind: 'List', apiVersion: 'v1', items };
      return this.printAs(items.length === 1 ? (items[0] as object) : list, output);
    }
    const [{ answerText }, { explanationText }] = await Promise.all([
      import('../../cli/auth/access-review.ts'),
      import('../../cli/rbac/explanation-text.ts'),
    ]);
    for (const { verb, review, explanation } of answers) {
      this.out(`${answers.length > 1 ? `${verb}: ` : ''}${answerText(review)}\n`);
      if (explanation === undefined) continue;
      this.out(`\n${explanationText(explanation, this.width)}`);
      if (explanation.allowed !== review.status?.allowed) {
        this.out('\nRBAC alone would say otherwise: another authorizer of this server (Node, Webhook …) decided.\n');
      }
    }
  }

  #groupsNote(flags: CanIFlags): void {
    const groups = flags['as-group'] ?? [];
    if (!flags.as || groups.length > 0 || flags.as.startsWith('system:serviceaccount:')) return;
    this.err(`Note: --as asks for ${flags.as} without any group; name them with --as-group.\n`);
  }

  async #list(flags: CanIFlags, args: readonly string[], output: string): Promise<void> {
    if (args.length > 0) throw new CliError('list option must be specified with no arguments');
    if (flags.quiet || flags.subresource !== '') {
      throw new CliError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    }
    const session = await this.session(flags);
    this.#groupsNote(flags);
    if (flags['all-namespaces'] || flags.explain) return this.#listWithOrigin(session, flags, output);
    const { rulesReview, rulesText } = await import('../../cli/auth/access-review.ts');
    const review = await rulesReview(session.client, session.namespace);
    if (review.status?.incomplete) {
      this.err(`Warning: the list may be incomplete: ${review.status.evaluationError ?? ''}\n`);
    }
    if (output === '') this.out(rulesText(review, flags['no-headers']));
    else await this.printAs(review, output);
  }

  async #listWithOrigin(session: Session, flags: CanIFlags, output: string): Promise<void> {
    const { heldRules, heldRulesText } = await import('../../cli/auth/held-rules.ts');
    const reader = flags.as === undefined ? session : await this.#asOneself(flags);
    const held = await heldRules({
      asker: session.client,
      reader: reader.client,
      namespace: flags['all-namespaces'] ? undefined : session.namespace,
    });
    for (const note of held.notes) this.err(`Note: ${note}\n`);
    if (output !== '') return this.printAs(held, output);
    this.out(heldRulesText(held, { noHeaders: flags['no-headers'], width: this.width }));
  }
}
