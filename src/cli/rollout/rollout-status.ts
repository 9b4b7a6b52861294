/** How far a rollout is, in the words of kubectl pkg/polymorphichelpers/rollout_status.go. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

export interface RolloutStatus {
  readonly text: string;
  readonly done: boolean;
}

interface Workload {
  readonly metadata: {
    readonly name: string;
    readonly generation?: number;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: Readonly<Record<string, unknown>>;
}

const REVISION = 'deployment.kubernetes.io/revision';

/** @param revision that must be the running one; 0 = any @throws CliError */
export function rolloutStatus(kind: string, object: JsonObject, revision: number): RolloutStatus {
  const workload = object as unknown as Workload;
  if (kind === 'Deployment') return deploymentStatus(workload, revision);
  if (kind === 'DaemonSet') return daemonSetStatus(workload);
  if (kind === 'StatefulSet') return statefulSetStatus(workload);
  throw new CliError(`no status viewer has been implemented for ${kind}`);
}

function count(status: Workload['status'], field: string): number {
  const value = status?.[field];
  return typeof value === 'number' ? value : 0;
}

function isObserved({ metadata, status }: Workload): boolean {
  return (metadata.generation ?? 0) <= count(status, 'observedGeneration');
}

function waiting(text: string): RolloutStatus {
  return { text: `${text}\n`, done: false };
}

function deploymentStatus(workload: Workload, revision: number): RolloutStatus {
  const { metadata, spec, status } = workload;
  if (revision > 0) {
    const running = Number(metadata.annotations?.[REVISION] ?? 0);
    if (revision !== running) {
      throw new CliError(`desired revision (${revision}) is different from the running revision (${running})`);
    }
  }
  if (!isObserved(workload)) return waiting('Waiting for deployment spec update to be observed...');
  const name = JSON.stringify(metadata.name);
  const conditions = (status?.['conditions'] ?? []) as readonly { type?: string; reason?: string }[];
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw new CliError(`deployment ${name} exceeded its progress deadline`);
  }
  const [wanted, all] = [spec.replicas ?? 1, count(status, 'replicas')];
  const [updated, available] = [count(status, 'updatedReplicas'), count(status, 'availableReplicas')];
  const head = `Waiting for deployment ${name} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new replicas have been updated...`);
  if (all > updated) return waiting(`${head} ${all - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${head} ${available} of ${updated} updated replicas are available...`);
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

function daemonSetStatus(workload: Workload): RolloutStatus {
  const { metadata, spec, status } = workload;
  checkStrategy(spec.updateStrategy?.type);
  if (!isObserved(workload)) return waiting('Waiting for daemon set spec update to be observed...');
  const name = JSON.stringify(metadata.name);
  const [wanted, updated] = [count(status, 'desiredNumberScheduled'), count(status, 'updatedNumberScheduled')];
  const available = count(status, 'numberAvailable');
  const head = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return waiting(`${head} ${available} of ${wanted} updated pods are available...`);
  return { text: `daemon set ${name} successfully rolled out\n`, done: true };
}

function statefulSetStatus(workload: Workload): RolloutStatus {
  const { spec, status } = workload;
  checkStrategy(spec.updateStrategy?.type);
  if (count(status, 'observedGeneration') === 0 || !isObserved(workload)) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const [wanted, ready] = [spec.replicas ?? 1, count(status, 'readyReplicas')];
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const [updated, partition] = [count(status, 'updatedReplicas'), spec.updateStrategy?.rollingUpdate?.partition];
  if (spec.updateStrategy?.type === 'RollingUpdate' && partition !== undefined) {
    if (updated < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
      );
    }
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true };
  }
  if (status?.['updateRevision'] !== status?.['currentRevision']) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${String(status?.['updateRevision'] ?? '')}...`,
    );
  }
  const current = String(status?.['currentRevision'] ?? '');
  const pods = count(status, 'currentReplicas');
  return { text: `statefulset rolling update complete ${pods} pods at revision ${current}...\n`, done: true };
}

function checkStrategy(type: string | undefined): void {
  if (type === undefined || type === 'RollingUpdate') return;
  throw new CliError('rollout status is only available for RollingUpdate strategy type');
}
