/** An access matrix as tables. */
import { fittedTable } from '../print/fitted-table.ts';
import type { TableLayout } from './holders-table.ts';
import { type AccessMatrix, MATRIX_VERBS, type MatrixCell, type MatrixRow } from './matrix.ts';
import { scopeWord } from './words.ts';

const LETTERS = new Map(MATRIX_VERBS);
const GAP = 3;
/** What the columns before the resources take at the least of a narrow terminal. */
const MAX_LEAD = 32;

/** Subjects × resources; where the terminal is too narrow, several tables below one another. */
export function matrixText({ resources, rows }: AccessMatrix, layout: TableLayout): string {
  const several = new Set(rows.map(({ namespace }) => namespace)).size > 1;
  const lead = (row: MatrixRow): string[] => [row.subject, ...(several ? [scopeWord(row.namespace)] : [])];
  const leadHeader = ['SUBJECT', ...(several ? ['NAMESPACE'] : [])];
  const leadWidth = Math.min(
    MAX_LEAD,
    Math.max(...rows.map((row) => lead(row).join('   ').length), leadHeader.join('   ').length),
  );
  const blocks = columnBlocks(rows, resources, (layout.width ?? Number.POSITIVE_INFINITY) - leadWidth);
  const tables = blocks.map((columns) =>
    fittedTable({
      header: [...leadHeader, ...columns.map((i) => columnWord(resources[i] ?? ''))],
      rows: rows.map((row) => [...lead(row), ...columns.map((i) => letters(row.access[i]))]),
      ...layout,
    }),
  );
  return `${tables.join('\n')}${layout.noHeaders ? '' : keyText(rows, layout.width)}`;
}

/** What the letters mean. */
function keyText(rows: readonly MatrixRow[], width?: number): string {
  const some = rows.some(({ access }) => access.some(({ someNames }) => someNames.length > 0));
  const letters = MATRIX_VERBS.map(([verb, letter]) => `${letter} ${verb}`);
  const all = [...letters, '* all of them', ...(some ? ['[ ] only objects of some names'] : [])];
  const lines: string[] = [];
  for (const entry of all) {
    const longer = lines.length === 0 ? entry : `${lines.at(-1)}, ${entry}`;
    if (lines.length > 0 && longer.length <= Math.min(width ?? 100, 100) - 1) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return `\n${lines.join(',\n')}\n`;
}

/** Columns side by side as long as the width allows. */
function columnBlocks(rows: readonly MatrixRow[], resources: readonly string[], width: number): number[][] {
  const blocks: number[][] = [];
  let left = 0;
  for (const [i, resource] of resources.entries()) {
    const needed = GAP + Math.max(columnWord(resource).length, ...rows.map(({ access }) => letters(access[i]).length));
    if (blocks.length === 0 || needed > left) {
      blocks.push([]);
      left = width;
    }
    blocks.at(-1)?.push(i);
    left -= needed;
  }
  return blocks;
}

/** `glw`, `*`, `-`, `[g]` */
function letters(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '';
  const { verbs, someNames } = cell;
  if (verbs.length === MATRIX_VERBS.length) return '*';
  const word = (names: readonly string[]): string => names.map((verb) => LETTERS.get(verb) ?? '').join('');
  const text = `${word(verbs)}${someNames.length === 0 ? '' : `[${word(someNames)}]`}`;
  return text === '' ? '-' : text;
}

/** What one subject may do, a resource a line; resources without anything are left out. */
export function subjectTable({ access }: MatrixRow, layout: TableLayout): string {
  const useful = access.filter(({ verbs, someNames }) => verbs.length + someNames.length > 0);
  const some = useful.some(({ someNames }) => someNames.length > 0);
  const rows = useful.map(({ resource, verbs, someNames }) => [
    resource,
    verbs.join(', ') || '-',
    ...(some ? [someNames.join(', ') || '-'] : []),
  ]);
  const header = ['RESOURCE', 'VERBS', ...(some ? ['FOR SOME NAMES'] : [])];
  return rows.length === 0 ? 'nothing\n' : fittedTable({ header, rows, ...layout });
}

/** `roles.rbac`: the head of a column. */
function columnWord(resource: string): string {
  const [plural = '', group] = resource.split('/')[0]?.split('.') ?? [];
  const sub = resource.includes('/') ? resource.slice(resource.indexOf('/')) : '';
  return `${plural}${group === undefined ? '' : `.${group}`}${sub}`;
}
