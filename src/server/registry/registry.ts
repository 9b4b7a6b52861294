/**
 * What every kind has in common: reading, creating, updating and deleting stored objects by the kind's strategy.
 * Imitates apiserver pkg/registry/generic/registry/store.go and pkg/registry/rest.
 */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { pathSegmentNameErrors } from '../../api/names.ts';
import { cloneJson, equalJson, type JsonObject, type KubeObject } from '../../api/object.ts';
import { withoutTimeChanges } from '../../api/patch/apply/timestamps.ts';
import {
  alreadyExists,
  conflict,
  invalid,
  isStatusError,
  notFound,
  objectModified,
  plainError,
  StatusError,
} from '../../api/status-error.ts';
import { ConflictError, type Entry, type Mutation, type Store } from '../../store/store.ts';
import type { TraceRecorder } from '../../tracing/trace.ts';
import type { AdmissionAttributes, Operation } from '../admission/admission.ts';
import type { Kind, StatusStrategy, StrategyContext } from '../kinds/kind.ts';
import type { UserInfo } from '../request/user.ts';
import { decodeEntry, encodeForStore } from './codec.ts';
import { objectKey } from './keys.ts';
import {
  fillSystemFields,
  keepSystemFields,
  specChanged,
  validateMetadata,
  validateMetadataUpdate,
  validateStoredName,
} from './metadata.ts';

/** The two passes of admission; see admission/chain.ts. */
export interface Admission {
  admit(attributes: AdmissionAttributes): Promise<void>;
  validate(attributes: AdmissionAttributes): Promise<void>;
}

export interface RegistryServices {
  readonly store: Store;
  readonly admission: Admission;
  readonly now: () => Date;
  readonly random: () => number;
  readonly uuid: () => string;
}

/** Who writes, how, and where warnings go. */
export interface WriteOptions {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly subresource: string;
  /** Create/Update/Patch/DeleteOptions as admission shows them. */
  readonly options: JsonObject;
  warn(text: string): void;
  readonly trace?: TraceRecorder | undefined;
  /** Internal writers (controllers' finalizers, sub-resource handlers) may skip admission. */
  readonly skipAdmission?: boolean;
  /** Sub-resources such as binding check for themselves. */
  readonly skipValidation?: boolean;
}

/** Called between decoding and admission: keeps metadata.managedFields. `live` is undefined for a create. */
export type ManagedFieldsUpdate = (live: KubeObject | undefined, updated: KubeObject) => void;

/** An object as it is stored now. `value` are the stored bytes. */
export interface Written {
  readonly object: KubeObject;
  readonly value: Buffer;
  /** undefined for a dry run of a create. */
  readonly revision: number | undefined;
}

export interface UpdateOptions extends WriteOptions {
  /** The wanted object, from the stored one (a copy of which it gets; undefined when there is none). May run several times. */
  transform(current: KubeObject | undefined): Promise<KubeObject> | KubeObject;
  readonly managedFields?: ManagedFieldsUpdate;
  /** A PUT: a uid in the object is a precondition (409) rather than a field that may not change (422). */
  readonly uidIsPrecondition?: boolean;
  /** Server-side apply and kinds that say so create what is missing. */
  readonly forceCreate?: boolean;
  /** Called before a create on update: authorization of the verb create. */
  readonly beforeCreate?: () => Promise<void>;
}

export interface Updated extends Written {
  readonly created: boolean;
  /** The update was the last a deleted object waited for: it is gone now. */
  readonly deleted: boolean;
}

/** Upstream retries an update that lost a race; bounded, as a writer that never wins must hear of it. */
const MAX_ATTEMPTS = 20;

export class Registry {
  readonly #services: RegistryServices;

  constructor(services: RegistryServices) {
    this.#services = services;
  }

  get store(): Store {
    return this.#services.store;
  }

  now(): Date {
    return this.#services.now();
  }

  async getEntry(kind: Kind, namespace: string, name: string, revision?: number): Promise<Entry> {
    const entry = await this.#services.store.get(objectKey(kind, namespace, name), revision);
    if (entry === undefined) throw notFound(kind, name);
    return entry;
  }

  /** @throws StatusError 404 */
  async get(kind: Kind, namespace: string, name: string): Promise<KubeObject> {
    return decodeEntry(kind, await this.getEntry(kind, namespace, name));
  }

  /** `obj` is decoded and defaulted; it is changed in place. */
  async create(
    kind: Kind,
    namespace: string,
    obj: KubeObject,
    write: WriteOptions,
    managedFields?: ManagedFieldsUpdate,
  ): Promise<Written> {
    managedFields?.(undefined, obj);
    const attributes = admissionAttributes(kind, 'CREATE', namespace, obj, undefined, write);
    if (!write.skipAdmission) await this.#services.admission.admit(attributes);
    dedupOwnerReferences(obj, write);
    this.#beforeCreate(kind, namespace, obj, write);
    if (!write.skipAdmission) await this.#services.admission.validate({ ...attributes, name: obj.metadata.name ?? '' });
    if (
      obj.metadata.resourceVersion !== undefined &&
      obj.metadata.resourceVersion !== '' &&
      obj.metadata.resourceVersion !== '0'
    ) {
      throw plainError('resourceVersion should not be set on objects to be created');
    }
    return this.#commitCreate(kind, namespace, obj, write);
  }

  #beforeCreate(kind: Kind, namespace: string, obj: KubeObject, write: WriteOptions): void {
    const { now, uuid, random } = this.#services;
    const ctx = strategyContext(now(), write);
    const { strategy } = kind;
    const clientGeneration = obj.metadata.generation;
    fillSystemFields(kind, obj, namespace, ctx.now, uuid(), random);
    if (strategy.generation === 'none' && clientGeneration !== undefined) obj.metadata.generation = clientGeneration;
    strategy.prepareForCreate?.(obj, ctx);
    if (write.skipValidation) return;
    const errors = new FieldErrors();
    validateMetadata(kind, obj.metadata, errors);
    strategy.validate?.(obj, errors, ctx);
    if (errors.length === 0) validateStoredName(obj.metadata, errors);
    if (errors.length > 0) throw invalid(kindOf(kind), obj.metadata.name ?? '', errors.list);
    for (const text of strategy.warnings?.(obj, undefined, ctx) ?? []) write.warn(text);
    write.trace?.decide('validation', 'valid');
  }

  async #commitCreate(kind: Kind, namespace: string, obj: KubeObject, write: WriteOptions): Promise<Written> {
    const name = obj.metadata.name as string;
    const companion = await kind.strategy.companion?.({
      operation: 'create',
      object: obj,
      old: undefined,
      dryRun: write.dryRun,
    });
    let committed = false;
    try {
      const value = encodeForStore(kind, obj);
      const key = objectKey(kind, namespace, name);
      const ttlSeconds = kind.strategy.ttlSeconds?.(obj);
      const put: Mutation = {
        type: 'put',
        key,
        value,
        expected: 0,
        ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      };
      if (write.dryRun) return await this.#dryRunCreate(kind, key, name, obj, value);
      const revision = await this.#services.store.commit([put, ...(companion?.mutations ?? [])]);
      committed = true;
      write.trace?.decide('storage', `created ${key} at revision ${revision}`, { key, revision, bytes: value.length });
      obj.metadata.resourceVersion = String(revision);
      return { object: obj, value, revision };
    } catch (error) {
      if (error instanceof ConflictError && error.key === objectKey(kind, namespace, name))
        throw exists(kind, name, error.current);
      throw error;
    } finally {
      companion?.settle(committed);
    }
  }

  async #dryRunCreate(kind: Kind, key: string, name: string, obj: KubeObject, value: Buffer): Promise<Written> {
    const current = await this.#services.store.get(key);
    if (current !== undefined) throw exists(kind, name, current);
    return { object: obj, value, revision: undefined };
  }

  async update(kind: Kind, namespace: string, name: string, update: UpdateOptions): Promise<Updated> {
    for (let attempt = 1; ; attempt++) {
      const entry = await this.#services.store.get(objectKey(kind, namespace, name));
      try {
        if (entry === undefined) return await this.#createOnUpdate(kind, namespace, name, update);
        return await this.#updateExisting(kind, namespace, name, entry, update);
      } catch (error) {
        if (!(error instanceof ConflictError) || error.key !== objectKey(kind, namespace, name)) throw error;
        if (attempt >= MAX_ATTEMPTS) throw objectModified(kind, name);
      }
    }
  }

  async #createOnUpdate(kind: Kind, namespace: string, name: string, update: UpdateOptions): Promise<Updated> {
    const allowed =
      update.forceCreate ||
      (kind.strategy.createOnUpdate && (update.subresource === '' || update.subresource === 'status'));
    if (!allowed) throw notFound(kind, name);
    await update.beforeCreate?.();
    const obj = await update.transform(undefined);
    delete obj.metadata.resourceVersion;
    try {
      const written = await this.create(kind, namespace, obj, { ...update, subresource: '' }, update.managedFields);
      return { ...written, created: true, deleted: false };
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) throw new ConflictError(objectKey(kind, namespace, name), undefined);
      throw error;
    }
  }

  async #updateExisting(
    kind: Kind,
    namespace: string,
    name: string,
    entry: Entry,
    update: UpdateOptions,
  ): Promise<Updated> {
    const old = decodeEntry(kind, entry);
    const obj = await update.transform(cloneJson(old));
    update.managedFields?.(old, obj);
    const attributes = admissionAttributes(kind, 'UPDATE', namespace, obj, old, update);
    if (!update.skipAdmission) await this.#services.admission.admit(attributes);
    dedupOwnerReferences(obj, update);
    checkVersions(kind, name, obj, old, update.uidIsPrecondition === true);
    this.#beforeUpdate(kind, obj, old, update);
    if (!update.skipAdmission) await this.#services.admission.validate(attributes);
    return this.#commitUpdate(kind, namespace, name, entry, obj, old, update);
  }

  #beforeUpdate(kind: Kind, obj: KubeObject, old: KubeObject, update: UpdateOptions): void {
    const ctx = strategyContext(this.#services.now(), update);
    const { strategy } = kind;
    keepSystemFields(obj.metadata, old.metadata);
    const status = statusStrategyOf(kind, update.subresource);
    if (status !== undefined) prepareStatus(status, obj, old, ctx);
    else if (isWholeUpdate(kind, update.subresource)) {
      if (strategy.status !== undefined) copyField(obj, old, 'status');
      strategy.prepareForUpdate?.(obj, old, ctx);
      bumpGeneration(kind, obj, old);
    }
    if (update.skipValidation) return;
    const errors = new FieldErrors();
    validateUpdate(kind, obj, old, errors, ctx);
    if (errors.length > 0) throw invalid(kindOf(kind), obj.metadata.name ?? '', errors.list);
    const warnings = status === undefined ? strategy.warnings?.(obj, old, ctx) : status.warnings?.(obj, old);
    for (const text of warnings ?? []) update.warn(text);
    update.trace?.decide('validation', 'valid');
  }

  async #commitUpdate(
    kind: Kind,
    namespace: string,
    name: string,
    entry: Entry,
    obj: KubeObject,
    old: KubeObject,
    update: UpdateOptions,
  ): Promise<Updated> {
    const key = objectKey(kind, namespace, name);
    const gone = isReadyToGo(kind, obj, old);
    const operation = gone ? 'delete' : 'update';
    const companion = await kind.strategy.companion?.({ operation, object: obj, old, dryRun: update.dryRun });
    let committed = false;
    try {
      const settled = withoutTimeChanges(old, obj) as KubeObject;
      const value = encodeForStore(kind, settled);
      obj.metadata.managedFields = settled.metadata.managedFields;
      obj.metadata.resourceVersion = String(entry.modRevision);
      const same = !gone && sameContent(value, entry.value, obj, old);
      if (update.dryRun || same) {
        update.trace?.decide('storage', same ? 'nothing changed, nothing stored' : 'dry run, nothing stored', { key });
        return { object: obj, value, revision: entry.modRevision, created: false, deleted: false };
      }
      const ttlSeconds = kind.strategy.ttlSeconds?.(obj);
      const mutation: Mutation = gone
        ? { type: 'delete', key, expected: entry.modRevision }
        : { type: 'put', key, value, expected: entry.modRevision, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
      const revision = await this.#services.store.commit([mutation, ...(companion?.mutations ?? [])]);
      committed = true;
      update.trace?.decide('storage', `${gone ? 'deleted' : 'updated'} ${key} at revision ${revision}`, {
        key,
        revision,
        bytes: value.length,
      });
      // The object that goes is shown as it was last stored.
      if (!gone) obj.metadata.resourceVersion = String(revision);
      return { object: obj, value, revision, created: false, deleted: gone };
    } finally {
      companion?.settle(committed);
    }
  }

  /** Removes the entry at once, companions included. @throws ConflictError when it changed meanwhile */
  async remove(kind: Kind, namespace: string, name: string, entry: Entry, obj: KubeObject): Promise<number> {
    const key = objectKey(kind, namespace, name);
    const companion = await kind.strategy.companion?.({ operation: 'delete', object: obj, old: obj, dryRun: false });
    let committed = false;
    try {
      const revision = await this.#services.store.commit([
        { type: 'delete', key, expected: entry.modRevision },
        ...(companion?.mutations ?? []),
      ]);
      committed = true;
      return revision;
    } finally {
      companion?.settle(committed);
    }
  }

  /** Stores a changed object as it is, guarded by the entry's revision. @throws ConflictError */
  async replace(kind: Kind, namespace: string, name: string, entry: Entry, obj: KubeObject): Promise<Entry> {
    const key = objectKey(kind, namespace, name);
    const value = encodeForStore(kind, obj);
    if (value.equals(entry.value)) return entry;
    const modRevision = await this.#services.store.commit([{ type: 'put', key, value, expected: entry.modRevision }]);
    obj.metadata.resourceVersion = String(modRevision);
    return { key, value, modRevision, createRevision: entry.createRevision };
  }

  /** Admission of a POST to a sub-resource or a virtual kind; plugins may change the body in place. */
  async admitBody(
    kind: Kind,
    operation: Operation,
    namespace: string,
    name: string,
    body: KubeObject,
    write: WriteOptions,
  ): Promise<void> {
    const attributes = { ...admissionAttributes(kind, operation, namespace, body, undefined, write), name };
    await this.#services.admission.admit(attributes);
    await this.#services.admission.validate(attributes);
  }

  async admitDelete(
    kind: Kind,
    namespace: string,
    name: string,
    old: KubeObject | undefined,
    write: WriteOptions,
  ): Promise<void> {
    if (write.skipAdmission) return;
    const attributes: AdmissionAttributes = {
      ...admissionAttributes(kind, 'DELETE', namespace, undefined, old, write),
      name,
    };
    await this.#services.admission.admit(attributes);
    await this.#services.admission.validate(attributes);
  }
}

/** Validation names the version that is stored: an events.k8s.io Event is checked as a core one. */
function storageGroup({ storage }: Kind): string {
  const slash = storage.apiVersion.indexOf('/');
  return slash < 0 ? '' : storage.apiVersion.slice(0, slash);
}

/** `{group, resource: Kind}` for errors that name the kind. */
export function kindOf(kind: Kind): { group: string; resource: string } {
  return { group: storageGroup(kind), resource: kind.kind };
}

export function strategyContext(now: Date, write: WriteOptions): StrategyContext {
  return { now, user: write.user, dryRun: write.dryRun, subresource: write.subresource };
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

function exists(kind: Kind, name: string, current: Entry | undefined): StatusError {
  const error = alreadyExists(kind, name);
  const deleting = current !== undefined && decodeEntry(kind, current).metadata.deletionTimestamp !== undefined;
  if (!deleting) return error;
  return new StatusError(409, 'AlreadyExists', `object is being deleted: ${error.message}`, error.status.details);
}

/** resourceVersion and uid of the wanted object against the stored one. */
function checkVersions(kind: Kind, name: string, obj: KubeObject, old: KubeObject, uidIsPrecondition: boolean): void {
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

function checkUid(kind: Kind, name: string, obj: KubeObject, old: KubeObject): void {
  const key = objectKey(kind, obj.metadata.namespace ?? '', name).replace('/registry/core/', '/registry/');
  throw conflict(
    kind,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${obj.metadata.uid}, UID in object meta: ${old.metadata.uid}`,
  );
}

/** The object itself, or a sub-resource without a handler of its own: the kind's update strategy applies in full. */
function isWholeUpdate(kind: Kind, subresource: string): boolean {
  return subresource === '' || kind.subresources.get(subresource)?.handler === undefined;
}

/** How a sub-resource writes the status; undefined for every other write. */
function statusStrategyOf({ strategy }: Kind, subresource: string): StatusStrategy<KubeObject> | undefined {
  return subresource === 'status' ? (strategy.status ?? {}) : strategy.statusSubresources?.[subresource];
}

function prepareStatus(
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

function copyField(obj: KubeObject, old: KubeObject, field: string): void {
  if (old[field] === undefined) delete obj[field];
  else obj[field] = cloneJson(old[field]);
}

function bumpGeneration(kind: Kind, obj: KubeObject, old: KubeObject): void {
  const { generation } = kind.strategy;
  if (generation === 'none') return;
  const counts = generation === 'spec' ? specChanged(obj, old) : generation(obj, old);
  if (counts) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function validateUpdate(kind: Kind, obj: KubeObject, old: KubeObject, errors: FieldErrors, ctx: StrategyContext): void {
  const { strategy } = kind;
  validateMetadata(kind, obj.metadata, errors, pathSegmentNameErrors);
  validateMetadataUpdate(kind, obj.metadata, old.metadata, errors);
  const again = strategy.metadataOnUpdate ?? 'update';
  if (again === 'full' || again === 'update+full') validateMetadata(kind, obj.metadata, errors);
  if (again === 'update' || again === 'update+full') validateMetadataUpdate(kind, obj.metadata, old.metadata, errors);
  const status = statusStrategyOf(kind, ctx.subresource);
  if (status !== undefined) {
    status.validateUpdate?.(obj, old, errors, ctx);
    return;
  }
  if (strategy.validateUpdate !== undefined) strategy.validateUpdate(obj, old, errors, ctx);
  else strategy.validate?.(obj, errors, ctx);
}

/** Equal bytes, or the same fields in another order. */
function sameContent(value: Buffer, stored: Buffer, obj: KubeObject, old: KubeObject): boolean {
  return value.equals(stored) || (value.length === stored.length && equalJson(obj, old));
}

/** An object under deletion goes as soon as nothing holds it any more. */
function isReadyToGo(kind: Kind, obj: KubeObject, old: KubeObject): boolean {
  if (old.metadata.deletionTimestamp === undefined || (old.metadata.deletionGracePeriodSeconds ?? 0) !== 0)
    return false;
  if (kind.strategy.holdsDeletion?.(obj)) return false;
  return (obj.metadata.finalizers ?? []).length === 0;
}

function dedupOwnerReferences(obj: KubeObject, write: WriteOptions): void {
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
