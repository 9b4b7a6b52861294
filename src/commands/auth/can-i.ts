import type { SelfSubjectAccessReview } from '../../api/types/authorization-v1.ts';
import type { Question } from '../../cli/auth/access-question.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError, SilentExit, UsageError } from '../../cli/errors.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import type { Session } from '../../cli/session.ts';

const CAN_I_FLAGS = {
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces at once.' }),
  explain: bool({ summary: 'Say why: the binding and rule that allow it, or the nearest misses and what would help.' }),
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
}

type CanIFlags = FlagValues<typeof CAN_I_FLAGS> & GlobalFlags;

export default class CanI extends BaseCommand {
  static readonly summary = 'May I do that? Exit code 0 for yes, 1 for no.';
  static readonly description =
    'Asks the server. Several verbs can be joined by commas. A word behind the slash is a sub-resource where there is one of that name, else the name of an object. --as asks for somebody else.';
  static readonly usage = 'auth can-i VERB (TYPE[.GROUP][/SUBRESOURCE|/NAME] [NAME] | /PATH) [flags]';
  static readonly examples = [
    '<%= config.bin %> auth can-i create deployments -n shop',
    '# For somebody else, with the reason\n<%= config.bin %> auth can-i delete pods --as jane --as-group dev --explain',
    '<%= config.bin %> auth can-i get,list,watch pods',
    '<%= config.bin %> auth can-i create pods/exec',
    '<%= config.bin %> auth can-i get /metrics',
    '# Everything\n<%= config.bin %> auth can-i --list',
  ];
  static readonly flagSet = CAN_I_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CAN_I_FLAGS);
    if (!['', 'json', 'yaml'].includes(flags.output)) throw new CliError("--output must be 'yaml' or 'json'");
    if (flags.list) return this.#list(flags, args);
    if (args.length < 2 || args.length > 3) {
      throw new UsageError(
        'you must specify two arguments: verb resource or verb resource/resourceName.',
        `See '${this.commandName} -h' for help and examples.`,
      );
    }
    const session = await this.session(flags);
    const answers = await this.#ask(session, flags, args);
    await this.#show(session, flags, answers);
    if (answers.some(({ review }) => !review.status?.allowed)) throw new SilentExit(1);
  }

  async #ask(session: Session, flags: CanIFlags, [verbs = '', target = '', name = '']: readonly string[]) {
    const [{ askFor }, { accessReview }] = await Promise.all([
      import('../../cli/auth/access-question.ts'),
      import('../../cli/auth/access-review.ts'),
    ]);
    const namespace = flags['all-namespaces'] ? '' : session.namespace;
    const discovery = await session.discovery();
    const answers: Answer[] = [];
    for (const verb of verbs.split(',')) {
      const question = askFor(discovery, { verb, target, name, subresource: flags.subresource, namespace });
      if (!flags.quiet) for (const note of question.notes) this.err(note);
      const review = await accessReview(session.client, question.request);
      answers.push({ verb, question, review });
      if (review.status?.allowed && !question.namespaced) await this.#checkScope(session, question);
    }
    return answers;
  }

  async #show(session: Session, flags: CanIFlags, answers: readonly Answer[]): Promise<void> {
    if (flags.quiet) return;
    const { answerText } = await import('../../cli/auth/access-review.ts');
    const output = flags.output === '' && flags.json ? 'json' : flags.output;
    for (const { verb, question, review } of answers) {
      if (output !== '') {
        await this.#print(review, output);
        continue;
      }
      this.out(`${answers.length > 1 ? `${verb}: ` : ''}${answerText(review)}\n`);
      if (flags.explain) await this.#explain(session, flags, question, review);
    }
    this.#groupsNote(flags);
  }

  /** kubectl asks with a namespace even where the resource has none: a role binding there says yes and helps nothing. */
  async #checkScope(session: Session, question: Question): Promise<void> {
    const { resource, namespace, isResource } = question.request;
    if (!isResource || namespace === '') return;
    const [{ accessReview }, { realRequest }] = await Promise.all([
      import('../../cli/auth/access-review.ts'),
      import('../../cli/auth/access-question.ts'),
    ]);
    const { status } = await accessReview(session.client, realRequest(question));
    if (!status?.allowed) {
      this.err(
        `Note: ${resource} have no namespace: a role binding in ${namespace} does not allow this, a cluster role binding would.\n`,
      );
    }
  }

  /** The text below the answer; the server's word counts, other authorizers may have spoken. */
  async #explain(
    session: Session,
    flags: CanIFlags,
    question: Question,
    review: SelfSubjectAccessReview,
  ): Promise<void> {
    const [{ selfReview }, { policyOfCluster }, { askedUser }, { explainAccess, explanationText }, { realRequest }] =
      await Promise.all([
        import('../../cli/auth/access-review.ts'),
        import('../../cli/rbac/policy.ts'),
        import('../../cli/rbac/subject-argument.ts'),
        import('../../cli/rbac/explanation-text.ts'),
        import('../../cli/auth/access-question.ts'),
      ]);
    const { username = '', groups = [] } = (await selfReview(session.client)).status?.userInfo ?? {};
    // Roles are read as oneself: who is impersonated may not see them.
    const reader =
      flags.as === undefined
        ? session
        : await this.session({ ...flags, as: undefined, 'as-group': undefined, 'as-uid': undefined });
    const explanation = explainAccess(
      await policyOfCluster(reader.client),
      askedUser(username, groups),
      realRequest(question),
    );
    this.out(`\n${explanationText(explanation)}`);
    if (explanation.allowed !== review.status?.allowed) {
      this.out('\nRBAC alone would say otherwise: another authorizer of this server (Node, Webhook …) decided.\n');
    }
  }

  async #print(value: object, output: string): Promise<void> {
    const { stringifyYaml } = await import('../../api/yaml-writer.ts');
    this.out(output === 'json' ? `${JSON.stringify(value, undefined, 4)}\n` : stringifyYaml(value));
  }

  #groupsNote(flags: CanIFlags): void {
    const groups = flags['as-group'] ?? [];
    if (!flags.as || groups.length > 0 || flags.as.startsWith('system:serviceaccount:')) return;
    this.err(`Note: --as asks for ${flags.as} without any group; name them with --as-group.\n`);
  }

  async #list(flags: CanIFlags, args: readonly string[]): Promise<void> {
    if (args.length > 0) throw this.usageError('list option must be specified with no arguments');
    const session = await this.session(flags);
    const { rulesReview, rulesText } = await import('../../cli/auth/access-review.ts');
    const review = await rulesReview(session.client, session.namespace);
    const output = flags.output === '' && flags.json ? 'json' : flags.output;
    if (review.status?.incomplete) {
      this.err(`warning: the list may be incomplete: ${review.status.evaluationError ?? ''}\n`);
    }
    if (output === '') this.out(rulesText(review, flags['no-headers']));
    else await this.#print(review, output);
  }
}
