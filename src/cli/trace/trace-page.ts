/** A trace as one HTML page that needs nothing else: no script, no font, no network. */
import { lessonOf } from './lessons.ts';
import { footnotes, headline, milliseconds, type Row, rowsOf, totalOf } from './rows.ts';
import type { TraceReport } from './trace-report.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --client: #0891b2; --request: #16a34a; --server: #ca8a04; --bad: #dc2626; }
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: .3rem .5rem; vertical-align: top; }
td:first-child { white-space: nowrap; font-weight: 600; }
tr.inner td:first-child { padding-left: 1.8rem; font-weight: 400; }
td.time { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.track { width: 26%; }
.track div { position: relative; height: .8rem; margin-top: .25rem; background: var(--line); border-radius: 2px; }
.track i { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 2px; }
.client i { background: var(--client); } .request i { background: var(--request); }
.server i { background: var(--server); } .bad i { background: var(--bad); }
.bad td:last-child { color: var(--bad); }
code { overflow-wrap: anywhere; }
details { margin-top: .2rem; } summary { cursor: pointer; opacity: .7; }
pre { overflow: auto; max-height: 20rem; font-size: .8rem; }
p.lesson { margin: .2rem 0 0; opacity: .8; }
`;

export function tracePage(report: TraceReport, { teach }: { readonly teach: boolean }): string {
  const rows = rowsOf(report);
  const total = totalOf(report, rows);
  const taught = new Set<string>();
  const body = rows.map((row) => rowHtml(row, total, teach ? lessonHtml(row.station, taught) : '')).join('\n');
  const notes = footnotes(report).map((note) => `<p>${escaped(note)}</p>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kctl ${escaped(headline(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>kctl ${escaped(headline(report))}</h1>
<table>
${body}
</table>
${notes.join('\n')}
</body>
</html>
`;
}

function rowHtml(row: Row, total: number, lesson: string): string {
  const left = total <= 0 ? 0 : percent(row.startMs / total);
  const width = total <= 0 ? 0 : percent(row.durationMs / total);
  const details =
    row.details === undefined
      ? ''
      : `<details><summary>details</summary><pre>${escaped(JSON.stringify(row.details, undefined, 2))}</pre></details>`;
  return `<tr class="${row.tone}${row.indent > 0 ? ' inner' : ''}"><td>${escaped(row.name)}</td><td class="track"><div><i style="left:${left}%;width:${width}%"></i></div></td><td class="time">${milliseconds(row.durationMs)}</td><td><code>${escaped(row.text)}</code>${lesson}${details}</td></tr>`;
}

/** Once for each station. */
function lessonHtml(station: string, taught: Set<string>): string {
  const lesson = lessonOf(station);
  if (lesson === undefined || taught.has(station)) return '';
  taught.add(station);
  return `<p class="lesson">${escaped(lesson.text)} <a href="${lesson.url}">More</a></p>`;
}

function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}
