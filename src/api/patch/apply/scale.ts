/**
 * managedFields between a resource and its scale subresource, whose only field of interest is spec.replicas.
 * Imitates apimachinery pkg/util/managedfields/scalehandler.go.
 */
import { type FieldsNode, fieldsOf, hasPath, subtractFields } from './fields.ts';
import {
  decodeManagers,
  encodeManagers,
  type ManagedFieldsEntry,
  type ManagerId,
  type Managers,
  managerKey,
} from './managers.ts';
import { fieldKey } from './path-element.ts';

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS = ['f:spec', 'f:replicas'];

/**
 * Where each version of the resource keeps its replicas, as field names: `{ 'apps/v1': ['spec', 'replicas'] }`;
 * null for a version without scale. Entries of versions that are not named are dropped.
 */
export type ReplicasPaths = Readonly<Record<string, readonly string[] | null>>;

function elementsOf(paths: ReplicasPaths, apiVersion: string): string[] | null | undefined {
  return Object.hasOwn(paths, apiVersion) ? (paths[apiVersion]?.map(fieldKey) ?? null) : undefined;
}

/** managedFields of the Scale: the managers that own the replicas. Throws an Error for invalid entries. */
export function managedFieldsOfScale(entries: unknown, paths: ReplicasPaths): ManagedFieldsEntry[] | undefined {
  const out: Managers = new Map();
  for (const { id, apiVersion, fields, time } of decodeManagers(entries).values()) {
    const path = elementsOf(paths, apiVersion);
    if (!path || !hasPath(fields, path)) continue;
    const scaled = inVersion(id, SCALE_VERSION);
    const state = { id: scaled, apiVersion: SCALE_VERSION, fields: fieldsOf([SCALE_REPLICAS]) };
    out.set(managerKey(scaled), time === undefined ? state : { ...state, time });
  }
  return encodeManagers(out);
}

/**
 * managedFields of the resource after a write to its scale: who is no manager of the Scale any more loses the
 * replicas, who is a new one gets an entry (without a time) in `apiVersion`.
 */
export function managedFieldsOfScaled(
  entries: unknown,
  scaleEntries: unknown,
  apiVersion: string,
  paths: ReplicasPaths,
): ManagedFieldsEntry[] | undefined {
  const out: Managers = new Map();
  const scalers = scaleOwners(scaleEntries, apiVersion);
  for (const [key, state] of decodeManagers(entries)) {
    const path = elementsOf(paths, state.apiVersion);
    if (path === undefined) continue;
    const owns = path !== null && hasPath(state.fields, path);
    if (!owns || scalers.delete(key)) out.set(key, state);
    else {
      const { entry: _, ...rest } = state;
      const fields: FieldsNode | undefined = subtractFields(state.fields, fieldsOf([path]));
      if (fields !== undefined) out.set(key, { ...rest, fields });
    }
  }
  const replicas = fieldsOf([elementsOf(paths, apiVersion) ?? []]);
  for (const [key, id] of scalers) out.set(key, { id, apiVersion, fields: replicas });
  return encodeManagers(out);
}

function scaleOwners(entries: unknown, apiVersion: string): Map<string, ManagerId> {
  const owners = new Map<string, ManagerId>();
  for (const { id, fields } of decodeManagers(entries).values()) {
    if (!hasPath(fields, SCALE_REPLICAS)) continue;
    owners.set(managerKey(id), inVersion(id, apiVersion));
  }
  return owners;
}

function inVersion(id: ManagerId, apiVersion: string): ManagerId {
  return id.operation === 'Apply' ? id : { ...id, apiVersion };
}
