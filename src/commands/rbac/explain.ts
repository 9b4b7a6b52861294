import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError, SilentExit } from '../../cli/errors.ts';
import { bool, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { FILE_FLAGS } from '../../cli/get/get-flags.ts';
import type { AskedSubject } from '../../cli/rbac/subject-argument.ts';

const EXPLAIN_FLAGS = {
  ...FILE_FLAGS,
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces at once.' }),
  error: text({ summary: 'Explain this "forbidden" message; - reads it from stdin.' }),
  fix: bool({ summary: 'Print only the smallest grant that would allow it, as YAML.' }),
  group: list({ summary: 'More groups of the subject.' }),
  output: text({ char: 'o', summary: 'json or yaml.', default: '' }),
  subresource: text({ summary: 'Sub-resource, such as log.', default: '' }),
};

type ExplainFlags = FlagValues<typeof EXPLAIN_FLAGS> & GlobalFlags;

interface Asked {
  readonly subject: AskedSubject;
  readonly request: RbacRequest;
  readonly policy: RbacIndex;
}

export default class RbacExplain extends BaseCommand {
  static readonly summary = 'Why may somebody do that, or why not? And what would help?';
  static readonly description =
    'SUBJECT is user:NAME, group:NAME or sa:NAMESPACE/NAME, or several joined by commas. Shows the way from the subject over binding and role to the rule that allows it; or the rules that come nearest, what of them does not fit, and the smallest grant that would. Exit code 0 for yes, 1 for no. With -f it reads manifests instead of a cluster.';
  static readonly usage =
    'rbac explain (SUBJECT VERB (TYPE[.GROUP][/SUBRESOURCE] [NAME] | /PATH) | --error MESSAGE) [flags]';
  static readonly examples = [
    '<%= config.bin %> rbac explain user:jane,group:dev list pods -n shop',
    '<%= config.bin %> rbac explain sa:shop/cart get secrets db-password -n shop',
    '# Why was I refused?\n<%= config.bin %> rbac explain --error \'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"\'',
    '# Grant exactly that\n<%= config.bin %> rbac explain user:jane delete pods -n shop --fix | <%= config.bin %> apply -f -',
    '# Before it is deployed\n<%= config.bin %> rbac explain -f manifests/ sa:shop/cart list endpoints -n shop',
  ];
  static readonly flagSet = EXPLAIN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EXPLAIN_FLAGS);
    const output = flags.output === '' && flags.json ? 'json' : flags.output;
    if (!['', 'json', 'yaml'].includes(output)) throw new CliError("--output must be 'yaml' or 'json'");
    const { subject, request, policy } = await this.#asked(flags, args);
    const { explainAccess, explanationText, fixText } = await import('../../cli/rbac/explanation-text.ts');
    const explanation = explainAccess(policy, subject, request);
    if (flags.fix) this.out(fixText(explanation.fix ?? []));
    else if (output === '') this.out(explanationText(explanation));
    else await this.#print(explanation, output);
    if (!explanation.allowed && !flags.fix) throw new SilentExit(1);
  }

  async #asked(flags: ExplainFlags, args: readonly string[]): Promise<Asked> {
    if (flags.error !== undefined) return this.#fromError(flags, args);
    const [who = '', verb = '', target = '', name = '', ...more] = args;
    if (target === '' || more.length > 0) {
      throw this.usageError('you must specify a subject, a verb and a resource, and perhaps a name');
    }
    const [{ parseSubjects }, { askFor, realRequest }] = await Promise.all([
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/auth/access-question.ts'),
    ]);
    const subject = parseSubjects([who, ...(flags.group ?? []).map((group) => `group:${group}`)].join(','));
    if (flags.filename !== undefined) {
      const namespace = flags['all-namespaces'] ? '' : (flags.namespace ?? 'default');
      const { offlineDiscovery } = await import('../../cli/rbac/offline-discovery.ts');
      const question = askFor(offlineDiscovery(target), {
        verb,
        target,
        name,
        subresource: flags.subresource,
        namespace,
      });
      return { subject, request: realRequest(question), policy: await this.#policyOfFiles(flags, namespace) };
    }
    const session = await this.session(flags);
    const namespace = flags['all-namespaces'] ? '' : session.namespace;
    const discovery = await session.discovery();
    const question = askFor(discovery, { verb, target, name, subresource: flags.subresource, namespace });
    for (const note of question.notes.filter((text) => text.startsWith('Note'))) this.err(note);
    const { policyOfCluster } = await import('../../cli/rbac/policy.ts');
    return { subject, request: realRequest(question), policy: await policyOfCluster(session.client) };
  }

  async #fromError(flags: ExplainFlags, args: readonly string[]): Promise<Asked> {
    if (args.length > 0) throw this.usageError('--error takes no arguments');
    const [{ parseForbidden }, { askedUser }, { readAll }, { policyOfCluster }] = await Promise.all([
      import('../../cli/rbac/forbidden-text.ts'),
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/io.ts'),
      import('../../cli/rbac/policy.ts'),
    ]);
    const message = flags.error === '-' ? await readAll(this.terminal.stdin) : (flags.error as string);
    const { username, request } = parseForbidden(message);
    const subject = askedUser(username, flags.group ?? []);
    if (flags.filename !== undefined)
      return { subject, request, policy: await this.#policyOfFiles(flags, request.namespace) };
    const session = await this.session(flags);
    return { subject, request, policy: await policyOfCluster(session.client) };
  }

  async #policyOfFiles(flags: ExplainFlags, namespace: string): Promise<RbacIndex> {
    const [{ readManifests }, { policyOfManifests }] = await Promise.all([
      import('../../cli/manifests/read-manifests.ts'),
      import('../../cli/rbac/policy.ts'),
    ]);
    const options = { recursive: flags.recursive, stdin: this.terminal.stdin };
    return policyOfManifests(await readManifests(flags.filename ?? [], options), namespace || 'default');
  }

  async #print(value: object, output: string): Promise<void> {
    const { stringifyYaml } = await import('../../api/yaml-writer.ts');
    this.out(output === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : stringifyYaml(value));
  }
}
