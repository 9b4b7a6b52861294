/**
 * From parsed JSON to an object as kube-apiserver would write it back: checked against its type, unknown fields
 * pruned, zero values kept or dropped as Go does, quantities, times and bytes in canonical form, static defaults
 * filled. Messages and their order are those of sigs.k8s.io/json.
 *
 *   decode(schemaOfKind('', 'v1', 'ConfigMap'), { metadata: { name: 'a' }, data: {}, dada: 1 })
 *   → { metadata: { name: 'a' } }, having reported "dada"
 */
import { quote } from '../field-errors.ts';
import type { JsonDocument, NumberLiterals } from '../json.ts';
import { DecodeContext, DecodeError } from './decode-context.ts';
import type { Schema, SchemaReader } from './schema.ts';
import { documentErrors } from './strict-errors.ts';
import { nodeOf } from './struct-nodes.ts';

export { DecodeError } from './decode-context.ts';

export interface DecodeOptions {
  /** Called with the path of every pruned field, `spec.containers[1].imagine`, in document order. */
  readonly onUnknown?: (path: string) => void;
  /** Fill static defaults of the tables; on unless said. */
  readonly defaults?: boolean;
  /** What parseJsonDocument noticed: lets integer fields refuse `1.0`, as Go does. */
  readonly literals?: NumberLiterals;
}

export type Decoder = (value: unknown, options?: DecodeOptions) => unknown;

const NO_OPTIONS: DecodeOptions = {};

/**
 * Reads `value` as the schema says and returns it; objects are changed in place where that suffices.
 * @throws DecodeError `json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool`
 */
export function decode(schema: Schema, value: unknown, options: DecodeOptions = NO_OPTIONS): unknown {
  if (schema.reader !== undefined) return readWhole(schema.reader, value, options);
  const context = new DecodeContext(options.onUnknown, options.defaults ?? true, options.literals);
  const node = nodeOf(schema);
  const out = value === null || value === undefined ? node.zero() : readGuarded(() => node.read(value, context));
  if (context.failure !== undefined) throw context.failure.error;
  return out;
}

function readWhole(reader: SchemaReader, value: unknown, { onUnknown, defaults = true }: DecodeOptions): unknown {
  return readGuarded(() => reader.read(value, { defaults, ...(onUnknown === undefined ? {} : { onUnknown }) }));
}

/** The decoder of one schema. */
export function compileDecoder(schema: Schema): Decoder {
  return (value, options) => decode(schema, value, options);
}

/** Nesting in recursive types that the stack cannot hold is an error like any other. */
function readGuarded(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new DecodeError('exceeded max depth', { cause: error });
    throw error;
  }
}

/** As many as sigs.k8s.io/json collects. */
export const MAX_STRICT_ERRORS = 100;

export interface DecodedDocument {
  readonly value: unknown;
  /** `unknown field "spec.foo"` and `duplicate field "data.a"`, in document order, without repeats. */
  readonly strictErrors: readonly string[];
}

/**
 * Reads a body that parseJsonDocument parsed.
 * @throws DecodeError
 */
export function decodeDocument(
  schema: Schema,
  document: JsonDocument,
  options: Pick<DecodeOptions, 'defaults'> = {},
): DecodedDocument {
  const { value, literals, duplicates } = document;
  if (duplicates.length > 0 && schema.reader === undefined) {
    const strictErrors = documentErrors(schema, document, MAX_STRICT_ERRORS);
    return { value: decode(schema, value, { ...options, literals }), strictErrors };
  }
  const found = new Set(duplicates.slice(0, MAX_STRICT_ERRORS).map((path) => `duplicate field ${quote(path)}`));
  const onUnknown = (path: string) => {
    if (found.size < MAX_STRICT_ERRORS) found.add(`unknown field ${quote(path)}`);
  };
  const decoded = decode(schema, value, { ...options, literals, onUnknown });
  return { value: decoded, strictErrors: [...found] };
}

/**
 * What Go writes for an object made in this process: zero values dropped or kept, canonical forms; unknown fields go
 * silently. Changes the object in place.
 * @throws DecodeError for values that do not fit the type
 */
export function normalize<T>(schema: Schema, value: T): T {
  return decode(schema, value, { defaults: false }) as T;
}

/** What Go writes for the type's zero value: `{"metadata":{},"spec":{"containers":null},"status":{}}`. */
export function encodeZero(schema: Schema): unknown {
  return nodeOf(schema).zero();
}
