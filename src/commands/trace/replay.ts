import { readFile } from 'node:fs/promises';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { readAll, wantsColor } from '../../cli/io.ts';
import { styleOf, TRACE_FLAGS } from '../../cli/trace/trace-flags.ts';

export default class TraceReplay extends BaseCommand {
  static readonly summary = 'Show a trace again that was kept with -o json.';
  static readonly description = 'Also reads what /debug/traces/ID of kctl serve answered. No server is asked.';
  static readonly usage = 'trace replay (FILE | -) [flags]';
  static readonly examples = [
    '<%= config.bin %> trace replay trace.json --teach',
    '<%= config.bin %> trace replay trace.json -o html > trace.html',
  ];
  static readonly flagSet = TRACE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(TRACE_FLAGS);
    const [file, ...more] = args;
    if (file === undefined || more.length > 0) throw this.usageError('you must specify one file');
    const [{ readReport }, { renderTrace }] = await Promise.all([
      import('../../cli/trace/read-report.ts'),
      import('../../cli/trace/trace-format.ts'),
    ]);
    const { stdin, stdout, env } = this.terminal;
    const text = file === '-' ? await readAll(stdin) : await read(file);
    const width = stdout.columns ?? Number.MAX_SAFE_INTEGER;
    const report = readReport(text, file === '-' ? 'the standard input' : file);
    this.out(await renderTrace(report, { ...styleOf(flags), color: wantsColor(flags, stdout, env), width }));
  }
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
}
