/** A trace as text: one line a station, with a bar for when and how long. */
import { Chalk, type ChalkInstance } from 'chalk';
import { type Lesson, lessonOf } from './lessons.ts';
import { footnotes, headline, milliseconds, type Row, rowsOf, totalOf } from './rows.ts';
import type { TraceReport } from './trace-report.ts';

export interface WaterfallOptions {
  readonly color: boolean;
  /** Columns of the terminal; lines are cut there. */
  readonly width: number;
  /** With a sentence below the first line of each station. */
  readonly teach?: boolean;
}

const BAR = 24;
const NAME = 20;
const LESSON_WIDTH = 100;

/**
 *   trace of 1 request in 12.4 ms
 *     kubeconfig           ▕█                       ▏   1.1 ms  context kctl: …
 *     GET                  ▕   ████                 ▏   4.0 ms  /api/v1/pods → 200, 1.2 kB
 *       authentication     ▕    █                   ▏   0.2 ms  client certificate …
 */
export function waterfall(report: TraceReport, options: WaterfallOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const rows = rowsOf(report);
  const total = totalOf(report, rows);
  const taught = new Set<string>();
  const lines = rows.flatMap((row) => [
    line(row, total, options.width, paint),
    ...(options.teach ? lessonLines(row, taught, options.width, paint) : []),
  ]);
  return `${[paint.bold(headline(report)), ...lines, ...footnotes(report)].join('\n')}\n`;
}

function line(row: Row, totalMs: number, width: number, paint: ChalkInstance): string {
  const name = `${'  '.repeat(row.indent + 1)}${row.name}`.padEnd(NAME);
  const time = milliseconds(row.durationMs).padStart(9);
  const room = Math.max(20, width - NAME - BAR - time.length - 6);
  const text = row.text.replace(/\s*\n\s*/g, ' ');
  const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `${tone(row.tone, paint)(name)} ${paint.dim('▕')}${bar(row, totalMs)}${paint.dim('▏')}${time}  ${cut}`.trimEnd();
}

function tone(name: Row['tone'], paint: ChalkInstance): ChalkInstance {
  return { client: paint.cyan, request: paint.green, server: paint.yellow, bad: paint.red }[name];
}

function bar({ startMs, durationMs }: Row, totalMs: number): string {
  const scale = totalMs <= 0 ? 0 : BAR / totalMs;
  const from = Math.min(BAR - 1, Math.max(0, Math.floor(startMs * scale)));
  const length = Math.min(BAR - from, Math.max(1, Math.round(durationMs * scale)));
  return ' '.repeat(from) + '█'.repeat(length) + ' '.repeat(BAR - from - length);
}

/** Once for each station. */
function lessonLines({ station, indent }: Row, taught: Set<string>, width: number, paint: ChalkInstance): string[] {
  const lesson = lessonOf(station);
  if (lesson === undefined || taught.has(station)) return [];
  taught.add(station);
  const margin = '  '.repeat(indent + 2);
  return wrapped(lesson, Math.min(width, LESSON_WIDTH) - margin.length).map((text) => paint.dim(`${margin}${text}`));
}

function wrapped({ text, url }: Lesson, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return [...lines, url];
}
