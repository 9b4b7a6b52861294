/** Tables that fit the terminal: what is too wide for it is broken inside its cells, never cut. */

export interface FittedTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly noHeaders?: boolean;
  /** Headers of columns that keep their width: ids and times are of no use in pieces. */
  readonly whole?: readonly string[];
  /** Of the terminal; absent: no line is broken. */
  readonly width?: number;
}

const GAP = 3;
/** No column gets narrower than this, whatever the terminal. */
const MIN_WIDTH = 10;
/** Names of Kubernetes have no blanks; they are long enough to be parted elsewhere. */
const AFTER_SEPARATOR = /(?<=[/:.,-])/;
const SHORT_WORD = 17;

/** Lines as kubectl prints them: three blanks between columns, none behind the last. '' without rows. */
export function fittedTable({ header, rows, noHeaders = false, whole = [], width }: FittedTable): string {
  if (rows.length === 0) return '';
  const all = noHeaders ? rows : [header, ...rows];
  const kept = new Set(header.flatMap((name, i) => (whole.includes(name) ? [i] : [])));
  const widths = narrowed(all, kept, width);
  return all
    .flatMap((row) => brokenRow(row, widths))
    .map((line) => `${line}\n`)
    .join('');
}

function widthsOf(rows: readonly (readonly string[])[], measure: (cell: string) => number): number[] {
  const count = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, i) => Math.max(0, ...rows.map((row) => measure(row[i] ?? ''))));
}

function longestWord(cell: string): number {
  return Math.max(...cell.split(/\s+/).map(lengthOf));
}

/** Short words stay whole. */
function longestPart(cell: string): number {
  const parts = cell
    .split(/\s+/)
    .flatMap((word) => (lengthOf(word) <= SHORT_WORD ? word : word.split(AFTER_SEPARATOR)));
  return Math.max(...parts.map(lengthOf));
}

/** Narrows columns until a line fits: first down to whole words, then to parts of names, then through them. */
function narrowed(
  all: readonly (readonly string[])[],
  kept: ReadonlySet<number>,
  width = Number.POSITIVE_INFINITY,
): number[] {
  const natural = widthsOf(all, lengthOf);
  const room = width - GAP * (natural.length - 1);
  const least = [widthsOf(all, longestWord), widthsOf(all, longestPart), natural.map(() => MIN_WIDTH)];
  const limited = least.map((limits) => limits.map((limit, i) => (kept.has(i) ? (natural[i] ?? limit) : limit)));
  return limited.reduce((widths, limits) => shrink(widths, limits, room), natural);
}

/** Takes from the widest column that is above its least width, one character at a time. */
function shrink(natural: readonly number[], least: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, w) => sum + w, 0) - width; excess > 0; excess--) {
    const free = widths.map((w, i) => (w > (least[i] ?? 0) ? w : 0));
    const widest = free.indexOf(Math.max(...free));
    if (free[widest] === 0) break;
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

/** Breaks at blanks; a word that is too long behind one of its separators, or anywhere. */
export function breakText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (lengthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = brokenWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return line !== '' || lines.length === 0 ? [...lines, line] : lines;
}

function brokenWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = [...word];
  while (rest.length > width) {
    const head = rest.slice(0, width);
    const separator = head.findLastIndex((char) => '/:.,-'.includes(char));
    const end = separator > 0 ? separator + 1 : width;
    pieces.push(rest.slice(0, end).join(''));
    rest = rest.slice(end);
  }
  return [...pieces, rest.join('')];
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

/** In characters, as Go counts. */
function lengthOf(text: string): number {
  return [...text].length;
}
