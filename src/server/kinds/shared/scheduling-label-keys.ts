/** matchLabelKeys and mismatchLabelKeys of affinity terms and spread constraints. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { validateLabelName } from './label-selector.ts';

/**
 * Rules since v1.34. When this runs on a Pod, the keys were merged into the selector's expressions already: a key is
 * a duplicate only if it is in the selector twice.
 */
export function validateMatchLabelKeys(
  path: Path,
  matchKeys: readonly string[],
  mismatchKeys: readonly string[],
  selector: LabelSelector | undefined,
  errors: FieldErrors,
): void {
  validateKeys(path.child('matchLabelKeys'), matchKeys, selector, errors);
  validateKeys(path.child('mismatchLabelKeys'), mismatchKeys, selector, errors);
  if (selector !== undefined) reportKeysInSelector(path, matchKeys, selector, errors);
  for (const [i, key] of matchKeys.entries()) {
    if (mismatchKeys.includes(key)) {
      errors.invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys');
    }
  }
}

function validateKeys(
  path: Path,
  keys: readonly string[],
  selector: LabelSelector | undefined,
  errors: FieldErrors,
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.forbidden(path, 'must not be specified when labelSelector is not set');
    return;
  }
  for (const [i, key] of keys.entries()) validateLabelName(key, path.index(i), errors);
}

function reportKeysInSelector(
  path: Path,
  matchKeys: readonly string[],
  selector: LabelSelector,
  errors: FieldErrors,
): void {
  const seen = new Set(Object.keys(selector.matchLabels ?? {}));
  for (const { key = '' } of selector.matchExpressions ?? []) {
    const position = matchKeys.lastIndexOf(key);
    if (position >= 0 && seen.has(key))
      errors.invalid(path.index(position), key, 'exists in both matchLabelKeys and labelSelector');
    seen.add(key);
  }
}

/** Rules before v1.34, for stored specs that break the newer ones. */
export function validateMatchLabelKeysLegacy(
  path: Path,
  matchKeys: readonly string[],
  selector: LabelSelector | undefined,
  errors: FieldErrors,
): void {
  if (matchKeys.length === 0) return;
  const keysPath = path.child('matchLabelKeys');
  if (selector === undefined) errors.forbidden(keysPath, 'must not be specified when labelSelector is not set');
  const inSelector = new Set([
    ...Object.keys(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map((e) => e.key ?? ''),
  ]);
  for (const [i, key] of matchKeys.entries()) {
    validateLabelName(key, keysPath.index(i), errors);
    if (inSelector.has(key)) errors.invalid(keysPath.index(i), key, 'exists in both matchLabelKeys and labelSelector');
  }
}
