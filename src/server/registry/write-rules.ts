/** The steps of a write that need no store: versions, strategies, validation, what holds a deleted object. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { pathSegmentNameErrors } from '../../api/names.ts';
import { cloneJson, equalJson, type KubeObject } from '../../api/object.ts';
import { alreadyExists, conflict, invalid, objectModified, plainError, StatusError } from '../../api/status-error.ts';
import type { Entry, Mutation } from '../../store/store.ts';
import type { AdmissionAttributes, Operation } from '../admission/admission.ts';
import type { Change, Companion, Kind, MetadataPasses, StatusStrategy, StrategyContext } from '../kinds/kind.ts';
import { decodeEntry } from './codec.ts';
import { objectKey } from './keys.ts';
import { specChanged, validateMetadata, validateMetadataUpdate } from './metadata.ts';
import type { WriteOptions } from './write.ts';

/** Validation names the version that is stored: an events.k8s.io Event is checked as a core one. */
export function storageGroup({ storage }: Kind): string {
  const slash = storage.apiVersion.indexOf('/');
  return slash < 0 ? '' : storage.apiVersion.slice(0, slash);
}

/**
 * Runs `write` with what the kind wants stored together with the change. As upstream's BeginCreate and BeginUpdate it
 * comes before the strategy's preparation and validation; sub-resource writes have none (`kind` undefined).
 */
export function withCompanion<R>(
  kind: Kind | undefined,
  change: Change<KubeObject>,
  write: (mutations: readonly Mutation[]) => Promise<R>,
): Promise<R> {
  const companion = kind?.strategy.companion?.(change);
  return companion === undefined ? write([]) : writeWith(companion, change.dryRun, write);
}

async function writeWith<R>(
  making: Promise<Companion>,
  dryRun: boolean,
  write: (mutations: readonly Mutation[]) => Promise<R>,
): Promise<R> {
  const companion = await making;
  let committed = false;
  try {
    const result = await write(companion.mutations);
    committed = !dryRun;
    return result;
  } finally {
    companion.settle(committed);
  }
}

/** `{group, resource: Kind}` for errors that name the kind. */
export function kindOf(kind: Kind): { group: string; resource: string } {
  return { group: storageGroup(kind), resource: kind.kind };
}

export function strategyContext(
  now: Date,
  write: WriteOptions,
  namespaceLabels: StrategyContext['namespaceLabels'],
): StrategyContext {
  const { user, dryRun, subresource } = write;
  return { now, user, dryRun, subresource, warn: (text) => write.warn(text), namespaceLabels };
}

export function admissionAttributes(
  kind: Kind,
  operation: Operation,
  namespace: string,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
  write: WriteOptions,
): AdmissionAttributes {
  return {
    kind,
    operation,
    namespace,
    name: object?.metadata.name ?? old?.metadata.name ?? '',
    subresource: write.subresource,
    object,
    old,
    options: write.options,
    user: write.user,
    dryRun: write.dryRun,
    warn: (text) => write.warn(text),
    annotate: (key, value) => write.trace?.decide('admission', `${key}: ${value}`),
    trace: write.trace,
  };
}

export function exists(kind: Kind, name: string, current: Entry | undefined): StatusError {
  const error = alreadyExists(kind, name);
  const deleting = current !== undefined && decodeEntry(kind, current).metadata.deletionTimestamp !== undefined;
  if (!deleting) return error;
  return new StatusError(409, 'AlreadyExists', `object is being deleted: ${error.message}`, error.status.details);
}

/** resourceVersion and uid of the wanted object against the stored one. */
export function checkVersions(
  kind: Kind,
  name: string,
  obj: KubeObject,
  old: KubeObject,
  uidIsPrecondition: boolean,
): void {
  const wanted = obj.metadata.resourceVersion;
  if (wanted !== undefined && wanted !== '' && wanted !== '0' && !/^\d+$/.test(wanted)) {
    throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`);
  }
  if (uidIsPrecondition && obj.metadata.uid && obj.metadata.uid !== old.metadata.uid) checkUid(kind, name, obj, old);
  if (wanted === undefined || wanted === '' || wanted === '0') {
    if (kind.strategy.unconditionalUpdate) return;
    const errors = new FieldErrors();
    errors.invalid(Path.root('metadata').child('resourceVersion'), 0, 'must be specified for an update');
    // Upstream names the resource here, not the kind.
    throw invalid(kind, name, errors.list);
  }
  if (wanted !== old.metadata.resourceVersion) throw objectModified(kind, name);
}

/** Where kube-apiserver keeps it in etcd: built-ins without their group. */
function upstreamKey(kind: Kind, namespace: string, name: string): string {
  const key = objectKey(kind, namespace, name);
  return kind.source === 'crd' ? key : key.replace(/^\/registry\/[^/]+\//, '/registry/');
}

export function checkUid(kind: Kind, name: string, obj: KubeObject, old: KubeObject): void {
  const key = upstreamKey(kind, old.metadata.namespace ?? '', name);
  throw conflict(
    kind,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${obj.metadata.uid}, UID in object meta: ${old.metadata.uid}`,
  );
}

/** The object itself, or a sub-resource without a handler of its own: the kind's update strategy applies in full. */
export function isWholeUpdate(kind: Kind, subresource: string): boolean {
  return subresource === '' || kind.subresources.get(subresource)?.handler === undefined;
}

/** How a sub-resource writes the status; undefined for every other write. */
export function statusStrategyOf({ strategy }: Kind, subresource: string): StatusStrategy<KubeObject> | undefined {
  return subresource === 'status' ? (strategy.status ?? {}) : strategy.statusSubresources?.[subresource];
}

export function prepareStatus(
  status: StatusStrategy<KubeObject>,
  obj: KubeObject,
  old: KubeObject,
  ctx: StrategyContext,
): void {
  if (status.prepareForUpdate !== undefined) {
    status.prepareForUpdate(obj, old, ctx);
    return;
  }
  for (const key of Object.keys(obj)) if (!STATUS_FIELDS.has(key) && !Object.hasOwn(old, key)) delete obj[key];
  for (const key of Object.keys(old)) if (!STATUS_FIELDS.has(key)) copyField(obj, old, key);
}

const STATUS_FIELDS = new Set(['metadata', 'status', 'apiVersion', 'kind']);

export function copyField(obj: KubeObject, old: KubeObject, field: string): void {
  if (old[field] === undefined) delete obj[field];
  else obj[field] = cloneJson(old[field]);
}

export function bumpGeneration(kind: Kind, obj: KubeObject, old: KubeObject): void {
  const { generation } = kind.strategy;
  if (generation === 'none') return;
  const counts = generation === 'spec' ? specChanged(obj, old) : generation(obj, old);
  if (counts) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

export function validateUpdate(
  kind: Kind,
  obj: KubeObject,
  old: KubeObject,
  errors: FieldErrors,
  ctx: StrategyContext,
): void {
  const { strategy } = kind;
  validateMetadata(kind, obj.metadata, errors, pathSegmentNameErrors);
  validateMetadataUpdate(kind, obj.metadata, old.metadata, errors);
  const status = statusStrategyOf(kind, ctx.subresource);
  for (const pass of metadataPasses(strategy.metadataOnUpdate ?? 'update', status).split('+')) {
    if (pass === 'full') validateMetadata(kind, obj.metadata, errors);
    else if (pass === 'update') validateMetadataUpdate(kind, obj.metadata, old.metadata, errors);
  }
  if (status !== undefined) {
    status.validateUpdate?.(obj, old, errors, ctx);
    return;
  }
  if (strategy.validateUpdate !== undefined) strategy.validateUpdate(obj, old, errors, ctx);
  else strategy.validate?.(obj, errors, ctx);
}

function metadataPasses(ofKind: MetadataPasses, status: StatusStrategy<KubeObject> | undefined): MetadataPasses {
  if (status === undefined) return ofKind;
  return status.metadataOnUpdate ?? (ofKind.includes('update') ? 'update' : ofKind);
}

/** Equal bytes, or the same fields in another order. */
export function sameContent(value: Buffer, stored: Buffer, obj: KubeObject, old: KubeObject): boolean {
  return value.equals(stored) || (value.length === stored.length && equalJson(obj, old));
}

/** An object under deletion goes as soon as nothing holds it any more. */
export function isReadyToGo(kind: Kind, obj: KubeObject, old: KubeObject): boolean {
  if (old.metadata.deletionTimestamp === undefined || (old.metadata.deletionGracePeriodSeconds ?? 0) !== 0)
    return false;
  if (kind.strategy.holdsDeletion?.(obj)) return false;
  return (obj.metadata.finalizers ?? []).length === 0;
}

export function dedupOwnerReferences(obj: KubeObject, write: WriteOptions): void {
  const refs = obj.metadata.ownerReferences;
  if (refs === undefined || refs.length < 2) return;
  const kept: typeof refs = [];
  const repeated: string[] = [];
  for (const ref of refs) {
    if (kept.some((k) => equalJson(k, ref))) repeated.push(ref.uid ?? '');
    else kept.push(ref);
  }
  if (repeated.length === 0) return;
  obj.metadata.ownerReferences = kept;
  write.warn(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${repeated.join(', ')}`,
  );
}
