/** What `get` prints, from what was fetched: pure. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import { listOf, type ObjectPrinter } from '../print/object-printer.ts';
import { sortObjects, sortTable } from '../print/sort-objects.ts';
import { isTable, type Table, type TableOptions, TablePrinter, tableOfObjects } from '../print/table.ts';
import { kindText } from '../resources/find-resource.ts';
import { type Fetched, objectsOf } from './get-requests.ts';

export interface TableOutputOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly showKind: boolean;
  readonly allNamespaces: boolean;
  readonly labelColumns: readonly string[];
  readonly showLabels: boolean;
  readonly sortBy: string;
  /** Milliseconds since 1970, for ages that the server did not compute. */
  readonly now: number;
}

/** One block of lines for each resource, an empty line between them. */
export function tableOutput(fetched: readonly Fetched[], options: TableOutputOptions): string {
  const found = fetched.filter(({ answers }) => answers.length > 0);
  const withKind = options.showKind || new Set(found.map(({ selection }) => gvk(selection.resource))).size > 1;
  const blocks = groupByResource(found).map((group) => blockOf(group, options, withKind));
  return blocks.filter((block) => block !== '').join(options.noHeaders ? '' : '\n');
}

function gvk({ group, version, kind }: Fetched['selection']['resource']): string {
  return `${group}/${version}/${kind}`;
}

function groupByResource(found: readonly Fetched[]): Fetched[][] {
  const groups: Fetched[][] = [];
  for (const entry of found) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && gvk(last[0].selection.resource) === gvk(entry.selection.resource)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function blockOf(group: readonly Fetched[], options: TableOutputOptions, withKind: boolean): string {
  const resource = (group[0] as Fetched).selection.resource;
  const tables = group.flatMap((entry) => tablesOf(entry, options.now));
  const printer = new TablePrinter(tableOptions(options, resource, withKind));
  return printer.print(options.sortBy === '' ? tables : sorted(tables, options.sortBy));
}

export function tableOptions(
  options: TableOutputOptions,
  resource: Fetched['selection']['resource'],
  withKind: boolean,
): TableOptions {
  return {
    ...options,
    withNamespace: options.allNamespaces && resource.namespaced,
    ...(withKind ? { kindPrefix: kindText(resource) } : {}),
  };
}

/** kubectl shows nothing of a table whose rows have no such field. */
function sorted(tables: readonly Table[], field: string): Table[] {
  try {
    return tables.map((table) => sortTable(table, field));
  } catch {
    return [];
  }
}

/** The tables that came, or one made of the objects that came instead. */
export function tablesOf(entry: Fetched, now: number): Table[] {
  const answers: readonly unknown[] = entry.answers;
  return answers.every(isTable) ? (answers as Table[]) : [tableOfObjects(objectsOf(entry), now)];
}

/**
 * JSON, YAML, names and templates. A single object that was asked for by name is printed as itself, everything else
 * as a List.
 */
export function objectOutput(
  fetched: readonly Fetched[],
  printer: ObjectPrinter,
  { single, sortBy }: { single: boolean; sortBy: string },
): string {
  const found = fetched.flatMap((entry) => objectsOf(entry));
  const objects = sortBy === '' ? found : sortObjects(found, sortBy, (object) => object);
  const [only] = objects;
  if (single && objects.length === 1 && only !== undefined) return printer.print(asPrinted(only));
  return printer.print(listOf(objects));
}

/** A list that came under a name, such as the versions of a resource, prints like any list. */
function asPrinted(object: JsonObject): JsonObject {
  return isObject(object['metadata']) ? object : { ...object, metadata: {} };
}

/** What is to be told about failures, each text once. */
export function failuresOf(fetched: readonly Fetched[], ignoreNotFound: boolean): unknown[] {
  const errors = fetched.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const counted = ignoreNotFound ? errors.filter((error) => !isStatusError(error, 'NotFound')) : errors;
  return [...new Map(counted.map((error) => [String(error), error])).values()];
}

/** The line on stderr when there was nothing to show. */
export function nothingFound(fetched: readonly Fetched[], namespace: string, allNamespaces: boolean): string {
  const namespaced = !allNamespaces && fetched.every(({ selection }) => selection.resource.namespaced);
  return namespaced ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n';
}
