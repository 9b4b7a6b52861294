/** Columns as Go's tabwriter lays them out for kubectl: at least 6 wide, 3 blanks between, the last one as it is. */

const MIN_WIDTH = 6;
const PADDING = 3;

/** Lines without their line breaks. Lines may have fewer cells than others. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join(''));
}

/** The same, growing: for lines that are printed as they come. Columns never get narrower. */
export class GrowingColumns {
  #widths: readonly number[] = [];

  add(rows: readonly (readonly string[])[]): string[] {
    const needed = columnWidths(rows);
    const length = Math.max(needed.length, this.#widths.length);
    this.#widths = Array.from({ length }, (_, i) => Math.max(needed[i] ?? 0, this.#widths[i] ?? 0));
    const widths = this.#widths;
    return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join(''));
  }
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.slice(0, -1).entries()) {
      widths[i] = Math.max(widths[i] ?? MIN_WIDTH, length(cell) + PADDING);
    }
  }
  return widths;
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - length(cell)));
}

/** In characters, as Go counts. */
function length(text: string): number {
  return [...text].length;
}
