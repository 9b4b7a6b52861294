/**
 * Empty lists and maps that decoding drops, as storage has none. Go tells them from absent ones until an object is
 * stored, and messages show it: `[]` for what was sent empty, `null` for what was not sent.
 */

const SENT = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** `fields` were sent empty in what became `struct`, by name. */
export function rememberEmpty(struct: object, fields: ReadonlyMap<string, unknown>): void {
  SENT.set(struct, fields);
}

/** `[]` or `{}` when the field was sent like that and nothing has replaced the struct since; else undefined. */
export function sentEmpty(struct: object | undefined, field: string): unknown {
  return struct === undefined ? undefined : SENT.get(struct)?.get(field);
}

export function isEmptyCollection(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return false;
  return true;
}
