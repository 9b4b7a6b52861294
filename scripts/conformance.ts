/** Writes what a golden run found into docs/conformance.md, between its markers. */
import { readFileSync, writeFileSync } from 'node:fs';

/** By `area/scenario`: what differed from the recording, empty when nothing did. */
export type Report = Readonly<Record<string, { readonly diffs: readonly string[] }>>;

export interface Score {
  readonly passed: number;
  readonly of: number;
}

const BEGIN = '<!-- written by `npm run golden -- --docs` -->';
const END = '<!-- end of what is written -->';

/** @throws Error when the file has no markers */
export function writeConformance(file: string, byArea: Readonly<Record<string, Score>>, report: Report): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the tables`);
  const written = [areaTable(byArea), '', '## What differs', '', ...differing(report), ''].join('\n');
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n${written}\n${text.slice(to)}`);
}

function areaTable(byArea: Readonly<Record<string, Score>>): string {
  const rows = Object.entries(byArea).map(
    ([area, { passed, of }]) => `| ${area} | ${passed} of ${of} | ${Math.floor((100 * passed) / of)} % |`,
  );
  return ['| area | scenarios as recorded | |', '| --- | --- | --- |', ...rows].join('\n');
}

function differing(report: Report): string[] {
  const names = new Map<string, string[]>();
  for (const id of Object.keys(report).sort()) {
    const [area = '', name = ''] = id.split(/\/(.*)/s);
    if (report[id]?.diffs.length !== 0) names.set(area, [...(names.get(area) ?? []), `\`${name}\``]);
  }
  return [...names].map(([area, list]) => `- **${area}**: ${list.join(', ')}`);
}
