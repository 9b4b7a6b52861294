import fc from 'fast-check';
import { type JsonObject, setOwn } from '../../../src/api/object.ts';
import { messageOfType } from '../../../src/api/protobuf/kinds.ts';
import messagesJson from '../../../src/api/protobuf/messages.json' with { type: 'json' };
import type { Schema } from '../../../src/api/schema/schema.ts';
import { schemaOf } from '../../../src/api/schema/type-table.ts';

const MESSAGES = messagesJson as unknown as Record<string, object>;

export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** Draws from a pool of each arbitrary's values; the same for the same seed. */
export function seededDraw(seed: number): Draw {
  let state = seed;
  const next = (bound: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return <T>(arbitrary: fc.Arbitrary<T>) => {
    let pool = pools.get(arbitrary) as T[] | undefined;
    if (pool === undefined) {
      pool = fc.sample(arbitrary, { numRuns: 64, seed: 7 });
      pools.set(arbitrary, pool);
    }
    return pool[next(pool.length)] as T;
  };
}

const pools = new Map<unknown, unknown[]>();

const text = fc.string({ unit: 'binary', minLength: 0, maxLength: 12 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const seconds = fc.integer({ min: -62_000_000_000, max: 253_402_300_799 });
const time = seconds.map((s) => `${new Date(s * 1000).toISOString().slice(0, 19)}Z`);
const microTime = fc
  .tuple(seconds, fc.integer({ min: 0, max: 999_999 }))
  .map(([s, micros]) => `${new Date(s * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`);
const json = fc.oneof(
  fc.dictionary(
    fc.constantFrom('a', 'b', 'f:x'),
    fc.oneof(
      int32,
      text.map((t) => t.toWellFormed()),
      fc.boolean(),
    ),
  ),
  fc.array(int32),
);

const SCALARS: Partial<Record<Schema['type'], fc.Arbitrary<unknown>>> = {
  string: text,
  integer: int64,
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  boolean: fc.boolean(),
  quantity: fc.constantFrom('0', '1', '100m', '2Gi', '1500'),
  intOrString: fc.oneof(int32, text),
  time,
  microTime,
  duration: fc.constantFrom('0s', '1h0m0s', '-1.5s'),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  any: json,
};

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
const coin = fc.boolean();
const rarely = fc.constantFrom(true, false, false, false, false, false, false, false);
const oneOrTwo = fc.constantFrom(1, 2);
const KEYS = fc.uniqueArray(fc.constantFrom('a', 'b.c/d', '__proto__', 'constructor', 'é'), {
  minLength: 1,
  maxLength: 3,
});

/** A JSON value of the schema, canonical, every list and map with something in it; fields at random. */
export function randomValue(schema: Schema, draw: Draw, depth: number): unknown {
  if (schema.type === 'object') return randomStruct(schema, draw, depth);
  if (schema.type === 'list') return randomList(schema.items as Schema, draw, depth);
  if (schema.type === 'map') return randomMap(schema.values as Schema, draw, depth);
  if (schema.type === 'any') return randomAny(schema, draw, depth);
  if (schema.type === 'integer' && schema.goType === 'int32') return draw(int32);
  return draw(SCALARS[schema.type] as fc.Arbitrary<unknown>);
}

function randomStruct(schema: Schema, draw: Draw, depth: number): JsonObject {
  const out: JsonObject = {};
  const wanted = (schema.fields?.size ?? 0) > 30 ? rarely : coin;
  for (const [name, field] of schema.fields ?? []) {
    const nested = !Object.hasOwn(SCALARS, field.schema.type) || field.schema.type === 'any';
    if (isTypeMeta(schema, name) || (nested && depth <= 0)) continue;
    if (draw(wanted)) out[name] = randomValue(field.schema, draw, depth - 1);
  }
  return out;
}

/** Only the envelope says an object's own apiVersion and kind; references have theirs as fields. */
function isTypeMeta(schema: Schema, name: string): boolean {
  if (name !== 'apiVersion' && name !== 'kind') return false;
  return !Object.hasOwn(MESSAGES[messageOfType(schema.name as string)] ?? {}, name);
}

function randomList(items: Schema, draw: Draw, depth: number): unknown[] {
  const length = draw(oneOrTwo);
  return Array.from({ length }, () => randomValue(items, draw, depth));
}

function randomMap(values: Schema, draw: Draw, depth: number): JsonObject {
  const out: JsonObject = {};
  for (const key of draw(KEYS)) setOwn(out, key, randomValue(values, draw, depth));
  return out;
}

function randomAny(schema: Schema, draw: Draw, depth: number): unknown {
  const variants: Record<string, () => unknown> = {
    [`${APIEXTENSIONS}JSONSchemaPropsOrBool`]: () => draw(coin),
    [`${APIEXTENSIONS}JSONSchemaPropsOrArray`]: () => [randomSchema(draw, depth)],
    [`${APIEXTENSIONS}JSONSchemaPropsOrStringArray`]: () => [draw(text)],
  };
  const variant = variants[schema.name ?? ''];
  if (variant === undefined) return draw(json);
  return draw(coin) ? variant() : randomSchema(draw, depth);
}

function randomSchema(draw: Draw, depth: number): unknown {
  return randomValue(schemaOf(`${APIEXTENSIONS}JSONSchemaProps`), draw, depth - 1);
}
