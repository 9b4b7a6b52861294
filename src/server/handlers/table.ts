/** meta.k8s.io Table: what `kubectl get` prints. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { badRequest } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import { listItem, orderedMetadata } from '../registry/codec.ts';

const INCLUDE = new Set(['', 'Metadata', 'Object', 'None']);

/** @throws StatusError 400 for an unknown includeObject */
export function checkIncludeObject(includeObject: string | null): void {
  if (includeObject === null || INCLUDE.has(includeObject)) return;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

export interface TableMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

/** `columns` false leaves columnDefinitions null: every watch event after the first. */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: TableMeta,
  version: string,
  includeObject: string | null,
  now: Date,
  columns = true,
): JsonObject {
  checkIncludeObject(includeObject);
  const rows = objects.map((obj) => tableRow(kind, obj, version, includeObject, now));
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: columns ? columnDefinitions(kind) : null,
    rows: rows.length === 0 && !kind.table.custom ? null : rows,
  };
}

export function columnDefinitions(kind: Kind): JsonObject[] {
  return kind.table.columns.map((column) => ({ ...column, description: column.description ?? '' }));
}

export function tableRow(
  kind: Kind,
  obj: KubeObject,
  version: string,
  includeObject: string | null,
  now: Date,
): JsonObject {
  const conditions = kind.table.conditions?.(obj) ?? [];
  const row: JsonObject = { cells: kind.table.cells(obj, now) };
  if (conditions.length > 0) row.conditions = conditions;
  row.object = rowObject(kind, obj, version, includeObject);
  return row;
}

function rowObject(kind: Kind, obj: KubeObject, version: string, includeObject: string | null): unknown {
  if (includeObject === 'None') return null;
  if (includeObject === 'Object') return { kind: kind.kind, apiVersion: kind.apiVersion, ...listItem(kind, obj) };
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: orderedMetadata(obj.metadata),
  };
}
