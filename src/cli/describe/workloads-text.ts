/** What keeps pods running: Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets. */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { selectorOfLabels } from '../../api/selectors.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../api/types/apps-v1.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, ReplicationController } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { storageClassOf } from './claim-text.ts';
import type { Around, Describer } from './describer.ts';
import {
  controllerOf,
  type Description,
  flatLabels,
  goList,
  longTime,
  plainSelector,
  selectorText,
  sortedKeys,
} from './description.ts';
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
  out.line(0, `Selector:\t${plainSelector(spec.selector)}`);
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

export function heading({ metadata }: KubeObject, out: Description, created: boolean): void {
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

/** Those of the deployment, oldest first: the first with its template is the new one. */
async function replicaSets(object: KubeObject, client: RestClient, out: Description): Promise<void> {
  const { metadata, spec = {} } = object as Deployment;
  const target = { group: 'apps', version: 'v1', resource: 'replicasets', namespace: metadata?.namespace };
  const labelSelector = plainSelector(spec.selector);
  const listed = await client.list<ReplicaSet>(target, { labelSelector }).catch(() => undefined);
  const own = (listed?.items ?? []).filter(({ metadata: { ownerReferences = [] } = {} }) =>
    ownerReferences.some(({ controller, uid }) => controller && uid === metadata?.uid),
  );
  if (own.length === 0) return;
  own.sort((a, b) => compareUtf8(ageKey(a), ageKey(b)));
  const newest = own.find(({ spec: { template } = {} }) => equalJson(unhashed(template), unhashed(spec.template)));
  out.line(0, `OldReplicaSets:\t${setTexts(own.filter((one) => one !== newest))}`);
  out.line(0, `NewReplicaSet:\t${setTexts(newest === undefined ? [] : [newest])}`);
}

function ageKey({ metadata }: ReplicaSet): string {
  return `${metadata?.creationTimestamp} ${metadata?.name}`;
}

function unhashed(template: PodTemplateSpec | undefined): unknown {
  const { labels = {}, annotations = {} } = template?.metadata ?? {};
  const pairs = sortedKeys(labels).filter((key) => key !== POD_TEMPLATE_HASH);
  return { labels: pairs.map((key) => [key, labels[key]]), annotations, spec: template?.spec };
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
  out.line(0, `Selector:\t${selectorText(spec.selector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  controlledBy(object, out);
  out.line(0, `Replicas:\t${status.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  const pods = await podsStatus(object, plainSelector(spec.selector), around).catch(whyUnseen);
  out.line(0, `Pods Status:\t${pods}`);
  describeTemplate(spec.template, out);
  conditionTable(status.conditions, out);
  await describeEvents(object, out, around);
};

export function controlledBy({ metadata }: KubeObject, out: Description): void {
  const controller = controllerOf(metadata);
  if (controller !== undefined) out.line(0, `Controlled By:\t${controller}`);
}

/** How many of its pods are in each phase. @throws StatusError when pods may not be read */
async function podsStatus({ metadata }: KubeObject, labelSelector: string, { client }: Around): Promise<string> {
  const target = { group: '', version: 'v1', resource: 'pods', namespace: metadata.namespace };
  const { items } = await client.list<Pod>(target, { labelSelector });
  const own = items.filter(({ metadata: { ownerReferences = [] } = {} }) =>
    ownerReferences.some(({ controller, uid }) => controller && uid === metadata.uid),
  );
  const count = (phase: string): number => own.filter(({ status }) => status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

/** A ReplicaSet is described even to those who may not see its pods. */
function whyUnseen(error: unknown): string {
  if (!isStatusError(error)) throw error;
  return `error in fetching pods: ${error.message}`;
}

export const describeReplicationController: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as ReplicationController;
  heading(object, out, false);
  out.line(0, `Selector:\t${flatLabels(spec.selector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Replicas:\t${status.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  const pods = await podsStatus(object, selectorOfLabels(spec.selector).toString(), around);
  out.line(0, `Pods Status:\t${pods}`);
  describeTemplate(spec.template, out);
  conditionTable(status.conditions, out);
  await describeEvents(object, out, around);
};

export const describeStatefulSet: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as StatefulSet;
  heading(object, out, true);
  out.line(0, `Selector:\t${plainSelector(spec.selector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Replicas:\t${spec.replicas ?? 0} desired | ${status.replicas ?? 0} total`);
  out.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ''}`);
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) out.line(1, `Partition:\t${partition}`);
  if (partition !== undefined && maxUnavailable !== undefined) out.line(1, `MaxUnavailable:\t${maxUnavailable}`);
  out.line(0, `Pods Status:\t${await podsStatus(object, plainSelector(spec.selector), around)}`);
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
  for (const template of templates) {
    const { metadata = {}, spec = {} } = template;
    out.line(1, `Name:\t${metadata.name}`);
    out.line(1, `StorageClass:\t${storageClassOf(template)}`);
    out.labels('  Labels', metadata.labels, '  ');
    out.labels('  Annotations', metadata.annotations, '  ');
    out.line(1, `Capacity:\t${spec.resources?.requests?.['storage'] ?? '<default>'}`);
    out.line(1, `Access Modes:\t${goList(spec.accessModes)}`);
  }
}

export const describeDaemonSet: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as DaemonSet;
  heading(object, out, false);
  out.line(0, `Selector:\t${plainSelector(spec.selector)}`);
  out.line(0, `Node-Selector:\t${flatLabels(spec.template?.spec?.nodeSelector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`);
  out.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`);
  out.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`);
  out.line(0, `Pods Status:\t${await podsStatus(object, plainSelector(spec.selector), around)}`);
  describeTemplate(spec.template, out);
  await describeEvents(object, out, around);
};
