/** Where the paths of JSON patch operations lead, as evanphx/json-patch v4 finds it. */
import { getOwn, type JsonObject } from '../object.ts';

export type Container = JsonObject | unknown[];

export interface Place {
  /** Undefined when the path leads through what is no container. */
  readonly container?: Container;
  readonly key: string;
}

export function locate(root: Container, path: string): Place {
  const parts = path.split('/').slice(1).map(unescapePart);
  const key = parts.pop();
  if (key === undefined) return { key: '' };
  let container: unknown = root;
  for (const part of parts) container = step(container as Container, part);
  return typeof container === 'object' && container !== null ? { container: container as Container, key } : { key };
}

function step(container: Container | undefined, part: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Array.isArray(container) ? container[indexOf(part, container.length)] : getOwn(container, part);
}

export function pathOf(operation: JsonObject, field: 'path' | 'from'): string | undefined {
  const path = getOwn(operation, field);
  return typeof path === 'string' ? path : undefined;
}

function unescapePart(part: string): string {
  return part.includes('~') ? part.replaceAll('~1', '/').replaceAll('~0', '~') : part;
}

/** The index that a path part names in a list of `length`, or -1; negative ones count from the end. */
export function indexOf(part: string, length: number): number {
  if (!/^[+-]?\d{1,15}$/.test(part)) return -1;
  const index = Number(part);
  if (index >= length || index < -length) return -1;
  return index < 0 ? index + length : index;
}
