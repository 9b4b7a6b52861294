/**
 * Server-side apply: merges a configuration into an object, removes what its applier named before and no longer
 * names, and finds conflicts with other managers.
 * Imitates apimachinery pkg/util/managedfields FieldManager.Apply and structured-merge-diff merge.Updater.
 */
import { cloneJson, equalJson, getOwn, isObject, type JsonObject } from '../../object.ts';
import { badRequest, plainError } from '../../status-error.ts';
import { applyConflict, type ManagerConflict } from './conflict.ts';
import { fieldSetOf, withNamedFields } from './field-set.ts';
import {
  type FieldsNode,
  fieldsOf,
  intersectFields,
  isEmptyNode,
  LEAF,
  subtractFields,
  subtractRecursively,
  unionFields,
} from './fields.ts';
import { fieldsOfLastApplied, KUBECTL, syncLastApplied } from './last-applied.ts';
import { managedFieldsOf, reconcileManagers, trackUpdate, type WriteContext } from './managed-fields.ts';
import {
  decodeManagers,
  encodeManagers,
  type ManagedFieldsEntry,
  type ManagerState,
  type Managers,
  managerId,
  managerKey,
  setFields,
} from './managers.ts';
import { mergeTyped } from './merge.ts';
import { removeFields } from './remove.ts';
import { ignoredFields, keepOnly, resetSet, SYSTEM_FIELDS } from './reset-fields.ts';
import { type Shape, shapeOf } from './shape.ts';
import { validateTyped } from './validate.ts';
import { VersionedComparison, Versions } from './versions.ts';

const BEFORE_FIRST_APPLY = 'before-first-apply';

/** The system's fields, and `metadata` itself. */
const NEVER_OWNED = unionFields(SYSTEM_FIELDS, fieldsOf([['f:metadata']]));

export interface ApplyRequest extends WriteContext {
  /** Kind that the configuration must have; without it any kind is taken. */
  readonly kind?: string;
  /** The stored object in `apiVersion`; absent when the apply creates it. */
  readonly live?: JsonObject;
  /** The configuration as parsed from the body. */
  readonly applied: JsonObject;
  /** Takes the fields in conflict instead of failing. */
  readonly force?: boolean;
}

export interface ApplyResult {
  /**
   * The merged object, without managedFields. It has to be decoded and defaulted: maps and lists that lost their
   * last entry are null. It shares nothing with the live object or the configuration.
   */
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[] | undefined;
  /** Whether the merged object differs from the live one; ownership may have changed even if it does not. */
  readonly changed: boolean;
}

/**
 * Applies a configuration. Changes nothing. Throws StatusError: 400 for another kind or version and for
 * managedFields in the configuration, 409 for conflicts, 500 without a reason where it does not fit the schema.
 */
export function applyConfiguration(request: ApplyRequest): ApplyResult {
  checkType(request);
  const managers = decodeLive(request.live);
  if (managers.size === 0 && request.live !== undefined) {
    const live = withoutManagedFields(request.live);
    checkFirstOwner(shapeOf(request.schema), live);
    trackUpdate({ ...request, manager: BEFORE_FIRST_APPLY }, managers, undefined, live);
  }
  if (hasManagedFields(request.applied)) throw badRequest('metadata.managedFields must be nil');
  const result = new Application(request, managers).run();
  const encoded = { managedFields: encodeManagers(result.managers), changed: result.changed };
  const kubectl = request.manager === KUBECTL;
  const object = kubectl ? syncLastApplied(result.object, request.applied) : result.object;
  return { object: cloneJson(object), ...encoded };
}

function checkType({ applied, apiVersion, kind }: ApplyRequest): void {
  if (applied['apiVersion'] === apiVersion && (kind === undefined || applied['kind'] === kind)) return;
  throw badRequest(`invalid object type: ${groupVersionKind(applied)}`);
}

/** `GROUP/VERSION, Kind=KIND`; all empty where the apiVersion cannot be read. */
function groupVersionKind(object: JsonObject): string {
  const text = (name: string) => (typeof object[name] === 'string' ? (object[name] as string) : '');
  const parts = text('apiVersion').split('/');
  if (parts.length > 2) return '/, Kind=';
  const group = parts.length === 2 ? parts[0] : '';
  return `${group}/${parts[parts.length - 1]}, Kind=${text('kind')}`;
}

/** Fields without an owner get one before the first apply; that needs lists whose items can be told apart by their keys. */
function checkFirstOwner(shape: Shape, live: JsonObject): void {
  const misfit = validateTyped(shape, live, { allowDuplicates: true });
  if (misfit === undefined) return;
  const what = `failed to convert new object (${showObject(live)}) to smd typed`;
  throw plainError(`failed to create manager for existing fields: ${what}: ${misfit}`);
}

function decodeLive(live: JsonObject | undefined): Managers {
  try {
    return decodeManagers(managedFieldsOf(live));
  } catch (error) {
    throw plainError(`failed to decode managed fields: ${(error as Error).message}`, error);
  }
}

function hasManagedFields(applied: JsonObject): boolean {
  const entries = managedFieldsOf(applied);
  return Array.isArray(entries) && entries.every(isObject);
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = getOwn(object, 'metadata');
  if (!isObject(metadata) || !Object.hasOwn(metadata, 'managedFields')) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** One apply on one object. */
class Application {
  readonly #request: ApplyRequest;
  readonly #shape: Shape;
  readonly #versions: Versions;
  readonly #managers: Managers;
  readonly #live: JsonObject;
  readonly #key: string;

  constructor(request: ApplyRequest, managers: Managers) {
    this.#request = request;
    this.#shape = shapeOf(request.schema);
    this.#versions = new Versions(request.apiVersion, request.schema, request.versions);
    this.#managers = managers;
    this.#live = request.live === undefined ? emptyObject(request) : withoutManagedFields(request.live);
    this.#key = managerKey(this.#id());
  }

  #id() {
    const { manager, subresource, apiVersion } = this.#request;
    return managerId({ manager, operation: 'Apply', apiVersion, subresource });
  }

  run(): { object: JsonObject; managers: Managers; changed: boolean } {
    this.#checkTypes();
    reconcileManagers(this.#versions, this.#managers);
    const last = this.#managers.get(this.#key);
    const own = this.#ownFields();
    this.#setOwn(own, last?.time);
    const merged = mergeTyped(this.#shape, this.#live, withoutManagedFields(this.#request.applied));
    const object = last === undefined ? merged : this.#prune(merged, last);
    this.#takeFromOthers(object);
    return this.#finish(object, own, last);
  }

  #setOwn(fields: FieldsNode, time: string | undefined): void {
    const { apiVersion } = this.#request;
    this.#managers.set(this.#key, { id: this.#id(), apiVersion, fields, ...(time === undefined ? {} : { time }) });
  }

  #checkTypes(): void {
    const { applied } = this.#request;
    const misfit = validateTyped(this.#shape, applied);
    if (misfit !== undefined)
      throw plainError(`failed to create typed patch object (${showObject(applied)}): ${misfit}`);
    const stale = validateTyped(this.#shape, this.#live, { allowDuplicates: true });
    if (stale !== undefined)
      throw plainError(`failed to create typed live object (${showObject(this.#live)}): ${stale}`);
  }

  /** The fields of the configuration, system fields included, reset ones not. */
  #ownFields(): FieldsNode {
    const { applied, resetFields, onlyFields } = this.#request;
    const named = fieldSetOf(this.#shape, withoutManagedFields(applied));
    return keepOnly(subtractRecursively(named, resetSet(resetFields)), onlyFields) ?? LEAF;
  }

  #finish(object: JsonObject, own: FieldsNode, last: ManagerState | undefined) {
    const { now } = this.#request;
    const changed = this.#request.live === undefined || !equalJson(object, this.#live);
    const kept = subtractFields(own, NEVER_OWNED);
    if (kept === undefined) this.#managers.delete(this.#key);
    else this.#setOwn(kept, changed ? now : last?.time);
    return { object: changed ? object : this.#live, managers: this.#managers, changed };
  }

  /** Removes what the applier named last time, does not name now, and nobody else owns. */
  #prune(merged: JsonObject, last: ManagerState): JsonObject {
    const { apiVersion: lastVersion, fields } = last;
    if (isEmptyNode(fields) || !this.#versions.has(lastVersion)) return merged;
    const { current } = this.#versions;
    const shape = this.#versions.shape(lastVersion);
    const whole = this.#versions.convert(merged, current, lastVersion);
    const named = withNamedFields(shape, fields);
    const stripped = removeFields(shape, whole, named);
    const owned = this.#addBackOwned(whole, stripped, lastVersion);
    const wholeSet = withNamedFields(shape, fieldSetOf(shape, whole));
    const ownedSet = withNamedFields(shape, fieldSetOf(shape, owned));
    const gone = intersectFields(subtractFields(wholeSet, ownedSet) ?? LEAF, named);
    const pruned = gone === undefined ? whole : removeFields(shape, whole, gone);
    return this.#versions.convert(pruned, lastVersion, current);
  }

  /** The stripped object with everything that some manager owns; version by version, the given one first. */
  #addBackOwned(whole: JsonObject, stripped: JsonObject, version: string): JsonObject {
    const owned = new Map<string, FieldsNode>();
    for (const { apiVersion, fields } of this.#managers.values()) {
      owned.set(apiVersion, unionFields(owned.get(apiVersion) ?? LEAF, fields));
    }
    let result = { whole, kept: stripped, version };
    for (const next of new Set([version, ...owned.keys()])) {
      const fields = owned.get(next);
      if (fields !== undefined && this.#versions.has(next)) result = this.#addBackAt(result, next, fields);
    }
    return this.#versions.convert(result.kept, result.version, version);
  }

  #addBackAt(from: { whole: JsonObject; kept: JsonObject; version: string }, version: string, owned: FieldsNode) {
    const shape = this.#versions.shape(version);
    const whole = this.#versions.convert(from.whole, from.version, version);
    const kept = this.#versions.convert(from.kept, from.version, version);
    const named = (set: FieldsNode) => withNamedFields(shape, set);
    const stays = unionFields(named(fieldSetOf(shape, kept)), named(owned));
    const gone = subtractFields(named(fieldSetOf(shape, whole)), stays);
    return { whole, kept: gone === undefined ? whole : removeFields(shape, whole, gone), version };
  }

  /** Throws the 409 when others own fields that change, unless forced; takes these and the removed ones from them. */
  #takeFromOthers(object: JsonObject): void {
    const { resetFields, onlyFields } = this.#request;
    const ignore = ignoredFields(resetFields);
    const comparison = new VersionedComparison(this.#versions, this.#live, object, ignore);
    const conflicts: ManagerConflict[] = [];
    const left: [string, ManagerState, FieldsNode | undefined][] = [];
    for (const [key, state] of this.#managers) {
      if (key === this.#key) continue;
      if (!this.#versions.has(state.apiVersion)) {
        this.#managers.delete(key);
        continue;
      }
      const { changed, removed } = comparison.at(state.apiVersion);
      const lost = keepOnly(changed, onlyFields) ?? LEAF;
      const fields = intersectFields(state.fields, lost);
      if (fields !== undefined) conflicts.push({ key, id: state.id, fields });
      const gone = unionFields(lost, keepOnly(removed, onlyFields) ?? LEAF);
      left.push([key, state, subtractFields(state.fields, gone)]);
    }
    this.#resolve(conflicts);
    for (const [key, state, fields] of left) setFields(this.#managers, key, state, fields);
  }

  #resolve(conflicts: ManagerConflict[]): void {
    if (conflicts.length === 0 || this.#request.force === true) return;
    const remaining = this.#request.manager === KUBECTL ? this.#withoutLastApplied(conflicts) : conflicts;
    if (remaining.length > 0) throw applyConflict(remaining);
  }

  #withoutLastApplied(conflicts: ManagerConflict[]): ManagerConflict[] {
    const { apiVersion } = this.#request;
    const allowed = fieldsOfLastApplied(this.#shape, this.#live, apiVersion);
    if (allowed === undefined) return conflicts;
    return conflicts.flatMap((conflict) => {
      const fields = subtractFields(conflict.fields, allowed);
      return fields === undefined ? [] : [{ ...conflict, fields }];
    });
  }
}

/** What an apply that creates merges into. */
function emptyObject({ apiVersion, applied }: ApplyRequest): JsonObject {
  return { apiVersion, kind: applied['kind'] };
}

function showObject(object: JsonObject): string {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return `${text(metadata['namespace'])}/${text(metadata['name'])}; ${groupVersionKind(object)}`;
}
