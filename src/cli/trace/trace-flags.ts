import { bool, text } from '../flags/flag-kinds.ts';
import { TRACE_FORMATS, type TraceFormat } from './trace-format.ts';

/** How traces are shown; shared by the trace commands. */
export const TRACE_FLAGS = {
  output: text({ char: 'o', summary: 'Form of the trace.', default: 'text', options: TRACE_FORMATS }),
  teach: bool({ summary: 'Say of each station what it is for and where to read more.' }),
};

/** `--json` is `-o json`. */
export function styleOf(flags: { output: string; teach: boolean; json: boolean }): {
  format: TraceFormat;
  teach: boolean;
} {
  return { format: (flags.json ? 'json' : flags.output) as TraceFormat, teach: flags.teach };
}
