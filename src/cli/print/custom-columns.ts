/** `-o custom-columns=NAME:.metadata.name,…`: columns of one's own. */
import { goValue } from '../../api/patch/go-format.ts';
import { CliError } from '../errors.ts';
import { ColumnWriter } from './columns.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';

export interface ColumnSpec {
  readonly header: string;
  readonly path: JsonPath;
}

/** @throws CliError */
export function parseColumnSpec(spec: string): ColumnSpec[] {
  return spec.split(',').map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0) throw new CliError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, colon), path: columnPath(column.slice(colon + 1)) };
  });
}

/** Two lines: headers, and the path below each. @throws CliError */
export function parseColumnFile(text: string): ColumnSpec[] {
  const [headers = [], paths = []] = text.split('\n').map((line) => line.trim().split(/\s+/).filter(Boolean));
  if (headers.length === 0 || headers.length !== paths.length) {
    throw new CliError(`number of headers (${headers.length}) doesn't match number of paths (${paths.length})`);
  }
  return headers.map((header, i) => ({ header, path: columnPath(paths[i] as string) }));
}

function columnPath(text: string): JsonPath {
  try {
    return new JsonPath(relaxedJsonPath(text));
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}

/** Prints objects as lines; the header comes with the first. */
export class CustomColumnsPrinter {
  readonly #columns: readonly ColumnSpec[];
  readonly #layout = new ColumnWriter();
  #headers: boolean;

  constructor(columns: readonly ColumnSpec[], { noHeaders = false }: { noHeaders?: boolean } = {}) {
    this.#columns = columns;
    this.#headers = !noHeaders;
  }

  print(objects: readonly unknown[]): string {
    const rows = objects.map((object) => this.#columns.map(({ path }) => columnText(path.find(object))));
    const all = this.#headers ? [this.#columns.map(({ header }) => header), ...rows] : rows;
    this.#headers = false;
    return this.#layout.format(all);
  }
}

function columnText(values: readonly unknown[]): string {
  if (values.length === 0) return '<none>';
  return values.map((value) => goValue(value).replaceAll('\u001b', '^[')).join(',');
}
