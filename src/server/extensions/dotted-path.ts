/** Simple paths of a definition's scale sub-resource and selectable fields, `.spec.replicas`. */

import { getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import { goType, goValue } from '../../api/patch/go-format.ts';

/** What stands at a path is of another type; the message is that of apimachinery's unstructured helpers. */
export class AccessorError extends Error {
  override readonly name = 'AccessorError';
}

/** Names between the dots, the leading one dropped. */
export function stepsOf(path: string): string[] {
  return path.replace(/^\./, '').split('.');
}

/** @throws AccessorError when a step leads into something that is no object */
export function valueAt(object: JsonObject, steps: readonly string[]): unknown {
  let value: unknown = object;
  for (const [i, step] of steps.entries()) {
    if (value === null || value === undefined) return undefined;
    if (!isObject(value)) throw accessorError(steps.slice(0, i + 1), value, 'map[string]interface{}');
    value = getOwn(value, step);
  }
  return value;
}

/** @throws AccessorError for anything but an integer; undefined when nothing is there */
export function integerAt(object: JsonObject, steps: readonly string[]): number | undefined {
  const value = valueAt(object, steps);
  if (value === undefined) return undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw accessorError(steps, value, 'int64');
  return value;
}

/** @throws AccessorError for anything but a text; undefined when nothing is there */
export function textAt(object: JsonObject, steps: readonly string[]): string | undefined {
  const value = valueAt(object, steps);
  if (value === undefined || typeof value === 'string') return value;
  throw accessorError(steps, value, 'string');
}

/** Puts a value at a path, making the objects on the way. */
export function putAt(object: JsonObject, steps: readonly string[], value: unknown): void {
  let target = object;
  for (const step of steps.slice(0, -1)) {
    const next = getOwn(target, step);
    if (!isObject(next)) setOwn(target, step, {});
    target = getOwn(target, step) as JsonObject;
  }
  setOwn(target, steps.at(-1) ?? '', value);
}

function accessorError(steps: readonly string[], value: unknown, wanted: string): AccessorError {
  const message = `.${steps.join('.')} accessor error: ${goValue(value)} is of the type ${goType(value)}, expected ${wanted}`;
  return new AccessorError(message);
}
