/**
 * The managers of an object: metadata.managedFields decoded, changed and encoded again.
 * Imitates apimachinery pkg/util/managedfields/internal (managedfields.go, capmanagers.go).
 */
import { quote } from '../../field-errors.ts';
import { isObject, type JsonObject } from '../../object.ts';
import type { ManagedFieldsEntry } from '../../types/meta-v1.ts';
import { type FieldsNode, LEAF, parseFields, unionFields } from './fields.ts';

export type { ManagedFieldsEntry } from '../../types/meta-v1.ts';

/** How many entries of updates an object keeps; beyond it the oldest of a version are merged. */
const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** Who owns fields. Appliers are one manager whatever version they apply. */
export interface ManagerId {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** group/version; of an update only. */
  readonly apiVersion?: string;
  readonly subresource?: string;
}

/** What a manager owns, in the fields of `apiVersion`. */
export interface ManagerState {
  readonly id: ManagerId;
  readonly apiVersion: string;
  readonly fields: FieldsNode;
  /** RFC 3339, absent when the manager never changed the object. */
  readonly time?: string;
  /** The entry this was decoded from, while nothing has changed. */
  readonly entry?: ManagedFieldsEntry;
}

/** By `managerKey`. */
export type Managers = Map<string, ManagerState>;

/** The key of a manager, JSON text; its order is the order in which conflict messages name managers. */
export function managerKey({ manager, operation, apiVersion, subresource }: ManagerId): string {
  const name = manager === '' ? '' : `"manager":${JSON.stringify(manager)},`;
  const version = operation === 'Apply' ? '' : `,"apiVersion":${JSON.stringify(apiVersion)}`;
  const part = subresource ? `,"subresource":${JSON.stringify(subresource)}` : '';
  return `{${name}"operation":"${operation}"${version}${part}}`;
}

/** The manager of a request; without a name it is called `unknown`. */
export function managerId({ manager, operation, apiVersion, subresource }: ManagerId): ManagerId {
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    apiVersion: operation === 'Apply' ? undefined : apiVersion,
    subresource: subresource || undefined,
  };
}

/** Decodes managedFields. Throws an Error with upstream's text for entries that are not valid. */
export function decodeManagers(entries: unknown): Managers {
  const managers: Managers = new Map();
  if (!Array.isArray(entries)) return managers;
  entries.forEach((entry, index) => {
    const state = decodeEntry(isObject(entry) ? entry : {}, index);
    managers.set(managerKey(state.id), state);
  });
  return managers;
}

function decodeEntry(entry: JsonObject, index: number): ManagerState {
  const { operation, apiVersion, fieldsType } = entry;
  if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
  if (typeof apiVersion !== 'string' || apiVersion === '') throw new Error('apiVersion must not be empty');
  if (fieldsType !== 'FieldsV1') throw new Error(fieldsTypeError(fieldsType, index));
  const fields = parseFields(entry['fieldsV1']);
  return {
    id: entryId(entry, operation, apiVersion),
    apiVersion,
    fields,
    time: typeof entry['time'] === 'string' ? entry['time'] : undefined,
    entry: fields === entry['fieldsV1'] ? (entry as ManagedFieldsEntry) : undefined,
  };
}

function fieldsTypeError(fieldsType: unknown, index: number): string {
  if (typeof fieldsType !== 'string' || fieldsType === '') return `missing fieldsType in managed fields entry ${index}`;
  return `invalid fieldsType ${quote(fieldsType)} in managed fields entry ${index}`;
}

function entryId(entry: JsonObject, operation: 'Apply' | 'Update', apiVersion: string): ManagerId {
  const { manager, subresource } = entry;
  return {
    manager: typeof manager === 'string' ? manager : '',
    operation,
    apiVersion: operation === 'Apply' ? undefined : apiVersion,
    subresource: typeof subresource === 'string' && subresource !== '' ? subresource : undefined,
  };
}

/** Undefined when the entries are valid, else why they are not: what admission warns of. */
export function validateManagedFields(entries: unknown): string | undefined {
  try {
    decodeManagers(entries);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a client asks to forget all managers: an empty list, or one empty entry. */
export function isReset(entries: unknown): boolean {
  if (!Array.isArray(entries)) return false;
  if (entries.length !== 1) return entries.length === 0;
  const [entry] = entries;
  if (!isObject(entry)) return false;
  for (const key in entry) if (entry[key] !== null && entry[key] !== undefined && entry[key] !== '') return false;
  return true;
}

/** The managers as metadata.managedFields has them; undefined when there are none. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].map(encodeManager).sort(compareEntries);
}

function encodeManager(state: ManagerState): ManagedFieldsEntry {
  if (state.entry !== undefined) return state.entry;
  const { id, apiVersion, fields, time } = state;
  const entry: ManagedFieldsEntry = id.manager === '' ? {} : { manager: id.manager };
  entry.operation = id.operation;
  entry.apiVersion = apiVersion;
  if (time !== undefined) entry.time = time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = fields as Record<string, unknown>;
  if (id.subresource !== undefined) entry.subresource = id.subresource;
  return entry;
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    (a.time === b.time ? 0 : seconds(a.time) - seconds(b.time)) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

/** Whole seconds since 1970; no time counts as then. */
function seconds(time: string | undefined): number {
  const milliseconds = time === undefined ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Gives a manager other fields; one that owns nothing is forgotten. */
export function setFields(managers: Managers, key: string, state: ManagerState, fields: FieldsNode | undefined): void {
  if (fields === state.fields) return;
  const { id, apiVersion, time } = state;
  if (fields === undefined || fields === LEAF) managers.delete(key);
  else managers.set(key, { id, apiVersion, fields, time, entry: undefined });
}

/** Merges the oldest updates of each version while there are too many. */
export function capUpdateManagers(managers: Managers): void {
  if (managers.size <= MAX_UPDATE_MANAGERS) return;
  const updates = [...managers].filter(([, state]) => state.id.operation === 'Update');
  let count = updates.length;
  if (count <= MAX_UPDATE_MANAGERS) return;
  updates.sort(([a, x], [b, y]) => seconds(x.time) - seconds(y.time) || compareText(a, b));
  const firstOfVersion = new Map<string, string>();
  for (const [key, state] of updates) {
    if (count <= MAX_UPDATE_MANAGERS) return;
    const first = firstOfVersion.get(state.apiVersion);
    if (first === undefined) firstOfVersion.set(state.apiVersion, key);
    else {
      mergeIntoBucket(managers, first, key, state);
      count--;
    }
  }
}

/** The bucket starts as the first manager of its version and takes the time of the last one merged. */
function mergeIntoBucket(managers: Managers, first: string, key: string, state: ManagerState): void {
  const { apiVersion, fields, time } = state;
  const id: ManagerId = { manager: ANCIENT, operation: 'Update', apiVersion };
  const bucket = managerKey(id);
  const before = managers.get(bucket) ?? managers.get(first);
  if (!managers.has(bucket)) managers.delete(first);
  managers.delete(key);
  const merged = before === undefined ? fields : unionFields(fields, before.fields);
  managers.set(bucket, { id, apiVersion, fields: merged, ...(time === undefined ? {} : { time }) });
}
