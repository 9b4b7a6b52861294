/** Tables that a server made (meta.k8s.io/v1 Table), printed as kubectl prints them; imitates cli-runtime's TablePrinter. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ColumnWriter } from './columns.ts';

export interface TableColumn {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  readonly priority?: number;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  /** PartialObjectMetadata, or the object itself with includeObject=Object. */
  readonly object?: JsonObject;
}

export interface Table {
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  /** Absent in all but the first event of a watch. */
  readonly columnDefinitions?: readonly TableColumn[] | null;
  readonly rows?: readonly TableRow[] | null;
}

export interface TableOptions {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  readonly withNamespace?: boolean;
  /** Put before names: `deployment.apps`. */
  readonly kindPrefix?: string;
  readonly labelColumns?: readonly string[];
  readonly showLabels?: boolean;
}

export function isTable(value: unknown): value is Table {
  return isObject(value) && value['kind'] === 'Table';
}

/** Prints one table after the other with columns that stay aligned; headers come again only when the columns change. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #layout = new ColumnWriter();
  #columns: readonly TableColumn[] = [];
  #shown = '';

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** The rows of several tables of one resource, aligned together. `prefix`: a first cell of the header and the rows. */
  print(tables: readonly Table[], prefix?: { header: string; cell: string }): string {
    const lines = tables.flatMap((table) => this.#lines(table, prefix));
    return this.#layout.format(lines);
  }

  #lines(table: Table, prefix?: { header: string; cell: string }): string[][] {
    const given = table.columnDefinitions ?? [];
    const headers = given.length > 0 && JSON.stringify(given) !== this.#shown;
    if (given.length > 0) this.#columns = given;
    const rows = table.rows ?? [];
    if (rows.length === 0) return [];
    const visible = this.#columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => this.#options.wide || (column.priority ?? 0) === 0);
    const lines = rows.map((row) => this.#row(row, visible));
    if (headers) this.#shown = JSON.stringify(given);
    const all = headers && !this.#options.noHeaders ? [this.#header(visible), ...lines] : lines;
    if (prefix === undefined) return all;
    return all.map((line) => [line === all[0] && all !== lines ? prefix.header : prefix.cell, ...line]);
  }

  #header(visible: readonly { column: TableColumn }[]): string[] {
    const { withNamespace, labelColumns = [], showLabels } = this.#options;
    return [
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...visible.map(({ column }) => column.name.toUpperCase()),
      ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  #row({ cells, object }: TableRow, visible: readonly { index: number }[]): string[] {
    const { withNamespace, labelColumns = [], showLabels } = this.#options;
    const metadata = (object?.['metadata'] ?? {}) as { namespace?: string; labels?: Record<string, string> };
    const labels = metadata.labels ?? {};
    return [
      ...(withNamespace ? [metadata.namespace ?? ''] : []),
      ...visible.map(({ index }) => cellText(this.#named(cells[index], index))),
      ...labelColumns.map((label) => (Object.hasOwn(labels, label) ? cellText(labels[label]) : '')),
      ...(showLabels ? [labelsText(labels)] : []),
    ];
  }

  #named(cell: unknown, index: number): unknown {
    const { kindPrefix } = this.#options;
    const column = this.#columns[index];
    const names = column?.format === 'name' && column.type === 'string';
    return kindPrefix !== undefined && names ? `${kindPrefix}/${String(cell)}` : cell;
  }
}

/** `a=1,b=2`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.keys(labels)
    .sort(compareUtf8)
    .map((key) => `${key}=${labels[key]}`);
  return entries.length === 0 ? '<none>' : entries.join(',');
}

/** One line, without what would steer the terminal. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const end = text.search(/[\f\n\r]/);
  const line = end < 0 ? text : `${text.slice(0, end)}...`;
  return line.replaceAll('\u001b', '^[');
}

/** What kubectl shows for a server that makes no tables: name and age. */
export function tableOfObjects(objects: readonly JsonObject[], now: number): Table {
  return {
    kind: 'Table',
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name' },
      { name: 'Age', type: 'string' },
    ],
    rows: objects.map((object) => {
      const metadata = (object['metadata'] ?? {}) as { name?: string; creationTimestamp?: string };
      return { cells: [metadata.name ?? '', ageText(metadata.creationTimestamp, now)], object };
    }),
  };
}

const UNITS = [
  ['y', 365 * 86_400],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** `5d`, `3h20m`, `90s`: how kubectl shortens a duration (apimachinery duration.HumanDuration). */
export function ageText(created: string | undefined, now: number): string {
  const since = created === undefined ? Number.NaN : Date.parse(created);
  if (Number.isNaN(since)) return '<unknown>';
  return humanDuration(Math.floor((now - since) / 1000));
}

function humanDuration(seconds: number): string {
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  const whole = (unit: (typeof UNITS)[number][0]): number => {
    const size = UNITS.find(([name]) => name === unit)?.[1] ?? 1;
    return Math.floor(seconds / size);
  };
  const minutes = whole('m');
  const hours = whole('h');
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return both(whole('d'), 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${whole('d')}d`;
  if (hours < 24 * 365 * 8) return both(whole('y'), 'y', Math.floor(hours / 24) % 365, 'd');
  return `${whole('y')}y`;
}

function both(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
