/** What a budget's status says of its pods; imitates trySync and updatePdbStatus of pkg/controller/disruption. */
import type { KubeObject } from '../../api/object.ts';
import type { Pod } from '../../api/types/core-v1.ts';
import type { Condition } from '../../api/types/meta-v1.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/types/policy-v1.ts';

/** An evicted pod that has not gone after so long is taken to have stayed. */
const DELETION_TIMEOUT_MS = 120_000;

/** How many pods there should be, and how many of them must be healthy. */
export interface PodCount {
  readonly expected: number;
  readonly desiredHealthy: number;
}

export interface StatusInput {
  readonly budget: KubeObject & PodDisruptionBudget;
  readonly pods: readonly (KubeObject & Pod)[];
  readonly count: PodCount;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The same in RFC 3339, for conditions. */
  readonly time: string;
}

export interface StatusOutput {
  readonly status: PodDisruptionBudgetStatus;
  /** Milliseconds since the epoch when an eviction that is under way should have ended. */
  readonly recheckAt: number | undefined;
}

export function disruptionStatus({ budget, pods, count, now, time }: StatusInput): StatusOutput {
  const disrupted = stillDisrupted(budget, pods, now);
  const currentHealthy = pods.filter((pod) => isHealthy(pod, disrupted)).length;
  const allowed = currentHealthy - count.desiredHealthy;
  const status: PodDisruptionBudgetStatus = {
    ...observed(budget),
    ...(disrupted.size === 0 ? {} : { disruptedPods: Object.fromEntries(disrupted) }),
    disruptionsAllowed: count.expected <= 0 || allowed <= 0 ? 0 : allowed,
    currentHealthy,
    desiredHealthy: count.desiredHealthy,
    expectedPods: count.expected,
  };
  const enough = (status.disruptionsAllowed ?? 0) > 0;
  const condition = { status: enough ? 'True' : 'False', reason: enough ? 'SufficientPods' : 'InsufficientPods' };
  const conditions = withCondition(budget, { ...condition, message: '' }, time);
  const ends = [...disrupted.values()].map((since) => Date.parse(since) + DELETION_TIMEOUT_MS);
  return { status: { ...status, conditions }, recheckAt: ends.length === 0 ? undefined : Math.min(...ends) };
}

/** No disruption is allowed while nobody knows how many pods there should be. */
export function failedStatus(
  budget: KubeObject & PodDisruptionBudget,
  message: string,
  time: string,
): PodDisruptionBudgetStatus {
  const conditions = withCondition(budget, { status: 'False', reason: 'SyncFailed', message }, time);
  return { ...budget.status, disruptionsAllowed: 0, conditions };
}

function observed({ metadata }: KubeObject): Pick<PodDisruptionBudgetStatus, 'observedGeneration'> {
  return metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
}

/** Pods whose eviction was granted and that are neither going nor overdue. */
function stillDisrupted(
  { status }: PodDisruptionBudget,
  pods: readonly KubeObject[],
  now: number,
): Map<string, string> {
  const since = new Map(Object.entries(status?.disruptedPods ?? {}));
  const kept = pods.filter(({ metadata }) => {
    const time = since.get(metadata.name ?? '');
    return (
      metadata.deletionTimestamp === undefined && time !== undefined && Date.parse(time) + DELETION_TIMEOUT_MS > now
    );
  });
  return new Map(kept.map(({ metadata }) => [metadata.name ?? '', since.get(metadata.name ?? '') as string]));
}

function isHealthy({ metadata, status }: KubeObject & Pod, disrupted: ReadonlyMap<string, string>): boolean {
  if (metadata.deletionTimestamp !== undefined || disrupted.has(metadata.name ?? '')) return false;
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

function withCondition(
  budget: KubeObject & PodDisruptionBudget,
  { status, reason, message }: { status: string; reason: string; message: string },
  time: string,
): Condition[] {
  const conditions = budget.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const next: Condition = {
    type: 'DisruptionAllowed',
    status,
    ...observed(budget),
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : time,
    reason,
    message,
  };
  return before === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === before ? next : condition));
}
