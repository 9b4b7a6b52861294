/** What ConfigMaps and Secrets have in common: size and immutability of their data. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';

/** 1 MiB: core.MaxSecretSize. */
export const MAX_DATA_BYTES = 1024 * 1024;

/** Bytes of a text that may be long: Node counts faster than anything that api/names.ts, which knows no Node, can. */
export function textLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Bytes that a base64 text stands for. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

interface Immutable {
  immutable?: boolean;
}

/** Once `immutable` is set, neither it nor any of `fields` may change. */
export function validateUnchangedData<T extends Immutable>(
  obj: T,
  old: T,
  fields: readonly (keyof T & string)[],
  errors: FieldErrors,
): void {
  if (old.immutable !== true) return;
  const detail = 'field is immutable when `immutable` is set';
  if (obj.immutable !== true) errors.forbidden(Path.root('immutable'), detail);
  for (const field of fields) {
    if (!equalJson(obj[field] ?? {}, old[field] ?? {})) errors.forbidden(Path.root(field), detail);
  }
}
