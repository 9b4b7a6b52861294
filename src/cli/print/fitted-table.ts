/** Tables that fit the terminal: what is too wide for it is broken inside its cells, never cut. */

export interface FittedTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly noHeaders?: boolean;
  /** Of the terminal; absent: no line is broken. */
  readonly width?: number;
}

const GAP = 3;
/** No column gets narrower than this, whatever the terminal. */
const MIN_WIDTH = 10;

/** Lines as kubectl prints them: three blanks between columns, none behind the last. '' without rows. */
export function fittedTable({ header, rows, noHeaders = false, width }: FittedTable): string {
  if (rows.length === 0) return '';
  const all = noHeaders ? rows : [header, ...rows];
  const widths = narrowed(naturalWidths(all), width);
  return all
    .flatMap((row) => brokenRow(row, widths))
    .map((line) => `${line}\n`)
    .join('');
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const count = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, i) => Math.max(0, ...rows.map((row) => lengthOf(row[i] ?? ''))));
}

/** Takes from the widest column, one character at a time, until the line fits. */
function narrowed(natural: readonly number[], width = Number.POSITIVE_INFINITY): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1) - width;
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= MIN_WIDTH) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function brokenRow(row: readonly string[], widths: readonly number[]): string[] {
  const cells = widths.map((width, i) => breakText(row[i] ?? '', width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, y) =>
    cells
      .map((lines, i) => pad(lines[y] ?? '', widths[i] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** Breaks behind blanks, commas and slashes where it can; a longer word is broken anywhere. */
export function breakText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/[^\s,/]*[,/]?\s*/g) ?? []) {
    if (lengthOf((line + word).trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    let rest = [...word.trimStart()];
    for (; lengthOf(rest.join('').trimEnd()) > width; rest = rest.slice(width))
      lines.push(rest.slice(0, width).join(''));
    line = rest.join('');
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

/** In characters, as Go counts. */
function lengthOf(text: string): number {
  return [...text].length;
}
