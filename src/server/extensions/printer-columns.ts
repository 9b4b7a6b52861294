/** Tables of custom resources; imitates apiextensions-apiserver pkg/registry/customresource/tableconvertor. */
import { stringifyJson } from '../../api/json.ts';
import { type KubeObject, withSortedKeys } from '../../api/object.ts';
import { goValue } from '../../api/patch/go-format.ts';
import type { CustomResourceColumnDefinition } from '../../api/types/apiextensions-v1.ts';
import type { CellValue, TableColumn, TablePrinter } from '../kinds/kind.ts';
import { age, humanDuration } from '../kinds/printing.ts';
import { type JsonPath, JsonPathError, parseJsonPath } from './json-path.ts';

const NAME: TableColumn = { name: 'Name', type: 'string', format: 'name', priority: 0 };
const AGE: TableColumn = { name: 'Age', type: 'date', format: '', priority: 0 };

/** The definition's columns, or Name and Age. */
export function tablePrinter(definitions: readonly CustomResourceColumnDefinition[]): TablePrinter {
  if (definitions.length === 0)
    return {
      columns: [NAME, AGE],
      custom: true,
      cells: ({ metadata }, now) => [metadata.name ?? '', age(metadata.creationTimestamp, now)],
    };
  const columns = readable(definitions);
  return {
    columns: [NAME, ...columns.map(({ column }) => column)],
    custom: true,
    cells: (obj, now) => [obj.metadata.name ?? '', ...columns.map(({ column, path }) => cell(obj, column, path, now))],
  };
}

interface Column {
  readonly column: TableColumn;
  readonly path: JsonPath;
}

/** Columns up to the first whose path cannot be read. */
function readable(definitions: readonly CustomResourceColumnDefinition[]): Column[] {
  const columns: Column[] = [];
  for (const { name = '', type = '', format = '', priority = 0, jsonPath = '', description: given } of definitions) {
    const description = given || `Custom resource definition column (in JSONPath format): ${jsonPath}`;
    try {
      columns.push({ column: { name, type, format, priority, description }, path: parseJsonPath(jsonPath) });
    } catch (error) {
      if (error instanceof JsonPathError) return columns;
      throw error;
    }
  }
  return columns;
}

function cell(obj: KubeObject, column: TableColumn, path: JsonPath, now: Date): CellValue {
  const found = path.find(obj);
  if (found === undefined || found.length === 0) return null;
  const [value] = found;
  if (column.type === 'string') return cellText(value);
  return value === null ? null : typedCell(value, column.type, now);
}

function cellText(value: unknown): string {
  if (value === null) return '<no value>';
  return typeof value === 'object' ? stringifyJson(withSortedKeys(value)) : goValue(value);
}

function typedCell(value: unknown, type: string, now: Date): CellValue {
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (type === 'integer') return Math.trunc(Number(value));
    return type === 'number' ? Number(value) : null;
  }
  if (typeof value === 'boolean') return type === 'boolean' ? value : null;
  return typeof value === 'string' && type === 'date' ? dateCell(value, now) : null;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function dateCell(text: string, now: Date): string {
  if (text === '' || text === 'null') return '<unknown>';
  const time = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now.getTime() - time);
}
