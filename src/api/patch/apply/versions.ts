/**
 * One object in several API versions: managers own fields of the version they wrote.
 * Imitates apimachinery pkg/util/managedfields/internal/versionconverter.go.
 */
import type { JsonObject } from '../../object.ts';
import type { Schema } from '../../schema/schema.ts';
import { type Changes, compareObjects } from './compare.ts';
import type { FieldsNode } from './fields.ts';
import { type Shape, shapeOf } from './shape.ts';

/** Another version of a kind. */
export interface KindVersion {
  readonly schema: Schema;
  /** The object in this version; it comes in the version named by its own apiVersion. */
  readonly convert: (object: JsonObject) => JsonObject;
}

/** Finds a version of the kind by group/version; undefined when it is served no more, which ends its managers. */
export type VersionLookup = (apiVersion: string) => KindVersion | undefined;

/** The version a request speaks, and the way to others. */
export class Versions {
  readonly current: string;
  readonly #known = new Map<string, KindVersion | undefined>();
  readonly #lookup: VersionLookup | undefined;

  constructor(current: string, schema: Schema, lookup: VersionLookup | undefined) {
    this.current = current;
    this.#known.set(current, { schema, convert: (object) => object });
    this.#lookup = lookup;
  }

  #find(apiVersion: string): KindVersion | undefined {
    if (!this.#known.has(apiVersion)) this.#known.set(apiVersion, this.#lookup?.(apiVersion));
    return this.#known.get(apiVersion);
  }

  has(apiVersion: string): boolean {
    return this.#find(apiVersion) !== undefined;
  }

  /** Only for versions that `has` knows. */
  shape(apiVersion: string): Shape {
    return shapeOf((this.#find(apiVersion) as KindVersion).schema);
  }

  /** An object of `from` in the version `to`, both known. */
  convert(object: JsonObject, from: string, to: string): JsonObject {
    return from === to ? object : (this.#find(to) as KindVersion).convert(object);
  }
}

/** Compares the same two objects in each version that is asked for, once. */
export class VersionedComparison {
  readonly #versions: Versions;
  readonly #before: JsonObject | undefined;
  readonly #after: JsonObject;
  readonly #ignore: FieldsNode;
  readonly #done = new Map<string, Changes>();

  constructor(versions: Versions, before: JsonObject | undefined, after: JsonObject, ignore: FieldsNode) {
    this.#versions = versions;
    this.#before = before;
    this.#after = after;
    this.#ignore = ignore;
  }

  at(apiVersion: string): Changes {
    let changes = this.#done.get(apiVersion);
    if (changes === undefined) {
      const convert = (object: JsonObject) => this.#versions.convert(object, this.#versions.current, apiVersion);
      const before = this.#before === undefined ? undefined : convert(this.#before);
      changes = compareObjects(this.#versions.shape(apiVersion), before, convert(this.#after), this.#ignore);
      this.#done.set(apiVersion, changes);
    }
    return changes;
  }
}
