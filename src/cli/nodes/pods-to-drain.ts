/** Which pods leave a node that is drained, which stay, and which stand in the way. Imitates kubectl pkg/drain/filters.go. */
import type { Pod } from '../../api/types/core-v1.ts';
import { hasEnded } from '../streams/running-pod.ts';

export interface DrainFlags {
  readonly force: boolean;
  readonly 'ignore-daemonsets': boolean;
  readonly 'delete-emptydir-data': boolean;
  readonly 'skip-wait-for-delete-timeout': number;
}

export interface DrainPlan {
  readonly leaving: readonly Pod[];
  /** Why some stand in the way; nothing is done then. */
  readonly errors: readonly string[];
  /** '' when there is nothing to say. */
  readonly warning: string;
}

interface Verdict {
  readonly leaves: boolean;
  readonly warning?: string;
  readonly error?: string;
}

const LEAVES: Verdict = { leaves: true };
const STAYS: Verdict = { leaves: false };
const MIRROR = 'kubernetes.io/config.mirror';

/** @param daemonSetError why the DaemonSet of a pod cannot be read, and whether that is as it does not exist */
export async function drainPlan(
  pods: readonly Pod[],
  flags: DrainFlags,
  daemonSetError: (namespace: string, name: string) => Promise<{ message: string; notFound: boolean } | undefined>,
  now: number,
): Promise<DrainPlan> {
  const verdicts: { pod: Pod; verdict: Verdict }[] = [];
  for (const pod of pods) verdicts.push({ pod, verdict: await verdictOf(pod, flags, daemonSetError, now) });
  const grouped = (field: 'error' | 'warning'): string[] =>
    Object.entries(
      Object.groupBy(
        verdicts.filter(({ verdict }) => verdict[field] !== undefined),
        ({ verdict }) => verdict[field] ?? '',
      ),
    ).map(([why, found = []]) => `${why}: ${found.map(({ pod }) => podText(pod)).join(', ')}`);
  return {
    leaving: verdicts.filter(({ verdict }) => verdict.leaves).map(({ pod }) => pod),
    errors: grouped('error').map((text) => `cannot delete ${text}`),
    warning: grouped('warning').join('; '),
  };
}

export function podText({ metadata = {} }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Each rule may let a pod stay or stop it; the last one speaks for those that leave. */
async function verdictOf(
  pod: Pod,
  flags: DrainFlags,
  daemonSetError: Parameters<typeof drainPlan>[2],
  now: number,
): Promise<Verdict> {
  if (isGoing(pod, flags['skip-wait-for-delete-timeout'], now)) return STAYS;
  const daemon = await daemonVerdict(pod, flags, daemonSetError);
  if (!daemon.leaves) return daemon;
  if (Object.hasOwn(pod.metadata?.annotations ?? {}, MIRROR)) return STAYS;
  const local = localVerdict(pod, flags);
  return local.leaves ? unmanagedVerdict(pod, flags) : local;
}

/** Has a deletion been under way for longer than that many seconds? 0 = never mind. */
export function isGoing({ metadata = {} }: Pod, seconds: number, now: number): boolean {
  const { deletionTimestamp } = metadata;
  if (seconds <= 0 || deletionTimestamp === undefined || deletionTimestamp === null) return false;
  return Math.trunc((now - Date.parse(String(deletionTimestamp))) / 1000) > seconds;
}

function controllerOf({ metadata = {} }: Pod) {
  return (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
}

async function daemonVerdict(
  pod: Pod,
  flags: DrainFlags,
  daemonSetError: Parameters<typeof drainPlan>[2],
): Promise<Verdict> {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || hasEnded(pod)) return LEAVES;
  const missing = await daemonSetError(pod.metadata?.namespace ?? '', owner.name ?? '');
  if (missing !== undefined) {
    return missing.notFound && flags.force
      ? { leaves: true, warning: missing.message }
      : { leaves: false, error: missing.message };
  }
  return flags['ignore-daemonsets']
    ? { leaves: false, warning: 'ignoring DaemonSet-managed Pods' }
    : { leaves: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
}

function localVerdict(pod: Pod, flags: DrainFlags): Verdict {
  const local = (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined && emptyDir !== null);
  if (!local || hasEnded(pod) || flags['delete-emptydir-data']) return LEAVES;
  return { leaves: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
}

function unmanagedVerdict(pod: Pod, flags: DrainFlags): Verdict {
  if (hasEnded(pod) || controllerOf(pod) !== undefined) return LEAVES;
  return flags.force
    ? { leaves: true, warning: 'deleting Pods that declare no controller' }
    : { leaves: false, error: 'cannot delete Pods that declare no controller (use --force to override)' };
}
