/** The forms in which a trace can be shown. */
import type { Output } from '../io.ts';
import type { TraceReport } from './trace-report.ts';

export const TRACE_FORMATS = ['text', 'json', 'mermaid', 'html'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

export interface TraceStyle {
  readonly format: TraceFormat;
  /** With a sentence on what each station is for. */
  readonly teach: boolean;
}

/** Where the trace of a command goes, and how; given by `kctl trace`. */
export interface TraceSink extends TraceStyle {
  readonly output: Output;
}

export interface RenderOptions extends TraceStyle {
  readonly color: boolean;
  /** Columns; lines are cut there. */
  readonly width: number;
}

/** Text, ending in a line break. */
export async function renderTrace(report: TraceReport, options: RenderOptions): Promise<string> {
  switch (options.format) {
    case 'json':
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case 'mermaid':
      return (await import('./sequence-diagram.ts')).sequenceDiagram(report, options);
    case 'html':
      return (await import('./trace-page.ts')).tracePage(report, options);
    case 'text':
      return (await import('./waterfall.ts')).waterfall(report, options);
  }
}
