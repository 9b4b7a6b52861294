/** Strict errors of a document that repeats keys; others are found while decoding. */
import { quote } from '../field-errors.ts';
import type { JsonDocument } from '../json.ts';
import { pathText } from '../json-scanner.ts';
import { isObject, type JsonObject } from '../object.ts';
import type { Schema } from './schema.ts';

/** At most `limit` distinct messages about unknown and repeated fields, in document order (sigs.k8s.io/json). */
export function documentErrors(schema: Schema, document: JsonDocument, limit: number): string[] {
  const walk = new StrictWalk(document, limit);
  walk.visit(schema, document.value);
  return [...walk.errors];
}

class StrictWalk {
  readonly errors = new Set<string>();
  readonly #document: JsonDocument;
  readonly #limit: number;
  readonly #path: (string | number)[] = [];

  constructor(document: JsonDocument, limit: number) {
    this.#document = document;
    this.#limit = limit;
  }

  visit(schema: Schema, value: unknown): void {
    if (Array.isArray(value)) {
      if (schema.type === 'list' && schema.items !== undefined) this.#items(schema.items, value);
    } else if (isObject(value)) {
      if (schema.type === 'object')
        this.#members(value, (key) => schema.fields?.get(key)?.schema, schema.preserveUnknown !== true);
      if (schema.type === 'map') this.#members(value, () => schema.values, false);
    }
  }

  #items(schema: Schema, items: readonly unknown[]): void {
    for (const [i, item] of items.entries()) {
      this.#path.push(i);
      this.visit(schema, item);
      this.#path.pop();
    }
  }

  #members(object: JsonObject, schemaOf: (key: string) => Schema | undefined, closed: boolean): void {
    const seen = new Set<string>();
    for (const [key, value] of this.#document.repeated.get(object) ?? Object.entries(object)) {
      const schema = schemaOf(key);
      this.#path.push(key);
      if (schema === undefined && closed) this.#report('unknown');
      else if (seen.has(key)) this.#report('duplicate');
      seen.add(key);
      if (schema !== undefined) this.visit(schema, value);
      this.#path.pop();
    }
  }

  #report(what: 'unknown' | 'duplicate'): void {
    if (this.errors.size < this.#limit) this.errors.add(`${what} field ${quote(pathText(this.#path))}`);
  }
}
