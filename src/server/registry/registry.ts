/**
 * What every kind has in common: reading, creating, updating and deleting stored objects by the kind's strategy.
 * Imitates apiserver pkg/registry/generic/registry/store.go and pkg/registry/rest.
 */
import { FieldErrors } from '../../api/field-errors.ts';
import { cloneJson, type KubeObject } from '../../api/object.ts';
import { withoutTimeChanges } from '../../api/patch/apply/timestamps.ts';
import { invalid, isStatusError, notFound, objectModified, plainError } from '../../api/status-error.ts';
import { ConflictError, type Entry, type Mutation, type Store } from '../../store/store.ts';
import type { AdmissionAttributes, Operation } from '../admission/admission.ts';
import type { Kind, StrategyContext } from '../kinds/kind.ts';
import { decodeEntry, encodeForStore, rememberUpdate, whileCommitting } from './codec.ts';
import { objectKey } from './keys.ts';
import { fillSystemFields, keepSystemFields, validateMetadata, validateStoredName } from './metadata.ts';
import { traceWatchers } from './trace-watchers.ts';
import type { ManagedFieldsUpdate, RegistryServices, Updated, UpdateOptions, WriteOptions, Written } from './write.ts';
import {
  admissionAttributes,
  bumpGeneration,
  checkVersions,
  copyField,
  dedupOwnerReferences,
  exists,
  isReadyToGo,
  isWholeUpdate,
  kindOf,
  prepareStatus,
  sameContent,
  statusStrategyOf,
  strategyContext,
  validateUpdate,
  withCompanion,
} from './write-rules.ts';

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
    const ctx = this.#identify(kind, namespace, obj, write);
    const before = kind.strategy.companion === undefined ? undefined : cloneJson(obj);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#createWithCompanion(kind, namespace, obj, write, ctx, attributes);
      } catch (error) {
        // Somebody else took what was to be stored together with the object: something else may be free.
        if (!(error instanceof ConflictError) || before === undefined) throw error;
        if (attempt >= MAX_ATTEMPTS) throw objectModified(kind, obj.metadata.name ?? '');
        for (const field of Object.keys(obj)) delete obj[field];
        Object.assign(obj, cloneJson(before));
      }
    }
  }

  #createWithCompanion(
    kind: Kind,
    namespace: string,
    obj: KubeObject,
    write: WriteOptions,
    ctx: StrategyContext,
    attributes: AdmissionAttributes,
  ): Promise<Written> {
    const change = { operation: 'create', object: obj, old: undefined, dryRun: write.dryRun } as const;
    return withCompanion(kind, change, async (mutations) => {
      this.#beforeCreate(kind, obj, write, ctx);
      const name = obj.metadata.name ?? '';
      const named = attributes.name === name ? attributes : { ...attributes, name };
      if (!write.skipAdmission) await this.#services.admission.validate(named);
      const { resourceVersion } = obj.metadata;
      if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0')
        throw plainError('resourceVersion should not be set on objects to be created');
      return this.#commitCreate(kind, namespace, obj, write, mutations);
    });
  }

  /** System fields, the name included: companions and the strategy see them. */
  #identify(kind: Kind, namespace: string, obj: KubeObject, write: WriteOptions): StrategyContext {
    const { now, uuid, random, namespaceLabels } = this.#services;
    const ctx = strategyContext(now(), write, namespaceLabels);
    const clientGeneration = obj.metadata.generation;
    fillSystemFields(kind, obj, namespace, ctx.now, uuid(), random);
    if (kind.strategy.generation === 'none' && clientGeneration !== undefined)
      obj.metadata.generation = clientGeneration;
    return ctx;
  }

  #beforeCreate(kind: Kind, obj: KubeObject, write: WriteOptions, ctx: StrategyContext): void {
    const { strategy } = kind;
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

  async #commitCreate(
    kind: Kind,
    namespace: string,
    obj: KubeObject,
    write: WriteOptions,
    more: readonly Mutation[],
  ): Promise<Written> {
    const name = obj.metadata.name as string;
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
      const revision = await whileCommitting(kind, value, obj, () => this.#services.store.commit([put, ...more]));
      write.trace?.decide('storage', `created ${key} at revision ${revision}`, { key, revision, bytes: value.length });
      traceWatchers(write.trace, this.#services.store, key);
      obj.metadata.resourceVersion = String(revision);
      return { object: obj, value, revision };
    } catch (error) {
      if (error instanceof ConflictError && error.key === objectKey(kind, namespace, name))
        throw exists(kind, name, error.current);
      throw error;
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
        if (!(error instanceof ConflictError)) throw error;
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
    keepSystemFields(obj.metadata, old.metadata);
    obj.metadata.resourceVersion = old.metadata.resourceVersion;
    const operation = isReadyToGo(kind, obj, old) ? 'delete' : 'update';
    const change = { operation, object: obj, old, dryRun: update.dryRun } as const;
    const whole = isWholeUpdate(kind, update.subresource) && statusStrategyOf(kind, update.subresource) === undefined;
    return withCompanion(whole ? kind : undefined, change, async (mutations) => {
      this.#beforeUpdate(kind, obj, old, update);
      if (!update.skipAdmission) await this.#services.admission.validate(attributes);
      return this.#commitUpdate(kind, namespace, name, entry, obj, old, update, mutations);
    });
  }

  #beforeUpdate(kind: Kind, obj: KubeObject, old: KubeObject, update: UpdateOptions): void {
    const { now, namespaceLabels } = this.#services;
    const ctx = strategyContext(now(), update, namespaceLabels);
    const { strategy } = kind;
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
    more: readonly Mutation[],
  ): Promise<Updated> {
    const key = objectKey(kind, namespace, name);
    const gone = isReadyToGo(kind, obj, old);
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
    const revision = await whileCommitting(kind, value, settled, () =>
      this.#services.store.commit([mutation, ...more]),
    );
    if (!gone) rememberUpdate(kind, value, settled);
    update.trace?.decide('storage', `${gone ? 'deleted' : 'updated'} ${key} at revision ${revision}`, {
      key,
      revision,
      bytes: value.length,
    });
    traceWatchers(update.trace, this.#services.store, key);
    // The object that goes is shown as it was last stored.
    if (!gone) obj.metadata.resourceVersion = String(revision);
    return { object: obj, value, revision, created: false, deleted: gone };
  }

  /** Removes the entry at once, companions included. @throws ConflictError when it changed meanwhile */
  async remove(kind: Kind, namespace: string, name: string, entry: Entry, obj: KubeObject): Promise<number> {
    const key = objectKey(kind, namespace, name);
    const change = { operation: 'delete', object: obj, old: obj, dryRun: false } as const;
    return withCompanion(kind, change, (mutations) =>
      this.#services.store.commit([{ type: 'delete', key, expected: entry.modRevision }, ...mutations]),
    );
  }

  /** What `remove` would be refused for, without removing anything. @throws StatusError */
  async rehearseRemoval(kind: Kind, obj: KubeObject): Promise<void> {
    await withCompanion(kind, { operation: 'delete', object: obj, old: obj, dryRun: true }, async () => {});
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
      name: write.collection === true ? '' : name,
    };
    await this.#services.admission.admit(attributes);
    await this.#services.admission.validate(attributes);
  }
}
