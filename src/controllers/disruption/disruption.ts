/**
 * Says in each PodDisruptionBudget's status how many of its pods may be evicted now. Imitates pkg/controller/disruption.
 */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { selectorOfObject } from '../../api/selectors.ts';
import { isStatusError } from '../../api/status-error.ts';
import { formatTime } from '../../api/time.ts';
import type { Pod } from '../../api/types/core-v1.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/types/policy-v1.ts';
import { EventRecorder } from '../../client/event-recorder.ts';
import { Informer, keyOf, splitKey } from '../../client/informer.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { disruptionStatus, failedStatus, type PodCount } from './disruption-status.ts';
import { expectedPods, type ScaleReader } from './expected-pods.ts';

const NAME = 'disruption-controller';
const BUDGETS = {
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
};
const PODS = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true };
/** Kinds whose count of replicas a percentage is of. */
const SCALED = [
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps', version: 'v1', resource: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: '', version: 'v1', resource: 'replicationcontrollers', kind: 'ReplicationController', namespaced: true },
];
const CONCURRENCY = 5;
const PAGE_SIZE = 500;

type Budget = KubeObject & PodDisruptionBudget;

export const disruption: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const { discovery } = context;
  const events = new EventRecorder({ client, component: 'controllermanager', clock: context.clock });
  const budgets = new Informer<Budget>({ indexes: { namespace: ({ metadata }) => [metadata.namespace ?? ''] } });
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    async reconcile(key, signal) {
      const { namespace, name } = splitKey(key);
      const budget = budgets.get(namespace, name);
      if (budget === undefined) return undefined;
      const now = context.clock.now();
      const pods = await podsOf(client, budget, signal);
      const recheck = await settle({ client, discovery, events, budget, pods, now, signal });
      return recheck === undefined ? undefined : recheck - now;
    },
  });
  const look = (budget: KubeObject): void => queue.add(keyOf(budget));
  budgets.handle({ added: look, updated: look });
  const podChanged = ({ metadata }: KubeObject): void => {
    for (const budget of budgets.byIndex('namespace', metadata.namespace ?? '')) {
      if (selectionOf(budget)(metadata.labels)) look(budget);
    }
  };
  const scaleChanged = ({ metadata }: KubeObject): void => {
    for (const budget of budgets.byIndex('namespace', metadata.namespace ?? '')) look(budget);
  };
  const quiet = { listStarted: () => {}, listed: () => {}, listEnded: () => {} };
  context.feed.subscribe(BUDGETS, budgets, { full: true });
  context.feed.subscribe(PODS, { ...quiet, changed: (_type, pod) => podChanged(pod) });
  for (const resource of SCALED) {
    context.feed.subscribe(resource, { ...quiet, changed: (_type, object) => scaleChanged(object) });
  }
  return { stop: () => queue.stop() };
}

type Labels = Record<string, string> | undefined;

/** Which labels a budget is about. A selector that means nothing selects nothing. */
function selectionOf({ spec }: Budget): (labels: Labels) => boolean {
  try {
    const selector = selectorOfObject(spec?.selector);
    return (labels) => selector.matches(labels);
  } catch {
    return () => false;
  }
}

async function podsOf(client: RestClient, budget: Budget, signal: AbortSignal): Promise<(KubeObject & Pod)[]> {
  if (budget.spec?.selector === undefined) return [];
  const found: (KubeObject & Pod)[] = [];
  const selects = selectionOf(budget);
  let token: string | undefined;
  do {
    const options = { limit: PAGE_SIZE, continue: token, signal };
    const page = await client.list<KubeObject & Pod>({ ...PODS, namespace: budget.metadata.namespace }, options);
    found.push(...page.items.filter(({ metadata }) => selects(metadata.labels)));
    token = page.metadata.continue || undefined;
  } while (token !== undefined);
  return found;
}

interface Settling extends ScaleReader {
  readonly events: EventRecorder;
  readonly budget: Budget;
  readonly pods: readonly (KubeObject & Pod)[];
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Writes the new status. @returns when to look again, in milliseconds since the epoch */
async function settle(settling: Settling): Promise<number | undefined> {
  const { budget, pods, now, signal } = settling;
  const time = formatTime(now);
  let count: PodCount;
  try {
    count = await expectedPods(settling, budget, pods, signal);
  } catch (error) {
    if (signal.aborted || isStatusError(error, 'Conflict')) throw error;
    const why = (error as Error).message;
    await tell(settling, 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${why}`);
    await write(settling, failedStatus(budget, why, time));
    throw error;
  }
  if (pods.length === 0 && budget.status?.observedGeneration !== budget.metadata.generation) {
    await tell(settling, 'NoPods', 'No matching pods found', 'Normal');
  }
  const { status, recheckAt } = disruptionStatus({ budget, pods, count, now, time });
  await write(settling, status);
  return recheckAt;
}

function tell(
  { events, budget }: Settling,
  reason: string,
  message: string,
  type: 'Normal' | 'Warning' = 'Warning',
): Promise<void> {
  const { namespace, name, uid, resourceVersion } = budget.metadata;
  const about = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name, uid, resourceVersion };
  return events.record(about, type, reason, message);
}

async function write({ client, budget, signal }: Settling, status: PodDisruptionBudgetStatus): Promise<void> {
  if (equalJson(status, budget.status ?? {})) return;
  const { namespace, name } = budget.metadata;
  try {
    await client.update({ ...BUDGETS, namespace, name, subresource: 'status' }, { ...budget, status }, { signal });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
