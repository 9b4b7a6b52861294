/**
 * Columns as kubectl lays them out: Go's text/tabwriter with a minimal width of 6 and 3 blanks between, in the variant
 * (liggitt/tabwriter, RememberWidths) whose columns never get narrower from one flush to the next.
 */

const MIN_WIDTH = 6;
const PADDING = 3;

export interface ColumnOptions {
  readonly minWidth?: number;
  /** Blanks between columns. */
  readonly padding?: number;
  /** Whether columns never get narrower; by default they do not. */
  readonly remember?: boolean;
}

export class ColumnWriter {
  readonly #minWidth: number;
  readonly #padding: number;
  readonly #remember: boolean;
  /** The widest that each column was. */
  readonly #remembered: number[] = [];

  constructor({ minWidth = MIN_WIDTH, padding = PADDING, remember = true }: ColumnOptions = {}) {
    this.#minWidth = minWidth;
    this.#padding = padding;
    this.#remember = remember;
  }

  /** Lines of cells as text. A line break or tab in a cell begins another line or cell, as in tabwriter. */
  format(rows: readonly (readonly string[])[]): string {
    if (rows.length === 0) return '';
    const text = rows.map((row) => row.join('\t')).join('\n');
    const lines = text.split('\n').map((line) => line.split('\t'));
    const widths = lines.map((): number[] => []);
    this.#measure(lines, widths, 0, lines.length, 0);
    return lines.map((line, i) => `${padded(line, widths[i] as number[])}\n`).join('');
  }

  /** A block is a run of lines that have a cell in this column with another behind it; it shares a width. */
  #measure(lines: readonly string[][], widths: number[][], from: number, to: number, column: number): void {
    for (let start = from; start < to; start++) {
      if (!reaches(lines[start], column)) continue;
      let end = start;
      let width = this.#minWidth;
      for (; end < to && reaches(lines[end], column); end++) {
        width = Math.max(width, length(lines[end]?.[column] ?? '') + this.#padding);
      }
      if (this.#remember) {
        width = Math.max(width, this.#remembered[column] ?? 0);
        this.#remembered[column] = width;
      }
      for (let i = start; i < end; i++) widths[i]?.push(width);
      this.#measure(lines, widths, start, end, column + 1);
      start = end;
    }
  }
}

function reaches(line: readonly string[] | undefined, column: number): boolean {
  return line !== undefined && column < line.length - 1;
}

/** The last cell stays as it is. */
function padded(line: readonly string[], widths: readonly number[]): string {
  return line.map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - length(cell)))).join('');
}

/** In characters, as Go counts. */
function length(text: string): number {
  return [...text].length;
}
