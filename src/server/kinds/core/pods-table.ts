/** How `kubectl get pods` shows a pod; imitates printPod of kubernetes pkg/printers/internalversion. */
import { timeMillis } from '../../../api/time.ts';
import type { ContainerState, ContainerStatus, Pod, PodSpec, PodStatus } from '../../../api/types/core-v1.ts';
import type { CellValue, TableRowCondition } from '../kind.ts';
import { age, humanDuration } from '../printing.ts';
import { isSidecar } from '../shared/pod-visit.ts';

const NONE = '<none>';

/** Restarts of containers, and when the last of them ended (ms since the epoch, 0: unknown). */
interface Restarts {
  count: number;
  last: number;
}

interface Summary {
  reason: string;
  ready: number;
  total: number;
  restarts: Restarts;
}

/** Name, Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates. */
export function podCells(pod: Pod, now: Date): CellValue[] {
  const { reason, ready, total, restarts } = summarize(pod);
  const ago =
    restarts.count === 0 || restarts.last === 0 ? '' : ` (${humanDuration(now.getTime() - restarts.last)} ago)`;
  return [
    pod.metadata?.name ?? '',
    `${ready}/${total}`,
    reason,
    `${restarts.count}${ago}`,
    age(pod.metadata?.creationTimestamp, now),
    pod.status?.podIPs?.[0]?.ip || NONE,
    pod.spec?.nodeName || NONE,
    pod.status?.nominatedNodeName || NONE,
    readinessGates(pod),
  ];
}

/** Finished pods are marked so that kubectl can grey them out. */
export function podRowConditions(pod: Pod): TableRowCondition[] {
  const phase = pod.status?.phase;
  if (phase !== 'Succeeded' && phase !== 'Failed') return [];
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}

function summarize(pod: Pod): Summary {
  const spec = pod.spec ?? {};
  const status = pod.status ?? {};
  const total = (spec.containers ?? []).length + (spec.initContainers ?? []).filter(isSidecar).length;
  const summary: Summary = {
    reason: status.reason || status.phase || '',
    ready: 0,
    total,
    restarts: { count: 0, last: 0 },
  };
  if (status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated'))
    summary.reason = 'SchedulingGated';
  const initializing = readInitContainers(summary, spec, status);
  if (!initializing || isTrue(status, 'Initialized')) readContainers(summary, spec, status);
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (pod.metadata?.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (!finished) summary.reason = 'Terminating';
  }
  return summary;
}

function isTrue(status: PodStatus, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** Walks as far as the init containers have come; true when one of them is not done. */
function readInitContainers(summary: Summary, spec: PodSpec, status: PodStatus): boolean {
  for (const [i, container] of (status.initContainerStatuses ?? []).entries()) {
    addRestarts(summary.restarts, container);
    const { terminated } = container.state ?? {};
    if (terminated !== undefined && (terminated.exitCode ?? 0) === 0) continue;
    if (isSidecarStatus(container, spec) && container.started === true) {
      if (container.ready === true) summary.ready++;
      continue;
    }
    summary.reason = `Init:${initReason(container.state ?? {}) ?? `${i}/${(spec.initContainers ?? []).length}`}`;
    return true;
  }
  return false;
}

function initReason({ terminated, waiting }: ContainerState): string | undefined {
  if (terminated !== undefined) return terminated.reason || exitReason(terminated);
  return waiting?.reason && waiting.reason !== 'PodInitializing' ? waiting.reason : undefined;
}

function exitReason({ signal = 0, exitCode = 0 }: NonNullable<ContainerState['terminated']>): string {
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** Once initialized, only containers that run on count: restarts of plain init containers vanish. */
function readContainers(summary: Summary, spec: PodSpec, status: PodStatus): void {
  summary.restarts = { count: 0, last: 0 };
  for (const container of visitedInitStatuses(spec, status))
    if (isSidecarStatus(container, spec)) addRestarts(summary.restarts, container);
  let running = false;
  for (const container of [...(status.containerStatuses ?? [])].reverse()) {
    addRestarts(summary.restarts, container);
    const { waiting, terminated } = container.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated !== undefined) summary.reason = terminated.reason || exitReason(terminated);
    else if (container.ready === true && container.state?.running !== undefined) {
      running = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && running) summary.reason = isTrue(status, 'Ready') ? 'Running' : 'NotReady';
}

/** The init containers up to the first that is not done: upstream counts no further. */
function visitedInitStatuses(spec: PodSpec, status: PodStatus): ContainerStatus[] {
  const all = status.initContainerStatuses ?? [];
  const stop = all.findIndex((container) => {
    const done = container.state?.terminated !== undefined && (container.state.terminated.exitCode ?? 0) === 0;
    return !done && !(isSidecarStatus(container, spec) && container.started === true);
  });
  return stop < 0 ? all : all.slice(0, stop + 1);
}

function isSidecarStatus({ name }: ContainerStatus, spec: PodSpec): boolean {
  return (spec.initContainers ?? []).some((container) => container.name === name && isSidecar(container));
}

function addRestarts(restarts: Restarts, { restartCount = 0, lastState }: ContainerStatus): void {
  restarts.count += restartCount;
  const finishedAt = lastState?.terminated?.finishedAt;
  if (finishedAt) restarts.last = Math.max(restarts.last, timeMillis(finishedAt));
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const passed = gates.filter(
    (gate) => status?.conditions?.find((c) => c.type === gate.conditionType)?.status === 'True',
  );
  return gates.length === 0 ? NONE : `${passed.length}/${gates.length}`;
}
