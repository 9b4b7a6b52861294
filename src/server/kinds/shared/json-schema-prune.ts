/** Pruning by structural schema; imitates apiextensions-apiserver pkg/apiserver/schema/pruning. */
import { pathText } from '../../../api/json-scanner.ts';
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
  pruner.prune(value, isResource ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema);
  return pruner.removed.sort();
}

function isOpen(schema: JSONSchemaProps | undefined): boolean {
  return schema?.['x-kubernetes-preserve-unknown-fields'] === true;
}

class Pruner {
  readonly removed: string[] = [];
  /** Where it is; texts are made only for what goes. */
  readonly #path: (string | number)[] = [];

  /** `open`: what the schema does not know stays. */
  prune(value: unknown, schema: JSONSchemaProps | undefined, open = isOpen(schema)): void {
    if (typeof value !== 'object' || value === null || (open && schema === undefined)) return;
    if (Array.isArray(value)) this.#items(value, schema, open);
    else if (schema !== undefined) this.#members(value as JsonObject, schema, open);
    else for (const key of Object.keys(value)) this.#remove(value as JsonObject, key);
  }

  #step(step: string | number, value: unknown, schema: JSONSchemaProps | undefined, open = isOpen(schema)): void {
    if (typeof value !== 'object' || value === null) return;
    this.#path.push(step);
    this.prune(value, schema, open);
    this.#path.pop();
  }

  /** The items of an open list are open too. */
  #items(items: unknown[], schema: JSONSchemaProps | undefined, open: boolean): void {
    const inner = schema === undefined ? undefined : itemsSchema(schema);
    for (let i = 0; i < items.length; i++) this.#step(i, items[i], inner, open || isOpen(inner));
  }

  #members(object: JsonObject, schema: JSONSchemaProps, open: boolean): void {
    const embedded = schema['x-kubernetes-embedded-resource'] === true;
    for (const key of Object.keys(object)) {
      if (embedded && META_FIELDS.has(key)) continue;
      const property = propertySchema(schema, key);
      if (property !== undefined) this.#step(key, object[key], property);
      else if (hasAdditional(schema)) this.#step(key, object[key], additionalSchema(schema));
      else if (!open) this.#remove(object, key);
    }
  }

  #remove(object: JsonObject, key: string): void {
    delete object[key];
    this.removed.push(pathText([...this.#path, key]));
  }
}
