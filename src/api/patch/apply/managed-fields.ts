/**
 * managedFields of ordinary writes (create, update, and patches other than apply). On the path of every write:
 * one walk over old and new object, and only entries that lose or win fields are written anew.
 * Imitates apimachinery pkg/util/managedfields FieldManager.UpdateNoErrors.
 */
import { getOwn, isObject, type JsonObject } from '../../object.ts';
import type { Schema } from '../../schema/schema.ts';
import { allPaths } from './compare.ts';
import { reconcileFields } from './field-set.ts';
import { type FieldsNode, LEAF, subtractFields, unionFields } from './fields.ts';
import { managerFromUserAgent } from './manager-name.ts';
import {
  capUpdateManagers,
  decodeManagers,
  encodeManagers,
  isReset,
  type ManagedFieldsEntry,
  type ManagerId,
  type Managers,
  managerId,
  managerKey,
  setFields,
} from './managers.ts';
import { ignoredFields, keepOnly, type OnlyFields, type ResetFields } from './reset-fields.ts';
import { VersionedComparison, type VersionLookup, Versions } from './versions.ts';

/** The manager that a write is booked under: the fieldManager option, else the name in the user agent. */
export function managerName(fieldManager: string, userAgent: string): string {
  return fieldManager === '' ? managerFromUserAgent(userAgent) : fieldManager;
}

/** Who writes, and in what terms. */
export interface WriteContext {
  /** Schema of the object in `apiVersion`. */
  readonly schema: Schema;
  /** group/version of the request. */
  readonly apiVersion: string;
  /** Name of the field manager, see `managerName`. */
  readonly manager: string;
  readonly subresource?: string;
  /** RFC 3339 in whole seconds: `2024-05-05T05:05:05Z`. */
  readonly now: string;
  readonly resetFields?: ResetFields;
  readonly onlyFields?: OnlyFields;
  /** Needed where managers of other versions can exist. */
  readonly versions?: VersionLookup;
}

export interface UpdateRequest extends WriteContext {
  /** The stored object in `apiVersion`; absent on create. */
  readonly live?: JsonObject;
  /** The object as it will be stored, decoded and defaulted, with the managedFields that the client sent. */
  readonly updated: JsonObject;
}

/**
 * The managedFields of the object after an ordinary write; undefined when it has none. Changes nothing. Never
 * throws: when the objects cannot be compared, the managedFields of the live object stay.
 */
export function updateManagedFields(request: UpdateRequest): ManagedFieldsEntry[] | undefined {
  try {
    return encodeManagers(updateManagers(request));
  } catch {
    return managedFieldsOf(request.live) as ManagedFieldsEntry[] | undefined;
  }
}

function updateManagers(request: UpdateRequest): Managers {
  const managers = managersOfWrite(request);
  if (managers.size === 0 && request.live !== undefined) return managers;
  trackUpdate(request, managers, request.live, request.updated);
  return managers;
}

/** A client may send managedFields of its own, though not through a subresource; invalid ones are ignored. */
function managersOfWrite(request: UpdateRequest): Managers {
  const live = managedFieldsOf(request.live);
  const sent = managedFieldsOf(request.updated);
  if (request.subresource || sent === undefined || sent === live) return decodeOrNone(live);
  if (isReset(sent)) return new Map();
  const managers = decodeOrNone(sent);
  return managers.size === 0 ? decodeOrNone(live) : managers;
}

function decodeOrNone(entries: unknown): Managers {
  try {
    return decodeManagers(entries);
  } catch {
    return new Map();
  }
}

export function managedFieldsOf(object: JsonObject | undefined): unknown {
  const metadata = object === undefined ? undefined : getOwn(object, 'metadata');
  return isObject(metadata) ? (getOwn(metadata, 'managedFields') ?? undefined) : undefined;
}

/** Gives the changed fields to the writer and takes them from the others. Throws ElementError. */
export function trackUpdate(
  context: WriteContext,
  managers: Managers,
  before: JsonObject | undefined,
  after: JsonObject,
): void {
  const { schema, apiVersion, manager, subresource } = context;
  const versions = new Versions(apiVersion, schema, context.versions);
  const comparison = new VersionedComparison(versions, before, after, ignoredFields(context.resetFields));
  reconcileManagers(versions, managers);
  for (const [key, state] of managers) {
    if (!versions.has(state.apiVersion)) managers.delete(key);
    else setFields(managers, key, state, subtractFields(state.fields, taken(comparison, state.apiVersion, context)));
  }
  const own = keepOnly(comparison.at(apiVersion).changed, context.onlyFields);
  if (own !== undefined)
    claim(managers, managerId({ manager, operation: 'Update', apiVersion, subresource }), own, context);
  capUpdateManagers(managers);
}

function taken(comparison: VersionedComparison, apiVersion: string, context: WriteContext): FieldsNode {
  return keepOnly(allPaths(comparison.at(apiVersion)), context.onlyFields) ?? LEAF;
}

function claim(managers: Managers, id: ManagerId, fields: FieldsNode, { apiVersion, now }: WriteContext): void {
  const key = managerKey(id);
  const before = managers.get(key);
  const all = before === undefined ? fields : unionFields(fields, before.fields);
  managers.set(key, { id, apiVersion, fields: all, time: now, entry: undefined });
}

/** Sets of custom resources may have been written when their schema was another. */
export function reconcileManagers(versions: Versions, managers: Managers): void {
  for (const [key, state] of managers) {
    if (!versions.has(state.apiVersion)) continue;
    const shape = versions.shape(state.apiVersion);
    if (!shape.builtIn) setFields(managers, key, state, reconcileFields(shape, state.fields));
  }
}
