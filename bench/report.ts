/** Tables of a run: with rates for the terminal, with ratios only for docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Row {
  readonly title: string;
  readonly unit: string;
  readonly kctl: number;
  readonly bare: number;
  /** Another API server's number. */
  readonly other?: number;
  /** Least kctl : bare; absent where the goal is absolute. */
  readonly goal?: number;
  /** Greatest `kctl`. */
  readonly limit?: number;
}

const BEGIN = '<!-- ratios: written by `npm run bench -- --docs` -->';
const END = '<!-- end of ratios -->';

export function printRows(rows: readonly Row[]): void {
  const withOther = rows.some(({ other }) => other !== undefined);
  const head = ['', 'unit', 'kctl', 'bare', 'kctl : bare', 'goal', '', ...(withOther ? ['other', 'kctl : other'] : [])];
  const lines = rows.map((row) => [
    row.title,
    row.unit,
    rounded(row.kctl),
    rounded(row.bare),
    ratio(row.kctl / row.bare),
    goalText(row),
    verdict(row),
    ...(withOther ? [row.other === undefined ? '' : rounded(row.other), otherRatio(row)] : []),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => (line[i] as string).length)));
  for (const line of [head, ...lines]) {
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Replaces the table of ratios in a Markdown file. */
export function writeRatios(file: string, rows: readonly Row[]): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table`);
  const lines = rows.map(
    (row) => `| ${row.title} | ${ratio(row.kctl / row.bare)} | ${goalText(row)} | ${verdict(row)} |`,
  );
  const table = ['| | kctl : bare server | goal | |', '|---|---|---|---|', ...lines].join('\n');
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n${table}\n${text.slice(to)}`);
}

function goalText({ goal, limit, unit }: Row): string {
  if (goal !== undefined) return `≥ ${goal}`;
  return limit === undefined ? '' : `≤ ${limit} ${unit}`;
}

function verdict({ goal, limit, kctl, bare }: Row): string {
  if (goal !== undefined) return kctl / bare >= goal ? 'met' : 'missed';
  if (limit !== undefined) return kctl <= limit ? 'met' : 'missed';
  return '';
}

function otherRatio({ kctl, other }: Row): string {
  return other === undefined ? '' : ratio(kctl / other);
}

const ratio = (value: number): string => value.toFixed(2);
const rounded = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toPrecision(3));
