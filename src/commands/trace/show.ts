import { isStatusError } from '../../api/status-error.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { wantsColor } from '../../cli/io.ts';
import { styleOf, TRACE_FLAGS } from '../../cli/trace/trace-flags.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { Trace } from '../../tracing/trace.ts';

type Summary = Omit<Trace, 'spans'> & { readonly stations: number };

export default class TraceShow extends BaseCommand {
  static readonly summary = 'Show what kctl serve recorded of a request, or list the newest.';
  static readonly description =
    'A server records requests that carry the header Kctl-Trace: 1, whoever sends them; the answer tells the id in Kctl-Trace-Id. It keeps the newest only.';
  static readonly usage = 'trace show [ID] [flags]';
  static readonly examples = [
    '<%= config.bin %> trace show',
    '<%= config.bin %> trace show 5b0a8f3e-4f0f-4a52-9c3e-2d0f6f6d9f11 --teach',
  ];
  static readonly flagSet = TRACE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(TRACE_FLAGS);
    const [id, ...more] = args;
    if (more.length > 0) throw this.usageError('you must specify one id');
    const { client } = await this.session(flags);
    const style = styleOf(flags);
    if (id === undefined) return this.#list(client, style.format === 'json');
    const trace = await get<Trace>(client, `/debug/traces/${encodeURIComponent(id)}`);
    const [{ reportOfTrace }, { renderTrace }] = await Promise.all([
      import('../../cli/trace/read-report.ts'),
      import('../../cli/trace/trace-format.ts'),
    ]);
    const { stdout, env } = this.terminal;
    const width = stdout.columns ?? Number.MAX_SAFE_INTEGER;
    this.out(await renderTrace(reportOfTrace(trace), { ...style, color: wantsColor(flags, stdout, env), width }));
  }

  async #list(client: RestClient, json: boolean): Promise<void> {
    const { traces } = await get<{ traces: Summary[] }>(client, '/debug/traces');
    if (json) return this.out(`${JSON.stringify(traces, undefined, 2)}\n`);
    const [{ fittedTable }, { milliseconds }] = await Promise.all([
      import('../../cli/print/fitted-table.ts'),
      import('../../cli/trace/rows.ts'),
    ]);
    const rows = traces.map(({ id, startedAt, user, method, path, status, durationMs }) => [
      id,
      startedAt.slice('2026-11-22T'.length, -'.123Z'.length),
      user,
      `${method} ${path}: ${status} in ${milliseconds(durationMs)}`,
    ]);
    const header = ['ID', 'AT (UTC)', 'USER', 'REQUEST'];
    const { columns } = this.terminal.stdout;
    const width = columns === undefined ? {} : { width: columns };
    this.out(fittedTable({ header, rows, whole: ['ID', 'AT (UTC)'], ...width }));
  }
}

async function get<T>(client: RestClient, path: string): Promise<T> {
  try {
    return await client.json<T>('GET', path);
  } catch (error) {
    const other = isStatusError(error, 'NotFound') && !error.message.startsWith('trace ');
    if (!other) throw error;
    throw new CliError('this server keeps no traces: it is not kctl serve', { cause: error });
  }
}
