/** `--prune`: deletes what was applied once, has the labels, and is in the files no longer. */
import { isObject, type JsonObject } from '../../api/object.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { BIN } from '../base-command.ts';
import { deleteOne } from '../delete/delete-objects.ts';
import { CliError } from '../errors.ts';
import { fetchAll, objectsOf } from '../get/get-requests.ts';
import type { Selection } from '../resources/selection.ts';
import type { ApplyOptions } from './apply-options.ts';
import { lastAppliedText } from './last-applied.ts';

const DEFAULT_KINDS = [
  'core/v1/ConfigMap',
  'core/v1/Endpoints',
  'core/v1/Namespace',
  'core/v1/PersistentVolumeClaim',
  'core/v1/PersistentVolume',
  'core/v1/Pod',
  'core/v1/ReplicationController',
  'core/v1/Secret',
  'core/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
];
const CHUNK = 500;

/** kubectl's warning when no allowlist says what is to be pruned within a namespace. */
export const NAMESPACE_NOTE = `Deprecated: ${BIN} apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n`;

export interface PruneRequest {
  readonly allowlist: readonly string[];
  readonly selector: string;
  /** Where something was applied. */
  readonly namespaces: readonly string[];
  /** Of what was applied; this stays. */
  readonly uids: ReadonlySet<string>;
  readonly cascade: 'Background' | 'Foreground' | 'Orphan';
}

export type Pruned = (object: JsonObject) => void;

/** @throws CliError for a malformed allowlist or a kind that the server does not have */
export function prunedResources(discovery: Discovery, allowlist: readonly string[]): DiscoveredResource[] {
  const kinds = allowlist.length === 0 ? DEFAULT_KINDS : allowlist;
  const parsed = kinds.map((text) => {
    const [group = '', version = '', kind = '', ...more] = text.split('/');
    if (kind === '' || more.length > 0) {
      throw new CliError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    }
    return { group: group === 'core' ? '' : group, version, kind };
  });
  return parsed.map(({ group, version, kind }) => {
    const found = discovery.ofKind(group, version, kind);
    if (found !== undefined) return found;
    const where = group === '' ? version : `${group}/${version}`;
    throw new CliError(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(where)}`);
  });
}

/** By label, among what carries the annotation of apply. */
export async function prune(
  discovery: Discovery,
  request: PruneRequest,
  options: ApplyOptions,
  pruned: Pruned,
): Promise<void> {
  await pruneSelected(prunedSelections(discovery, request), request, options, wasApplied, pruned);
}

function prunedSelections(discovery: Discovery, request: PruneRequest): Selection[] {
  const resources = prunedResources(discovery, request.allowlist);
  const namespaced = resources.filter((resource) => resource.namespaced);
  return [
    ...request.namespaces.flatMap((namespace) => namespaced.map((resource) => ({ resource, namespace }))),
    ...resources.filter((resource) => !resource.namespaced).map((resource) => ({ resource, namespace: undefined })),
  ];
}

function wasApplied(object: JsonObject): boolean {
  return lastAppliedText(object) !== undefined;
}

export interface PruneCandidate {
  readonly selection: Selection;
  readonly object: JsonObject;
}

/** What `prune` would delete. */
export function pruneCandidates(
  discovery: Discovery,
  request: PruneRequest,
  client: RestClient,
): Promise<PruneCandidate[]> {
  return candidatesOf(prunedSelections(discovery, request), request, client, wasApplied);
}

/** Deletes what the lists hold and was not applied just now. */
export async function pruneSelected(
  selections: readonly Selection[],
  { selector, uids, cascade }: Pick<PruneRequest, 'selector' | 'uids' | 'cascade'>,
  options: ApplyOptions,
  wanted: (object: JsonObject) => boolean,
  pruned: Pruned,
): Promise<void> {
  for (const { selection, object } of await candidatesOf(selections, { selector, uids }, options.client, wanted)) {
    const { name, namespace } = metadataOf(object);
    const request = {
      propagation: cascade,
      gracePeriod: options.gracePeriod,
      dryRun: options.dryRun,
      ignoreNotFound: true,
    };
    await deleteOne(options.client, { resource: selection.resource, name, namespace }, request);
    pruned(object);
  }
}

async function candidatesOf(
  selections: readonly Selection[],
  { selector, uids }: Pick<PruneRequest, 'selector' | 'uids'>,
  client: RestClient,
  wanted: (object: JsonObject) => boolean,
): Promise<PruneCandidate[]> {
  const fetched = await fetchAll(client, selections, {
    table: false,
    labelSelector: selector,
    fieldSelector: '',
    chunkSize: CHUNK,
    subresource: '',
    includeObjects: false,
  });
  return fetched.flatMap(({ error, ...entry }) => {
    if (error !== undefined) throw error;
    const kept = (object: JsonObject): boolean => uids.has(metadataOf(object).uid ?? '') || !wanted(object);
    return objectsOf(entry).flatMap((object) => (kept(object) ? [] : [{ selection: entry.selection, object }]));
  });
}

export function metadataOf(object: JsonObject): { name: string; namespace?: string; uid?: string } {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  return metadata as unknown as { name: string; namespace?: string; uid?: string };
}
