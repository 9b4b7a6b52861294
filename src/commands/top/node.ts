import type { Node } from '../../api/types/core-v1.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, type FlagValues } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { AMOUNT_HEADERS, METRICS, TOP_FLAGS, TopCommand } from '../../cli/top/top-command.ts';
import { type Amounts, nodeCells, sortMeasured, usageOf } from '../../cli/top/usage.ts';
import type { RestClient } from '../../client/rest-client.ts';

const NODE_FLAGS = {
  ...TOP_FLAGS,
  'show-capacity': bool({ summary: 'Percent of all that a node has, not only of what pods may use.' }),
};

type NodeFlags = FlagValues<typeof NODE_FLAGS> & GlobalFlags;

interface NodeMetrics {
  readonly metadata: { readonly name: string };
  readonly usage?: Amounts;
}

export default class TopNode extends TopCommand {
  static readonly summary = 'Show what nodes use.';
  static readonly description = 'Processor and memory, as the cluster’s metrics server measured them lately.';
  static readonly usage = 'top node [NAME | -l LABELS] [flags]';
  static readonly examples = [
    '<%= config.bin %> top node',
    '# The busiest first\n<%= config.bin %> top node --sort-by=cpu',
  ];
  static readonly flagSet = NODE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(NODE_FLAGS);
    const words = { use: 'node [NAME | -l label]', selector: '--selector' };
    const { client } = await this.measuring(flags, args, words);
    const [name] = args;
    const metrics = await read<NodeMetrics>(client, METRICS, name, flags.selector);
    if (metrics.length === 0) throw new CliError('metrics not available yet');
    const nodes = await read<Node>(client, { group: '', version: 'v1' }, name, flags.selector);
    this.#print(flags, metrics, nodes);
  }

  #print(flags: NodeFlags, metrics: readonly NodeMetrics[], nodes: readonly Node[]): void {
    const resources = this.resources(flags);
    const available = new Map(
      nodes.map((node) => [node.metadata?.name ?? '', availableOf(node, flags['show-capacity'])]),
    );
    const measured = metrics.map(({ metadata, usage = {} }) => ({
      name: metadata.name,
      amounts: usage,
      usage: usageOf(usage),
    }));
    const sorted = sortMeasured(measured, flags['sort-by']);
    const unknown = [...available.keys()].filter((name) => !measured.some((each) => each.name === name)).sort();
    if (flags.json) {
      const all = sorted.map(({ name, amounts }) => ({ name, usage: amounts, available: available.get(name) ?? {} }));
      this.out(`${JSON.stringify([...all, ...unknown.map((name) => ({ name }))], undefined, 2)}\n`);
      return;
    }
    const rows = sorted.map(({ name, amounts }) => [name, ...nodeCells(amounts, available.get(name) ?? {}, resources)]);
    const header = ['NAME', ...resources.flatMap((each) => [AMOUNT_HEADERS[each], `${each.toUpperCase()}(%)`])];
    this.table(flags, header, [...rows, ...unknown.map((name) => [name, ...nodeCells(undefined, {}, resources)])]);
  }
}

async function read<T>(
  client: RestClient,
  version: { readonly group: string; readonly version: string },
  name: string | undefined,
  labelSelector: string,
): Promise<T[]> {
  const target = { ...version, resource: 'nodes' };
  if (name !== undefined) return [await client.get<T>({ ...target, name })];
  return (await client.list<T>(target, { labelSelector })).items;
}

function availableOf({ status = {} }: Node, all: boolean): Amounts {
  const { nodeInfo } = status as { nodeInfo?: { swap?: { capacity?: number } } };
  const swap = nodeInfo?.swap?.capacity;
  const amounts = (all ? status.capacity : status.allocatable) ?? {};
  return { ...(amounts as Amounts), ...(swap === undefined ? {} : { swap: String(swap) }) };
}
