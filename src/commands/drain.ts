import { parseLabelSelector } from '../api/selectors.ts';
import { isStatusError } from '../api/status-error.ts';
import type { Pod } from '../api/types/core-v1.ts';
import { type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, ManyErrors } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { fetchAll, objectsOf } from '../cli/get/get-requests.ts';
import { removePods } from '../cli/nodes/evict-pods.ts';
import { NODE_FLAGS, NodeCommand } from '../cli/nodes/node-command.ts';
import { type DrainPlan, drainPlan, podText } from '../cli/nodes/pods-to-drain.ts';
import { findResource } from '../cli/resources/find-resource.ts';
import type { Session } from '../cli/session.ts';

const DRAIN_FLAGS = {
  ...NODE_FLAGS,
  'chunk-size': integer({ summary: 'Ask for long lists in parts of this size; 0 = at once.', default: 500, min: 0 }),
  'delete-emptydir-data': bool({ summary: 'Also pods with emptyDir volumes, whose data is lost.' }),
  'disable-eviction': bool({ summary: 'Delete pods whatever disruption budgets say.' }),
  force: bool({ summary: 'Also pods that no controller will make again.' }),
  'grace-period': integer({ summary: 'Seconds for pods to end gracefully; negative: as each pod says.', default: -1 }),
  'ignore-daemonsets': bool({ summary: 'Leave the pods of DaemonSets where they are.' }),
  'pod-selector': text({ summary: 'Only pods with these labels.', default: '' }),
  'skip-wait-for-delete-timeout': integer({
    summary: 'Do not wait for pods whose deletion began more than so many seconds ago; 0 = wait for all.',
    default: 0,
  }),
  timeout: duration({ summary: 'How long it may take; 0 = as long as it takes.', default: 0 }),
};

type DrainFlags = FlagValues<typeof DRAIN_FLAGS> & GlobalFlags;

export default class Drain extends NodeCommand {
  static readonly summary = 'Take the pods off a node, before maintenance.';
  static readonly description =
    'Lets no new pods onto the node and evicts those that are there; disruption budgets may put that off (--disable-eviction does not ask them). Pods of DaemonSets, pods without a controller and pods with emptyDir volumes stop it unless the flags say what to do. Afterwards: uncordon.';
  static readonly usage = 'drain (NODE… | -l LABELS) [flags]';
  static readonly examples = [
    '<%= config.bin %> drain node-1 --ignore-daemonsets',
    '# What would go?\n<%= config.bin %> drain node-1 --ignore-daemonsets --dry-run=client',
    '# Everything, with a quarter of an hour for each pod\n<%= config.bin %> drain node-1 --ignore-daemonsets --delete-emptydir-data --force --grace-period=900',
  ];
  static readonly flagSet = DRAIN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(DRAIN_FLAGS);
    this.checkNodes(flags, args, given);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    checkPodSelector(flags['pod-selector']);
    const session = await this.session(flags);
    const nodes = await this.nodes(session, flags, args);
    await this.setSchedulable(session, flags, nodes, false, dryRun);
    const failed: { name: string; errors: readonly Error[] }[] = [];
    for (const node of nodes) {
      const errors = await this.#drain(session, flags, node.name, dryRun);
      if (errors.length === 0) this.done(flags, node, 'drained', dryRun);
      else {
        failed.push({ name: node.name, errors });
        this.err(
          `error: unable to drain node ${JSON.stringify(node.name)} due to error: ${together(errors)}, continuing command...\n`,
        );
      }
    }
    if (failed.length === 0) return;
    this.err(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join('')}`);
    throw new ManyErrors(failed.flatMap(({ errors }) => errors));
  }

  /** @returns what stands in the way */
  async #drain(session: Session, flags: DrainFlags, node: string, dryRun: DryRun): Promise<readonly Error[]> {
    const plan = await planFor(session, flags, node);
    if (plan.errors.length > 0) return plan.errors.map((message) => new CliError(message));
    if (plan.warning !== '') this.err(`Warning: ${plan.warning}\n`);
    if (dryRun === 'client') {
      for (const pod of plan.leaving) this.out(`evicting pod ${podText(pod)} (dry run)\n`);
      return [];
    }
    const errors = await removePods(plan.leaving, {
      client: session.client,
      pods: findResource(await session.discovery(), 'pods'),
      disableEviction: flags['disable-eviction'],
      gracePeriod: flags['grace-period'],
      dryRun,
      timeoutMs: flags.timeout,
      skipWaitSeconds: flags['skip-wait-for-delete-timeout'],
      out: (line) => this.out(line),
      err: (line) => this.err(line),
    });
    if (errors.length > 0) await this.#pending(session, flags, node, errors);
    return errors;
  }

  async #pending(session: Session, flags: DrainFlags, node: string, errors: readonly Error[]): Promise<void> {
    const { leaving } = await planFor(session, flags, node);
    if (leaving.length === 0) return;
    this.err(`There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${together(errors)}\n`);
    for (const { metadata = {} } of leaving) this.err(`pod/${metadata.name}\n`);
  }
}

function checkPodSelector(selector: string): void {
  try {
    parseLabelSelector(selector);
  } catch (error) {
    throw new CliError('--pod-selector=<pod_selector> must be a valid label selector', { cause: error });
  }
}

/** As Go's aggregates show themselves. */
function together(errors: readonly Error[]): string {
  const texts = [...new Set(errors.map(({ message }) => message))];
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
}

async function planFor({ client, discovery }: Session, flags: DrainFlags, node: string): Promise<DrainPlan> {
  const resource = findResource(await discovery(), 'pods');
  const [fetched] = await fetchAll(client, [{ resource, namespace: undefined }], {
    table: false,
    labelSelector: flags['pod-selector'],
    fieldSelector: `spec.nodeName=${node}`,
    chunkSize: flags['chunk-size'],
    subresource: '',
    includeObjects: false,
  });
  if (fetched === undefined || fetched.error !== undefined) throw fetched?.error;
  const daemonSetError = async (namespace: string, name: string) => {
    try {
      await client.get({ group: 'apps', version: 'v1', resource: 'daemonsets', namespace, name });
      return undefined;
    } catch (error) {
      return { message: (error as Error).message, notFound: isStatusError(error, 'NotFound') };
    }
  };
  return drainPlan(objectsOf(fetched) as Pod[], flags, daemonSetError, Date.now());
}
