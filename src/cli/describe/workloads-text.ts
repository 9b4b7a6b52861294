/** What makes pods: Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs. */
import { stringifyJson } from '../../api/json.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { selectorOfObject } from '../../api/selectors.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../api/types/apps-v1.ts';
import type { CronJob, Job } from '../../api/types/batch-v1.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { ageText } from '../print/table.ts';
import type { Around, Describer } from './describer.ts';
import { boolText, controllerOf, type Description, flatLabels, goList, longTime, selectorText } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeTemplate } from './pod-text.ts';

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
}

const POD_TEMPLATE_HASH = 'pod-template-hash';

export const describeDeployment: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Deployment;
  heading(object, out, true);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Selector:\t${selectorText(spec.selector as JsonObject)}`);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  out.line(
    0,
    `Replicas:\t${spec.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  out.line(0, `StrategyType:\t${spec.strategy?.type ?? ''}`);
  out.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    out.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  }
  describeTemplate(spec.template, out);
  conditionTable(status.conditions, out);
  await replicaSets(object, around.client, out);
  await describeEvents(object, out, around);
};

function heading({ metadata }: KubeObject, out: Description, created: boolean): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  if (created) out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
}

function conditionTable(conditions: readonly Condition[] = [], out: Description): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:\n  Type\tStatus\tReason');
  out.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of conditions) out.line(1, `${type} \t${status}\t${reason}`);
}

/** Those of the deployment: the one with its template is the new one. */
async function replicaSets(object: KubeObject, client: RestClient, out: Description): Promise<void> {
  const { metadata, spec = {} } = object as Deployment;
  const target = { group: 'apps', version: 'v1', resource: 'replicasets', namespace: metadata?.namespace };
  const listed = await client.list<ReplicaSet>(target).catch(() => undefined);
  const own = (listed?.items ?? []).filter(({ metadata: { ownerReferences = [] } = {} }) =>
    ownerReferences.some(({ controller, uid }) => controller && uid === metadata?.uid),
  );
  if (own.length === 0) return;
  const wanted = templateKey(spec.template);
  const newest = own.find(({ spec: { template } = {} }) => templateKey(template) === wanted);
  const old = own.filter((one) => one !== newest && (one.spec?.replicas ?? 0) > 0);
  out.line(0, `OldReplicaSets:\t${setTexts(old)}`);
  out.line(0, `NewReplicaSet:\t${setTexts(newest === undefined ? [] : [newest])}`);
}

function templateKey(template: PodTemplateSpec | undefined): string {
  const { metadata = {}, ...rest } = template ?? {};
  const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => key !== POD_TEMPLATE_HASH);
  return stringifyJson([labels.sort(), metadata.annotations ?? {}, rest]);
}

function setTexts(sets: readonly ReplicaSet[]): string {
  return (
    sets
      .map(
        ({ metadata, spec, status }) =>
          `${metadata?.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
      )
      .join(', ') || '<none>'
  );
}

export const describeReplicaSet: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as ReplicaSet;
  heading(object, out, false);
  out.line(0, `Selector:\t${selectorText(spec.selector as JsonObject)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  controlledBy(object, out);
  out.line(0, `Replicas:\t${status.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  await podsStatus(object, spec.selector, around, out);
  describeTemplate(spec.template, out);
  conditionTable(status.conditions, out);
  await describeEvents(object, out, around);
};

function controlledBy({ metadata }: KubeObject, out: Description): void {
  const controller = controllerOf(metadata);
  if (controller !== undefined) out.line(0, `Controlled By:\t${controller}`);
}

/** How many of its pods are in each phase. */
async function podsStatus(
  { metadata }: KubeObject,
  selector: Parameters<typeof selectorOfObject>[0],
  { client }: Around,
  out: Description,
): Promise<void> {
  const target = { group: '', version: 'v1', resource: 'pods', namespace: metadata.namespace };
  try {
    const { items } = await client.list<Pod>(target);
    const matches = selectorOfObject(selector);
    const own = items.filter(
      (pod) =>
        matches.matches(pod.metadata?.labels ?? {}) &&
        pod.metadata?.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata.uid),
    );
    const count = (phase: string): number => own.filter(({ status }) => status?.phase === phase).length;
    out.line(
      0,
      `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
    );
  } catch (error) {
    out.line(0, `Pods Status:\terror in fetching pods: ${(error as Error).message}`);
  }
}

export const describeStatefulSet: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as StatefulSet;
  heading(object, out, true);
  out.line(0, `Selector:\t${selectorText(spec.selector as JsonObject)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Replicas:\t${spec.replicas ?? 0} desired | ${status.replicas ?? 0} total`);
  out.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ''}`);
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) out.line(1, `Partition:\t${partition}`);
  if (partition !== undefined && maxUnavailable !== undefined) out.line(1, `MaxUnavailable:\t${maxUnavailable}`);
  await podsStatus(object, spec.selector, around, out);
  describeTemplate(spec.template, out);
  claimTemplates(spec.volumeClaimTemplates ?? [], out);
  await describeEvents(object, out, around);
};

function claimTemplates(templates: readonly PersistentVolumeClaim[], out: Description): void {
  if (templates.length === 0) {
    out.line(0, 'Volume Claims:\t<none>');
    return;
  }
  out.line(0, 'Volume Claims:');
  for (const { metadata = {}, spec = {} } of templates) {
    out.line(1, `Name:\t${metadata.name}`);
    out.line(1, `StorageClass:\t${spec.storageClassName ?? ''}`);
    out.labels('  Labels', metadata.labels);
    out.annotations('  Annotations', metadata.annotations);
    out.line(1, `Capacity:\t${spec.resources?.requests?.['storage'] ?? '<default>'}`);
    out.line(1, `Access Modes:\t${goList(spec.accessModes)}`);
  }
}

export const describeDaemonSet: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as DaemonSet;
  heading(object, out, false);
  out.line(0, `Selector:\t${selectorText(spec.selector as JsonObject)}`);
  out.line(0, `Node-Selector:\t${flatLabels(spec.template?.spec?.nodeSelector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`);
  out.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`);
  out.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`);
  await podsStatus(object, spec.selector, around, out);
  describeTemplate(spec.template, out);
  await describeEvents(object, out, around);
};

export const describeJob: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Job;
  heading(object, out, false);
  if (spec.selector !== undefined) out.line(0, `Selector:\t${selectorText(spec.selector as JsonObject)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  controlledBy(object, out);
  if (spec.parallelism !== undefined) out.line(0, `Parallelism:\t${spec.parallelism}`);
  out.line(0, `Completions:\t${spec.completions ?? '<unset>'}`);
  if (spec.completionMode !== undefined) out.line(0, `Completion Mode:\t${spec.completionMode}`);
  if (spec.suspend !== undefined) out.line(0, `Suspend:\t${spec.suspend}`);
  if (spec.backoffLimit !== undefined) out.line(0, `Backoff Limit:\t${spec.backoffLimit}`);
  if (spec.ttlSecondsAfterFinished !== undefined)
    out.line(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}`);
  jobTimes(object as Job, out);
  if (spec.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`;
  out.line(
    0,
    `Pods Statuses:\t${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`,
  );
  if (spec.completionMode === 'Indexed') out.line(0, `Completed Indexes:\t${status.completedIndexes || '<none>'}`);
  describeTemplate(spec.template, out);
  await describeEvents(object, out, around);
};

function jobTimes({ status = {} }: Job, out: Description): void {
  const { startTime, completionTime } = status;
  if (startTime !== undefined) out.line(0, `Start Time:\t${longTime(startTime)}`);
  if (completionTime !== undefined) out.line(0, `Completed At:\t${longTime(completionTime)}`);
  if (startTime !== undefined && completionTime !== undefined) {
    out.line(0, `Duration:\t${ageText(startTime, Date.parse(completionTime))}`);
  }
}

export const describeCronJob: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as CronJob;
  heading(object, out, false);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Schedule:\t${spec.schedule ?? ''}`);
  out.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}`);
  out.line(0, `Suspend:\t${boolText(spec.suspend)}`);
  out.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}`);
  out.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}`);
  out.line(
    0,
    `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds === undefined ? '<unset>' : `${spec.startingDeadlineSeconds}s`}`,
  );
  const job = spec.jobTemplate?.spec ?? {};
  out.line(0, `Selector:\t${job.selector === undefined ? '<unset>' : selectorText(job.selector as JsonObject)}`);
  out.line(0, `Parallelism:\t${job.parallelism ?? '<unset>'}`);
  out.line(0, `Completions:\t${job.completions ?? '<unset>'}`);
  if (job.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${job.activeDeadlineSeconds}s`);
  describeTemplate(job.template, out);
  out.line(
    0,
    `Last Schedule Time:\t${status.lastScheduleTime === undefined ? '<unset>' : longTime(status.lastScheduleTime)}`,
  );
  out.line(0, `Active Jobs:\t${(status.active ?? []).map(({ name }) => name).join(', ') || '<none>'}`);
  await describeEvents(object, out, around);
};
