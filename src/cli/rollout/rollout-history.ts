/** The revisions of a workload: replica sets of a deployment, controller revisions of the others. */
import { getOwn, isObject, type JsonObject } from '../../api/object.ts';
import type { PodTemplateSpec } from '../../api/types/core-v1.ts';
import type { Discovery } from '../../client/discovery.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { Description } from '../describe/description.ts';
import { describeTemplate } from '../describe/pod-text.ts';
import { CliError } from '../errors.ts';
import type { FoundObject } from '../resources/find-objects.ts';
import { targetOf } from '../resources/selection.ts';

export interface Revision {
  readonly number: number;
  readonly changeCause: string;
  /** The pod template, as it is shown. */
  readonly shown: JsonObject;
  /** What keeps it: a replica set or a controller revision. */
  readonly object: JsonObject;
  /** Of a deployment: the pod template to go back to. */
  readonly template?: JsonObject;
  /** Of the others: the patch that brings the revision back. */
  readonly patch?: JsonObject;
}

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const POD_TEMPLATE_HASH = 'pod-template-hash';

/** @param action `history` or `undo`, for the message @throws CliError for a kind that has none */
export async function revisionsOf(
  client: RestClient,
  discovery: Discovery,
  { resource, namespace, object }: FoundObject,
  action: 'history' | 'rollbacker',
): Promise<Revision[]> {
  const { group, kind } = resource;
  const supported = group === 'apps' && ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind);
  if (!supported) {
    throw new CliError(
      `error retrieving ${action} for ${JSON.stringify(kind)}, no visitor method exists for {${group} ${kind}}`,
    );
  }
  const history = discovery.ofKind('apps', 'v1', kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision');
  if (history === undefined) throw new CliError('the server keeps no history of workloads');
  const { uid } = object['metadata'] as { uid?: string };
  const { items } = await client.list<JsonObject>(targetOf({ resource: history, namespace }));
  const owned = items
    .filter((item) => isOwned(item, uid))
    .map((item) => ({ apiVersion: 'apps/v1', kind: history.kind, ...item }));
  const revisions = owned.map(kind === 'Deployment' ? ofReplicaSet : ofControllerRevision);
  return revisions.sort((a, b) => a.number - b.number);
}

function metadataOf(object: JsonObject) {
  return object['metadata'] as {
    annotations?: Record<string, string>;
    ownerReferences?: readonly { uid?: string; controller?: boolean }[];
  };
}

function isOwned(object: JsonObject, uid: string | undefined): boolean {
  return (metadataOf(object).ownerReferences ?? []).some((owner) => owner.uid === uid && owner.controller === true);
}

function ofReplicaSet(object: JsonObject): Revision {
  const annotations = metadataOf(object).annotations ?? {};
  const spec = object['spec'] as { template?: JsonObject };
  return {
    number: Number(getOwn(annotations, REVISION) ?? 0),
    changeCause: String(getOwn(annotations, CHANGE_CAUSE) ?? ''),
    shown: withChangeCause(spec.template ?? {}, annotations),
    template: withoutHash(spec.template ?? {}),
    object,
  };
}

function ofControllerRevision(object: JsonObject): Revision {
  const annotations = metadataOf(object).annotations ?? {};
  const patch = isObject(object['data']) ? object['data'] : {};
  const { template = {} } = (patch['spec'] ?? {}) as { template?: JsonObject };
  return {
    number: Number(object['revision'] ?? 0),
    changeCause: String(getOwn(annotations, CHANGE_CAUSE) ?? ''),
    shown: withChangeCause(template, annotations),
    patch,
    object,
  };
}

function withChangeCause(template: JsonObject, annotations: JsonObject): JsonObject {
  const cause = getOwn(annotations, CHANGE_CAUSE);
  if (cause === undefined) return template;
  const metadata = isObject(template['metadata']) ? template['metadata'] : {};
  const own = (metadata['annotations'] ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, annotations: { ...own, [CHANGE_CAUSE]: cause } } };
}

/** A template without the label that the controller adds. */
export function withoutHash(template: JsonObject): JsonObject {
  const metadata = isObject(template['metadata']) ? template['metadata'] : {};
  const { [POD_TEMPLATE_HASH]: _, ...labels } = (metadata['labels'] ?? {}) as Record<string, string>;
  return { ...template, metadata: { ...metadata, labels } };
}

/** The pod template of a revision in the words of `describe`. */
export function templateText({ shown }: Revision): string {
  const description = new Description();
  describeTemplate(shown as PodTemplateSpec, description);
  return description.written;
}
