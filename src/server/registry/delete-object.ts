/** Deleting one object: preconditions, graceful deletion, finalizers and propagation; imitates registry/rest/delete.go. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import type { KubeObject } from '../../api/object.ts';
import { conflict, invalid, objectModified } from '../../api/status-error.ts';
import { ConflictError, type Entry } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry } from './codec.ts';
import { objectKey } from './keys.ts';
import { timestamp } from './metadata.ts';
import type { Registry } from './registry.ts';
import { traceWatchers } from './trace-watchers.ts';
import type { WriteOptions } from './write.ts';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface Deleted {
  /** The last state of the object. */
  readonly object: KubeObject;
  /** False while finalizers or a grace period hold it. */
  readonly gone: boolean;
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** @throws StatusError 404, 409 for preconditions, what admission says */
export async function deleteObject(
  registry: Registry,
  kind: Kind,
  namespace: string,
  name: string,
  options: DeleteOptions,
  write: WriteOptions,
): Promise<Deleted> {
  for (let attempt = 1; ; attempt++) {
    const entry = await registry.getEntry(kind, namespace, name);
    const obj = decodeEntry(kind, entry);
    checkPreconditions(kind, obj, options);
    await registry.admitDelete(kind, namespace, name, decodeEntry(kind, entry), write);
    try {
      return await deleteEntry(registry, kind, namespace, name, entry, obj, options, write);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      if (attempt >= 20) throw objectModified(kind, name);
    }
  }
}

async function deleteEntry(
  registry: Registry,
  kind: Kind,
  namespace: string,
  name: string,
  entry: Entry,
  obj: KubeObject,
  options: DeleteOptions,
  write: WriteOptions,
): Promise<Deleted> {
  const plan = planDeletion(kind, obj, options, registry.now());
  if (plan === 'pending') return { object: obj, gone: false };
  const held =
    plan.mark &&
    (plan.graceSeconds > 0 ||
      (obj.metadata.finalizers ?? []).length > 0 ||
      kind.strategy.holdsDeletion?.(obj) === true);
  if (write.dryRun) {
    if (!held) await registry.rehearseRemoval(kind, obj);
    return { object: obj, gone: !held };
  }
  const current = plan.mark || plan.changed ? await registry.replace(kind, namespace, name, entry, obj) : entry;
  if (held) {
    write.trace?.decide('storage', 'marked for deletion; finalizers or a grace period hold it');
    return { object: obj, gone: false };
  }
  const revision = await registry.remove(kind, namespace, name, current, obj);
  write.trace?.decide('storage', `deleted at revision ${revision}`, { revision });
  traceWatchers(write.trace, registry.store, objectKey(kind, namespace, name));
  obj.metadata.resourceVersion = String(revision);
  return { object: obj, gone: true };
}

interface Plan {
  /** deletionTimestamp is (or stays) set on the stored object. */
  readonly mark: boolean;
  readonly changed: boolean;
  readonly graceSeconds: number;
}

/** Changes `obj` into what is to be stored before it goes; `pending` when an earlier DELETE already did enough. */
function planDeletion(kind: Kind, obj: KubeObject, options: DeleteOptions, now: Date): Plan | 'pending' {
  const changed = setPropagationFinalizers(kind, obj, options);
  const { gracePeriod } = kind.strategy;
  if (gracePeriod !== undefined)
    return planGraceful(obj, gracePeriod.call(kind.strategy, obj, options.gracePeriodSeconds), options, now, changed);
  const waits = (obj.metadata.finalizers ?? []).length > 0 || kind.strategy.holdsDeletion?.(obj) === true;
  if (!waits) return { mark: false, changed, graceSeconds: 0 };
  if (obj.metadata.deletionTimestamp !== undefined && !changed) return 'pending';
  markDeleting(obj, now, 0);
  kind.strategy.beginDeletion?.(obj);
  return { mark: true, changed, graceSeconds: 0 };
}

function planGraceful(
  obj: KubeObject,
  seconds: number,
  options: DeleteOptions,
  now: Date,
  changed: boolean,
): Plan | 'pending' {
  const { deletionTimestamp, deletionGracePeriodSeconds: previous } = obj.metadata;
  if (deletionTimestamp === undefined) {
    markDeleting(obj, now, seconds);
    return { mark: true, changed: true, graceSeconds: seconds };
  }
  // A grace period may only be shortened.
  if (previous === undefined || previous === 0)
    return (obj.metadata.finalizers ?? []).length > 0 && !changed
      ? 'pending'
      : { mark: true, changed, graceSeconds: 0 };
  if (options.gracePeriodSeconds === undefined || seconds >= previous)
    return changed ? { mark: true, changed, graceSeconds: previous } : 'pending';
  const base = Date.parse(deletionTimestamp) - previous * 1000;
  obj.metadata.deletionTimestamp = timestamp(new Date(base + seconds * 1000));
  obj.metadata.deletionGracePeriodSeconds = seconds;
  return { mark: true, changed: true, graceSeconds: seconds };
}

function markDeleting(obj: KubeObject, now: Date, graceSeconds: number): void {
  const meta = obj.metadata;
  if (meta.deletionTimestamp === undefined) {
    meta.deletionTimestamp = timestamp(new Date(now.getTime() + graceSeconds * 1000));
    if ((meta.generation ?? 0) > 0) meta.generation = (meta.generation ?? 0) + 1;
  }
  meta.deletionGracePeriodSeconds = graceSeconds;
}

/** Adds or removes the orphan and foregroundDeletion finalizers; returns whether that changed anything. */
function setPropagationFinalizers(kind: Kind, obj: KubeObject, options: DeleteOptions): boolean {
  const before = obj.metadata.finalizers ?? [];
  const kept = before.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const wanted = [...kept];
  if (shouldOrphan(kind, before, options)) wanted.push(ORPHAN);
  if (shouldForeground(before, options)) wanted.push(FOREGROUND);
  const changed = wanted.length !== before.length || wanted.some((name) => !before.includes(name));
  if (!changed) return false;
  if (wanted.length === 0) delete obj.metadata.finalizers;
  else obj.metadata.finalizers = wanted;
  return true;
}

function shouldOrphan(kind: Kind, finalizers: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Orphan';
  if (finalizers.includes(ORPHAN)) return true;
  return kind.strategy.defaultPropagation === 'Orphan';
}

function shouldForeground(finalizers: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Foreground';
  return finalizers.includes(FOREGROUND);
}

function checkPreconditions(kind: Kind, obj: KubeObject, { preconditions }: DeleteOptions): void {
  if (preconditions === undefined) return;
  const target = { group: kind.group, resource: kind.kind };
  const name = obj.metadata.name ?? '';
  const { uid, resourceVersion } = obj.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      target,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      target,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** ValidateDeleteOptions. @throws StatusError 422 */
export function validateDeleteOptions(options: DeleteOptions): void {
  const errors = new FieldErrors();
  const { propagationPolicy, orphanDependents } = options;
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    errors.invalid(
      Path.root('propagationPolicy'),
      propagationPolicy,
      'orphanDependents and deletionPropagation cannot be both set',
    );
  }
  const known = ['Foreground', 'Background', 'Orphan'];
  if (propagationPolicy !== undefined && !known.includes(propagationPolicy)) {
    errors.notSupported(Path.root('propagationPolicy'), propagationPolicy, [...known, 'nil']);
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: 'DeleteOptions' }, '', errors.list);
}
