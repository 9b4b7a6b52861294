/**
 * Conflicts of an apply with other managers, and the 409 that tells of them.
 * Imitates apimachinery pkg/util/managedfields/internal/conflict.go.
 */
import { quote } from '../../field-errors.ts';
import { StatusError } from '../../status-error.ts';
import { type FieldsNode, listPaths } from './fields.ts';
import type { ManagerId } from './managers.ts';

/** The fields of another manager that an apply would change. */
export interface ManagerConflict {
  readonly key: string;
  readonly id: ManagerId;
  readonly fields: FieldsNode;
}

/** The 409 with one FieldManagerConflict cause for each field; `conflicts` may come in any order, not empty. */
export function applyConflict(conflicts: readonly ManagerConflict[]): StatusError {
  const sorted = [...conflicts].sort((a, b) => (a.key < b.key ? -1 : 1));
  const named = sorted.map(({ id, fields }) => ({ who: showManager(id), paths: listPaths(fields) }));
  const causes = named.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  return new StatusError(409, 'Conflict', conflictMessage(named, causes.length), { causes });
}

function conflictMessage(named: readonly { who: string; paths: string[] }[], count: number): string {
  if (count === 1) return `Apply failed with 1 conflict: conflict with ${named[0]?.who}: ${named[0]?.paths[0]}`;
  const lines = named.flatMap(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)]);
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`;
}

function showManager({ manager, operation, apiVersion, subresource }: ManagerId): string {
  const name = subresource ? `${quote(manager)} with subresource ${quote(subresource)}` : quote(manager);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
