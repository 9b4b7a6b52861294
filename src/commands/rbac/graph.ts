import { bool, list, text } from '../../cli/flags/flag-kinds.ts';
import { POLICY_FLAGS, PolicyCommand, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const GRAPH_FLAGS = {
  ...POLICY_FLAGS,
  ...SYSTEM_FLAG,
  output: text({ char: 'o', summary: 'mermaid, dot, json or yaml.', default: '' }),
  rules: bool({ summary: 'Write the rules into the roles.' }),
  subject: list({ summary: 'Only subjects with this in their name.' }),
};

export default class RbacGraph extends PolicyCommand {
  static readonly summary = 'Draw subjects, bindings and roles.';
  static readonly description =
    'Prints a Mermaid flowchart (for Markdown) or, with -o dot, a graph for Graphviz. Each arrow is a binding; roles that do not exist are dashed. -n leaves the bindings of other namespaces out.';
  static readonly usage = 'rbac graph [flags]';
  static readonly examples = [
    '# For a README\n<%= config.bin %> rbac graph -n shop',
    '# As a picture\n<%= config.bin %> rbac graph -o dot --rules | dot -Tsvg > rbac.svg',
    '# Around one subject\n<%= config.bin %> rbac graph --subject jane',
    '# Of manifests\n<%= config.bin %> rbac graph -f manifests/',
  ];
  static readonly flagSet = GRAPH_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(GRAPH_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: ${args.join(' ')}`);
    const output = this.outputOf(flags, ['mermaid', 'dot']);
    const { policy } = await this.source(flags);
    const { policyGraph } = await import('../../cli/rbac/graph.ts');
    const { namespace, subject: subjects, system, rules } = flags;
    const graph = policyGraph(policy, { system, namespace, subjects });
    if (output === 'json' || output === 'yaml') return this.printAs(graph, output);
    const { dotText, mermaidText } = await import('../../cli/rbac/graph-text.ts');
    this.out((output === 'dot' ? dotText : mermaidText)(graph, { rules }));
    if (graph.edges.length === 0) this.err('No bindings to draw; --system draws those of Kubernetes itself.\n');
  }
}
