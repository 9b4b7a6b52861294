/** Who holds a permission, a subject a line. */
import type { Holder } from '../../api/rbac/who-can.ts';
import { fittedTable } from '../print/fitted-table.ts';
import { objectWord, scopeWord, subjectWord } from './words.ts';

export interface TableLayout {
  readonly noHeaders?: boolean;
  readonly width?: number;
}

export function holdersTable(holders: readonly Holder[], layout: TableLayout): string {
  const named = holders.some(({ names }) => names.length > 0);
  const rows = holders.map(({ subject, scope, names, role, binding }) => [
    subjectWord(subject),
    scopeWord(scope),
    ...(named ? [names.length === 0 ? '*' : names.join(', ')] : []),
    objectWord(role),
    binding.name,
  ]);
  const header = ['SUBJECT', 'NAMESPACE', ...(named ? ['ONLY NAMES'] : []), 'ROLE', 'BINDING'];
  return fittedTable({ header, rows, ...layout });
}
