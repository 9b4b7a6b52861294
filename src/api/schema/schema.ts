/**
 * What an object of some type looks like. Built from the type tables for built-in kinds and from the structural
 * schema for CustomResourceDefinitions; decoding, strategic merge, server-side apply and OpenAPI all read it.
 */

export type SchemaType =
  | 'object' // a struct: named fields
  | 'map' // string keys, one value schema
  | 'list'
  | 'string'
  | 'integer' // goType says int32 or int64
  | 'number'
  | 'boolean'
  | 'quantity'
  | 'intOrString'
  | 'time' // RFC 3339, seconds
  | 'microTime' // RFC 3339, microseconds
  | 'duration' // Go duration text
  | 'bytes' // base64
  | 'any'; // any JSON value (RawExtension, FieldsV1, JSON)

/**
 * Reads whole objects by rules of its own: a custom resource's structural schema prunes and defaults but leaves wrong
 * types to validation.
 */
export interface SchemaReader {
  /**
   * The object, pruned and (unless told not to) with defaults; changes `value` in place where that suffices.
   * @throws DecodeError
   */
  read(value: unknown, options: { onUnknown?(path: string): void; defaults: boolean }): unknown;
}

/** One node of a schema. Nodes may be cyclic (JSONSchemaProps); never walk them without a value beside. */
export interface Schema {
  readonly type: SchemaType;
  /** Go's name of the type, for decode errors: `DeploymentSpec`, `int32`, `map[string]string`. */
  readonly goType: string;
  /** Full OpenAPI name, `io.k8s.api.core.v1.PodSpec`; built-in structs and named scalars only. */
  readonly name?: string;
  /** type object: by JSON name, in table order. */
  readonly fields?: ReadonlyMap<string, Field>;
  /** type object: unknown fields are kept (x-kubernetes-preserve-unknown-fields); `additional` describes them if known. */
  readonly preserveUnknown?: boolean;
  /** type map: the schema of every value. */
  readonly values?: Schema;
  /** type list: the schema of every item. */
  readonly items?: Schema;
  /** type list: how server-side apply merges; absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** type object or map: atomic is owned as one; absent means granular. */
  readonly mapType?: 'atomic' | 'granular';
  /** Strategic merge patch, on lists (and `replace` or `retainKeys` on maps and structs). */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  readonly enum?: readonly string[];
  /** A custom resource's value may be null. */
  readonly nullable?: boolean;
  /** At the root of a custom resource: decoding is this, not what the nodes say. */
  readonly reader?: SchemaReader;
}

/**
 * How Go keeps a field, which decides what survives a round trip:
 * - `omitempty`: a zero value (0, "", false, empty list or map) is dropped;
 * - `pointer`: kept whenever present, an explicit null is dropped;
 * - `always`: always written: scalars as their zero value, structs as `{}`, lists and maps as null.
 */
export type Presence = 'omitempty' | 'pointer' | 'always';

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly presence: Presence;
  /** With presence `always`: a Go pointer, so null is written when it is absent. */
  readonly nullable?: boolean;
  /** OpenAPI says required (what explain and client-side validation show). */
  readonly required: boolean;
  /** Static default of the tables (or of a CRD's schema), filled when absent. */
  readonly default?: unknown;
}
