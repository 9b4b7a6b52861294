/** Bounded lists, sets and maps of resource claims and slices; imitates pkg/apis/resource/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';

export type ValidateItem<T> = (item: T, path: Path, errors: FieldErrors) => void;

const MIN_SHOWN_KEY = 16;

/** A list that is too long is not looked at further. Whether it was looked at. */
export function validateList<T>(
  list: readonly T[] | null | undefined,
  max: number,
  validateItem: ValidateItem<T>,
  path: Path,
  errors: FieldErrors,
): boolean {
  const items = list ?? [];
  if (items.length > max) {
    errors.tooMany(path, items.length, max);
    return false;
  }
  for (const [i, item] of items.entries()) validateItem(item, path.index(i), errors);
  return true;
}

/** `keyOf` says which items are the same; `shown` is the key in the error. */
export function validateSet<T>(
  list: readonly T[] | null | undefined,
  max: number,
  validateItem: ValidateItem<T>,
  keyOf: (item: T) => string,
  path: Path,
  errors: FieldErrors,
  shown: (item: T) => unknown = keyOf,
): void {
  if (!validateList(list, max, validateItem, path, errors)) return;
  const seen = new Set<string>();
  for (const [i, item] of (list ?? []).entries()) {
    const key = keyOf(item);
    if (seen.has(key)) errors.duplicate(path.index(i), shown(item));
    seen.add(key);
  }
}

/** Faults of keys stand at the map itself; keys in sorted order (Go's is random). */
export function validateMap<T>(
  map: Readonly<Record<string, T>> | undefined,
  rules: {
    readonly max?: number;
    readonly maxShownKey: number;
    readonly key: ValidateItem<string>;
    readonly item?: ValidateItem<T>;
  },
  path: Path,
  errors: FieldErrors,
): void {
  const keys = Object.keys(map ?? {}).sort();
  if (rules.max !== undefined && keys.length > rules.max) {
    errors.tooMany(path, keys.length, rules.max);
    return;
  }
  for (const key of keys) {
    rules.key(key, path, errors);
    rules.item?.((map as Record<string, T>)[key] as T, path.key(shortened(key, rules.maxShownKey)), errors);
  }
}

function shortened(key: string, max: number): string {
  const limit = Math.max(max, MIN_SHOWN_KEY);
  if (byteLength(key) <= limit) return key;
  const rest = limit - 3;
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`;
}
