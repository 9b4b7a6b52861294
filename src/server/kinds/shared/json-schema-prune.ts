/** Pruning by structural schema; imitates apiextensions-apiserver pkg/apiserver/schema/pruning. */
import type { JsonObject } from '../../../api/object.ts';
import {
  additionalSchema,
  hasAdditional,
  itemsSchema,
  type JSONSchemaProps,
  META_FIELDS,
  propertySchema,
} from './json-schema-parts.ts';

/**
 * Removes, in place, what the schema does not know; returns the paths of what went, sorted.
 * `isResource`: the root is a whole object, whose apiVersion, kind and metadata stay whatever the schema says.
 */
export function pruneBySchema(value: unknown, schema: JSONSchemaProps | undefined, isResource: boolean): string[] {
  const pruner = new Pruner();
  pruner.prune(value, isResource ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema, '');
  return pruner.removed.sort();
}

class Pruner {
  readonly removed: string[] = [];

  prune(value: unknown, schema: JSONSchemaProps | undefined, path: string): void {
    if (typeof value !== 'object' || value === null) return;
    const open = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
    if (Array.isArray(value)) this.#items(value, schema, path, open);
    else if (schema !== undefined) this.#members(value as JsonObject, schema, path, open);
    else for (const key of Object.keys(value)) this.#remove(value as JsonObject, key, path);
  }

  /** A preserving list hands its items to their schema only where that exists. */
  #items(items: unknown[], schema: JSONSchemaProps | undefined, path: string, open: boolean): void {
    const inner = schema === undefined ? undefined : itemsSchema(schema);
    if (open && inner === undefined) return;
    for (const [i, item] of items.entries()) this.prune(item, inner, `${path}[${i}]`);
  }

  #members(object: JsonObject, schema: JSONSchemaProps, path: string, open: boolean): void {
    const embedded = schema['x-kubernetes-embedded-resource'] === true;
    for (const key of Object.keys(object)) {
      if (embedded && META_FIELDS.has(key)) continue;
      const property = propertySchema(schema, key);
      if (property !== undefined) this.prune(object[key], property, join(path, key));
      else if (hasAdditional(schema)) this.prune(object[key], additionalSchema(schema), join(path, key));
      else if (!open) this.#remove(object, key, path);
    }
  }

  #remove(object: JsonObject, key: string, path: string): void {
    delete object[key];
    this.removed.push(join(path, key));
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
