/** How messages show maps and selectors: as Go's JSON, which sorts a map's keys and keeps a struct's order. */
import { sentEmpty } from '../../../api/schema/sent-empty.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';

/** Null when absent, as a nil map is shown. */
export function shownMap<T>(map: Record<string, T> | null | undefined): Record<string, T> | null {
  if (map === undefined || map === null) return null;
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A list or map of a struct: empty only when it was sent like that, else null. */
export function shownField<T extends object>(struct: T | undefined, field: keyof T & string): unknown {
  return struct?.[field] ?? sentEmpty(struct, field) ?? null;
}

/** Null when absent; empty parts are left out. */
export function shownSelector(selector: LabelSelector | null | undefined): LabelSelector | null {
  if (selector === undefined || selector === null) return null;
  const { matchLabels, matchExpressions } = selector;
  const shown: LabelSelector = {};
  if (Object.keys(matchLabels ?? {}).length > 0) shown.matchLabels = shownMap(matchLabels) ?? {};
  if ((matchExpressions ?? []).length > 0) {
    shown.matchExpressions = (matchExpressions ?? []).map(({ key = '', operator = '', values }) => ({
      key,
      operator,
      ...((values ?? []).length > 0 ? { values } : {}),
    }));
  }
  return shown;
}
