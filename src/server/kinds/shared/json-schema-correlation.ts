/** Which part of the old object a part of the new one was; imitates apiserver pkg/cel/common/equality.go. */
import { equalJson, getOwn, isObject } from '../../../api/object.ts';
import type { JSONSchemaProps } from './json-schema-parts.ts';

/** In place of an old value where there is none to compare with. */
export const ABSENT: unique symbol = Symbol('absent');

/** What a value was before. */
export interface Correlated {
  readonly old: unknown;
  /** Whether it is as it was; of a value that was not there, whether the nearest one around it is that was. */
  isUnchanged(): boolean;
}

/** Nothing was there before. */
export const CREATED: Correlated = { old: ABSENT, isUnchanged: () => false };

export function correlate(old: unknown, value: unknown): Correlated {
  let unchanged: boolean | undefined;
  return { old, isUnchanged: () => (unchanged ??= equalJson(old, value)) };
}

function uncorrelated({ isUnchanged }: Correlated): Correlated {
  return { old: ABSENT, isUnchanged };
}

export function correlatedMember(
  parent: Correlated,
  schema: JSONSchemaProps,
  name: string,
  value: unknown,
): Correlated {
  if (parent.old === ABSENT) return parent;
  const { old } = parent;
  const comparable = schema['x-kubernetes-map-type'] !== 'atomic' && isObject(old) && Object.hasOwn(old, name);
  return comparable ? correlate(old[name], value) : uncorrelated(parent);
}

/** Items are found again by their keys, in lists that have some. */
export function correlatedItem(parent: Correlated, schema: JSONSchemaProps, item: unknown): Correlated {
  if (parent.old === ABSENT) return parent;
  const found = itemBefore(parent.old, schema, item);
  return found === undefined ? uncorrelated(parent) : correlate(found, item);
}

/** The item of the same keys in the old list. */
export function itemBefore(old: unknown, schema: JSONSchemaProps, item: unknown): unknown {
  if (!Array.isArray(old) || schema['x-kubernetes-list-type'] !== 'map' || !isObject(item)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return old.find((other) => isObject(other) && keys.every((key) => equalJson(getOwn(other, key), getOwn(item, key))));
}
