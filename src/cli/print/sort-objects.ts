/** `--sort-by` on objects and on the rows of tables. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';
import type { Table } from './table.ts';
import { compareValues } from './value-order.ts';

/**
 * Objects without the field come first, in reverse, as kubectl's sort has it.
 * @throws CliError when the path is none, or no object has such a field
 */
export function sortObjects<T>(items: readonly T[], field: string, objectOf: (item: T) => unknown): T[] {
  const path = fieldPath(field);
  const keyed = items.map((item) => ({ item, key: path.find(objectOf(item))[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new CliError(
      `couldn't find any field with path ${JSON.stringify(relaxedJsonPath(field))} in the list of objects`,
    );
  }
  const missing = keyed.filter(({ key }) => key === undefined || key === null).reverse();
  const present = keyed.filter(({ key }) => key !== undefined && key !== null);
  present.sort((a, b) => compareValues(a.key, b.key));
  return [...missing, ...present].map(({ item }) => item);
}

function fieldPath(field: string): JsonPath {
  try {
    return new JsonPath(relaxedJsonPath(field));
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}

/** A table needs the whole objects (includeObject=Object) for that. @throws CliError */
export function sortTable(table: Table, field: string): Table {
  const rows = sortObjects(table.rows ?? [], field, ({ object }) => object as JsonObject);
  return { ...table, rows };
}
