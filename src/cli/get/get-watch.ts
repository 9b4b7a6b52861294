/** `get -w`: what is there, then every change. */
import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import type { ObjectPrinter } from '../print/object-printer.ts';
import { isTable, type Table, TablePrinter, tableOfObjects } from '../print/table.ts';
import { type Selection, targetOf } from '../resources/selection.ts';
import { type TableOutputOptions, tableOptions, tablesOf } from './get-output.ts';
import { type Fetched, fetchAll, type GetQuery, objectsOf, TABLE_ACCEPT } from './get-requests.ts';

export interface WatchOptions {
  readonly query: GetQuery;
  readonly only: boolean;
  readonly outputEvents: boolean;
  /** Absent: tables. */
  readonly printer?: ObjectPrinter;
  readonly table: TableOutputOptions;
  readonly write: (text: string) => void;
}

/** Ends when the server ends the watch. @throws StatusError, ClientError, CliError */
export async function watchResource(
  client: RestClient,
  selections: readonly Selection[],
  options: WatchOptions,
): Promise<void> {
  const [selection] = selections;
  if (selection === undefined || selections.length > 1) {
    throw new CliError('you may only specify a single resource type');
  }
  const [fetched] = await fetchAll(client, [selection], { ...options.query, chunkSize: 0 });
  if (fetched === undefined) return;
  if (fetched.error !== undefined) throw fetched.error;
  const show = options.printer === undefined ? tableShow(selection, options) : objectShow(options.printer, options);
  if (!options.only) show.present(fetched);
  await follow(client, selection, versionOf(fetched), options, show.event);
}

interface Show {
  present(fetched: Fetched): void;
  event(type: string, object: JsonObject): void;
}

function tableShow({ resource }: Selection, { table, outputEvents, write }: WatchOptions): Show {
  const printer = new TablePrinter(tableOptions(table, resource, table.showKind));
  const print = (tables: readonly Table[], type: string): void =>
    write(printer.print(tables, outputEvents ? { header: 'EVENT', cell: type } : undefined));
  return {
    present: (fetched) => print(tablesOf(fetched, table.now), 'ADDED'),
    event: (type, object) => print([isTable(object) ? object : tableOfObjects([object], Date.now())], type),
  };
}

function objectShow(printer: ObjectPrinter, { outputEvents, write }: WatchOptions): Show {
  const print = (object: JsonObject, type: string): void =>
    write(printer.print(outputEvents ? { type, object } : object));
  return {
    present: (fetched) => {
      for (const object of objectsOf(fetched)) print(object, 'ADDED');
    },
    event: (type, object) => print(object, type),
  };
}

async function follow(
  client: RestClient,
  selection: Selection,
  resourceVersion: string,
  { query, printer }: WatchOptions,
  show: (type: string, object: JsonObject) => void,
): Promise<void> {
  const { name, ...collection } = selection;
  const fields = [query.fieldSelector, name === undefined ? '' : `metadata.name=${name}`].filter((text) => text !== '');
  const headers = printer === undefined ? { accept: TABLE_ACCEPT } : undefined;
  const events = client.watch<JsonObject>(targetOf(collection), {
    resourceVersion,
    labelSelector: query.labelSelector,
    fieldSelector: fields.join(','),
    headers,
  } as never);
  try {
    for await (const { type, object } of events) if (type !== 'BOOKMARK') show(type, object);
  } catch (error) {
    if (isStatusError(error)) throw error;
    throw new CliError(`unable to decode an event from the watch stream: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function versionOf({ answers }: Fetched): string {
  const [answer] = answers;
  const metadata = answer?.['metadata'] as { resourceVersion?: string } | undefined;
  if (metadata?.resourceVersion) return metadata.resourceVersion;
  const rows = isTable(answer) ? (answer.rows ?? []) : [];
  const row = rows[0]?.object?.['metadata'] as { resourceVersion?: string } | undefined;
  return row?.resourceVersion ?? '0';
}
