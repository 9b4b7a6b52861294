import { bool, type FlagValues, list } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { POLICY_FLAGS, PolicyCommand, type PolicySource, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const MATRIX_FLAGS = {
  ...POLICY_FLAGS,
  ...SYSTEM_FLAG,
  'all-namespaces': bool({ char: 'A', summary: 'Subjects of all namespaces, each where its bindings are.' }),
  'no-headers': bool({ summary: 'Leave out the headers and the key.' }),
  subject: list({
    summary: 'Only these: user:NAME, group:NAME, sa:NAMESPACE/NAME; one alone is shown with every resource.',
  }),
};

type MatrixFlags = FlagValues<typeof MATRIX_FLAGS> & GlobalFlags;

export default class RbacMatrix extends PolicyCommand {
  static readonly summary = 'Who may do what, as a table of subjects and resources.';
  static readonly description =
    'A letter stands for each verb that bindings allow in the namespace; a letter in brackets for one that is allowed for some names only. Resources are columns; without arguments those that tell most: pods, workloads, services, configuration, secrets, roles. One --subject turns the table: every resource is a line.';
  static readonly usage = 'rbac matrix [TYPE[.GROUP][/SUBRESOURCE] …] [flags]';
  static readonly examples = [
    '# Everybody in a namespace\n<%= config.bin %> rbac matrix -n shop',
    '# Other columns\n<%= config.bin %> rbac matrix secrets pods/exec rolebindings -n shop',
    '# One subject in detail\n<%= config.bin %> rbac matrix --subject sa:shop/cart -n shop',
    '# In manifests\n<%= config.bin %> rbac matrix -f manifests/ -n shop',
  ];
  static readonly flagSet = MATRIX_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(MATRIX_FLAGS);
    const output = this.outputOf(flags);
    const source = await this.source(flags);
    const turned = flags.subject?.length === 1 && args.length === 0;
    const { accessMatrix, DEFAULT_COLUMNS } = await import('../../cli/rbac/matrix.ts');
    const wanted = args.length > 0 ? args.flatMap((arg) => arg.split(',')) : DEFAULT_COLUMNS;
    const resources = turned ? await this.#everyResource(source) : await this.#resources(source, wanted);
    const matrix = accessMatrix(source.policy, {
      namespace: flags['all-namespaces'] ? undefined : source.namespace,
      system: flags.system,
      resources,
      subjects: flags.subject,
    });
    if (output !== '') return this.printAs(matrix, output);
    await this.#show(matrix, turned, flags);
  }

  async #show(
    matrix: import('../../cli/rbac/matrix.ts').AccessMatrix,
    turned: boolean,
    flags: MatrixFlags,
  ): Promise<void> {
    const { matrixText, subjectTable } = await import('../../cli/rbac/matrix-text.ts');
    if (matrix.rows.length === 0) return this.err('No binding names anybody here.\n');
    const layout = { noHeaders: flags['no-headers'], ...(this.width === undefined ? {} : { width: this.width }) };
    const [row] = matrix.rows;
    this.out(turned && row !== undefined ? subjectTable(row, layout) : matrixText(matrix, layout));
  }

  async #resources(source: PolicySource, words: readonly string[]) {
    const requests = [];
    for (const target of words) {
      requests.push(await this.question(source, { verb: 'get', target, namespace: source.namespace }));
    }
    return requests.map(({ group, resource, subresource, namespace }) => ({
      group,
      resource: subresource === '' ? resource : `${resource}/${subresource}`,
      namespaced: namespace !== '',
    }));
  }

  async #everyResource({ session, manifests }: PolicySource) {
    const { offlineDiscovery } = await import('../../cli/rbac/offline-discovery.ts');
    const objects = manifests.map(({ object }) => object);
    const discovery = session === undefined ? offlineDiscovery('', objects) : await session.discovery();
    return discovery
      .preferred()
      .map(({ group, resource, namespaced, verbs }) => ({ group, resource, namespaced, verbs }));
  }
}
