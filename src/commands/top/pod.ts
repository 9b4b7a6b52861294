import type { Pod } from '../../api/types/core-v1.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { ageText } from '../../cli/print/table.ts';
import type { Session } from '../../cli/session.ts';
import { AMOUNT_HEADERS, METRICS, TOP_FLAGS, TopCommand } from '../../cli/top/top-command.ts';
import { type Amounts, amountText, type Measured, sortMeasured, sumOf, usageOf } from '../../cli/top/usage.ts';

const POD_FLAGS = {
  ...TOP_FLAGS,
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces.' }),
  containers: bool({ summary: 'Each container of the pods.' }),
  'field-selector': text({ summary: "Field selector: 'metadata.name=web'.", default: '' }),
  sum: bool({ summary: 'Also the sum.' }),
};

type PodFlags = FlagValues<typeof POD_FLAGS> & GlobalFlags;

interface PodMetrics {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly containers?: readonly { readonly name: string; readonly usage?: Amounts }[];
}

interface MeasuredPod extends Measured {
  readonly containers: readonly Measured[];
}

/** A metrics server needs that long to know a pod. */
const DELAY_MS = 120_000;
const RULE = '________';

export default class TopPod extends TopCommand {
  static readonly summary = 'Show what pods use.';
  static readonly description = 'Processor and memory, as the cluster’s metrics server measured them lately.';
  static readonly usage = 'top pod [NAME | -l LABELS] [flags]';
  static readonly examples = [
    '<%= config.bin %> top pod',
    '# The hungriest first, everywhere\n<%= config.bin %> top pod -A --sort-by=memory',
    '# The containers of one\n<%= config.bin %> top pod web-1 --containers',
  ];
  static readonly flagSet = POD_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(POD_FLAGS);
    const session = await this.measuring(flags, args, { use: 'pod [NAME | -l label]', selector: 'selector' });
    const [name] = args;
    const metrics = await readMetrics(session, flags, name);
    if (metrics.length === 0) return this.#explainNothing(session, flags);
    const pods = sortMeasured(metrics.map(measuredPod), flags['sort-by'], flags['all-namespaces']);
    if (flags.json) return this.out(`${JSON.stringify(metrics, undefined, 2)}\n`);
    const resources = this.resources(flags);
    const cells = ({ usage }: Measured): string[] => resources.map((resource) => amountText(resource, usage));
    const rows = pods.flatMap((pod) => {
      const first = [...(flags['all-namespaces'] ? [pod.namespace ?? ''] : []), pod.name];
      if (!flags.containers) return [[...first, ...cells(pod)]];
      return sortMeasured(pod.containers, flags['sort-by']).map((each) => [...first, each.name, ...cells(each)]);
    });
    const names = [...(flags['all-namespaces'] ? ['NAMESPACE'] : []), ...(flags.containers ? ['POD'] : []), 'NAME'];
    const header = [...names, ...resources.map((resource) => AMOUNT_HEADERS[resource])];
    this.table(flags, header, flags.sum ? [...rows, ...sumRows(names.length, resources.length, pods, cells)] : rows);
  }

  /** Are there pods that nobody measured yet, or none? */
  async #explainNothing({ client, namespace }: Session, flags: PodFlags): Promise<void> {
    const { selector: labelSelector, 'field-selector': fieldSelector, 'all-namespaces': everywhere } = flags;
    const target = { group: '', version: 'v1', resource: 'pods', ...(everywhere ? {} : { namespace }) };
    const { items } = await client.list<Pod>(target, { labelSelector, fieldSelector });
    if (items.length === 0) {
      return this.err(everywhere ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
    }
    const now = Date.now();
    const late = items.find(({ metadata }) => now - Date.parse(String(metadata?.creationTimestamp)) > DELAY_MS);
    if (late === undefined) throw new CliError('metrics not available yet');
    const { metadata = {} } = late;
    const age = ageText(String(metadata.creationTimestamp), now);
    throw new CliError(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${age}`);
  }
}

async function readMetrics(
  { client, namespace }: Session,
  flags: PodFlags,
  name: string | undefined,
): Promise<PodMetrics[]> {
  const target = { ...METRICS, resource: 'pods', ...(flags['all-namespaces'] ? {} : { namespace }) };
  if (name !== undefined) return [await client.get<PodMetrics>({ ...target, namespace, name })];
  const { selector: labelSelector, 'field-selector': fieldSelector } = flags;
  return (await client.list<PodMetrics>(target, { labelSelector, fieldSelector })).items;
}

function measuredPod({ metadata, containers = [] }: PodMetrics): MeasuredPod {
  const measured = containers.map(({ name, usage = {} }) => ({ name, usage: usageOf(usage) }));
  return { ...metadata, usage: sumOf(measured.map(({ usage }) => usage)), containers: measured };
}

function sumRows(
  names: number,
  amounts: number,
  pods: readonly Measured[],
  cells: (measured: Measured) => string[],
): string[][] {
  const blanks = new Array<string>(names).fill('');
  const sum = { name: '', usage: sumOf(pods.map(({ usage }) => usage)) };
  return [
    [...blanks, ...new Array<string>(amounts).fill(RULE)],
    [...blanks, ...cells(sum)],
  ];
}
