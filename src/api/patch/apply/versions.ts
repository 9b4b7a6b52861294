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
  readonly #schema: Schema;
  readonly #lookup: VersionLookup | undefined;
  /** Others that were looked up; mostly there are none. */
  #others: Map<string, KindVersion | undefined> | undefined;

  constructor(current: string, schema: Schema, lookup: VersionLookup | undefined) {
    this.current = current;
    this.#schema = schema;
    this.#lookup = lookup;
  }

  #find(apiVersion: string): KindVersion | undefined {
    this.#others ??= new Map();
    if (!this.#others.has(apiVersion)) this.#others.set(apiVersion, this.#lookup?.(apiVersion));
    return this.#others.get(apiVersion);
  }

  has(apiVersion: string): boolean {
    return apiVersion === this.current || this.#find(apiVersion) !== undefined;
  }

  /** Only for versions that `has` knows. */
  shape(apiVersion: string): Shape {
    return shapeOf(apiVersion === this.current ? this.#schema : (this.#find(apiVersion) as KindVersion).schema);
  }

  /** An object of `from` in the version `to`, both known. */
  convert(object: JsonObject, from: string, to: string): JsonObject {
    if (from === to) return object;
    return to === this.current ? object : (this.#find(to) as KindVersion).convert(object);
  }
}

/** Compares the same two objects in each version that is asked for, once. */
export class VersionedComparison {
  readonly #versions: Versions;
  readonly #before: JsonObject | undefined;
  readonly #after: JsonObject;
  readonly #ignore: FieldsNode;
  #current: Changes | undefined;
  #others: Map<string, Changes> | undefined;

  constructor(versions: Versions, before: JsonObject | undefined, after: JsonObject, ignore: FieldsNode) {
    this.#versions = versions;
    this.#before = before;
    this.#after = after;
    this.#ignore = ignore;
  }

  at(apiVersion: string): Changes {
    if (apiVersion === this.#versions.current) {
      this.#current ??= this.#compare(apiVersion);
      return this.#current;
    }
    this.#others ??= new Map();
    const changes = this.#others.get(apiVersion) ?? this.#compare(apiVersion);
    this.#others.set(apiVersion, changes);
    return changes;
  }

  #compare(apiVersion: string): Changes {
    const { current } = this.#versions;
    const before = this.#before === undefined ? undefined : this.#versions.convert(this.#before, current, apiVersion);
    const after = this.#versions.convert(this.#after, current, apiVersion);
    return compareObjects(this.#versions.shape(apiVersion), before, after, this.#ignore);
  }
}
