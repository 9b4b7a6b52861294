/** A trace as a Mermaid sequence diagram (https://mermaid.js.org), for READMEs and issues. */
import { lessonOf } from './lessons.ts';
import { milliseconds, type Row, rowsOf } from './rows.ts';
import type { TraceReport } from './trace-report.ts';

/** Stations of the server stand as participants of their own, in the order in which they were passed. */
export function sequenceDiagram(report: TraceReport, { teach }: { readonly teach: boolean }): string {
  const rows = rowsOf(report);
  const stations = [...new Set(rows.filter(({ indent }) => indent > 0).map(({ station }) => station))];
  const lines = [
    'sequenceDiagram',
    '  participant kctl',
    '  participant server as API server',
    ...stations.map((station) => `  participant ${idOf(station)} as ${station}`),
    ...requestGroups(rows).flatMap(groupLines),
    ...(teach ? stations.flatMap(lessonNote) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A step of our own alone, or a request with its stations. */
function requestGroups(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    if (row.indent === 0) groups.push([row]);
    else groups.at(-1)?.push(row);
  }
  return groups;
}

function groupLines([head, ...inside]: readonly Row[]): string[] {
  if (head === undefined) return [];
  if (head.station !== 'request')
    return [`  Note over kctl: ${head.name} (${milliseconds(head.durationMs)}): ${label(head.text)}`];
  const [path = '', outcome = ''] = head.text.split(' → ');
  const arrow = head.tone === 'bad' ? '--x' : '-->>';
  return [
    `  kctl->>+server: ${head.name} ${label(path)}`,
    ...inside.map((row) => `  server->>${idOf(row.station)}: ${label(row.text)} (${milliseconds(row.durationMs)})`),
    `  server${arrow}-kctl: ${label(outcome)} (${milliseconds(head.durationMs)})`,
  ];
}

function lessonNote(station: string): string[] {
  const lesson = lessonOf(station);
  return lesson === undefined ? [] : [`  Note over ${idOf(station)}: ${label(lesson.text)}`];
}

function idOf(station: string): string {
  return `s_${station.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
}

/** Without what Mermaid reads as its own: semicolons end a statement, # begins an entity. */
function label(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('#', '#35;')
    .replaceAll(/(?<!#35);/g, '#59;')
    .trim();
}
