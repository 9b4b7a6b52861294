/** Cells that the tables of workloads have in common; imitates pkg/printers/internalversion. */
import type { Container } from '../../../api/types/core-v1.ts';
import type { CellValue } from '../kind.ts';

/** The wide columns Containers and Images. */
export function containerCells(containers: readonly Container[] | undefined): CellValue[] {
  const list = containers ?? [];
  return [list.map((c) => c.name ?? '').join(','), list.map((c) => c.image ?? '').join(',')];
}
