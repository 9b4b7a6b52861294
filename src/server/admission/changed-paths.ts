import { equalJson, getOwn, isObject } from '../../api/object.ts';

export interface PathChange {
  /** `spec.containers[0].image` */
  readonly path: string;
  /** Absent when it was added. */
  readonly from?: unknown;
  /** Absent when it was removed. */
  readonly to?: unknown;
}

const MAX_CHANGES = 50;

/** Where two JSON values differ, for people to read; at the most 50 places. */
export function changedPaths(before: unknown, after: unknown): PathChange[] {
  const changes: PathChange[] = [];
  collect(before, after, '', changes);
  return changes;
}

function collect(before: unknown, after: unknown, path: string, changes: PathChange[]): void {
  if (changes.length >= MAX_CHANGES || equalJson(before, after)) return;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(getOwn(before, key), getOwn(after, key), path === '' ? key : `${path}.${key}`, changes);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++)
      collect(before[i], after[i], `${path}[${i}]`, changes);
  } else
    changes.push({
      path,
      ...(before === undefined ? {} : { from: before }),
      ...(after === undefined ? {} : { to: after }),
    });
}
