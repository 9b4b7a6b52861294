/** The custom resource of the recordings, as its CustomResourceDefinition would make it. */
import type { Field, Presence, Schema } from '../../../src/api/schema/schema.ts';
import { schemaOf } from '../../../src/api/schema/type-table.ts';

type Fields = Record<string, Schema | [Schema, unknown]>;

/** A struct of a custom resource; `[schema, default]` for a field with a default. */
export function struct(fields: Fields, more: Partial<Schema> = {}): Schema {
  const rows = Object.entries(fields).map(([name, value]): [string, Field] => {
    const [schema, fallback] = Array.isArray(value) ? value : [value, undefined];
    const presence: Presence = 'pointer';
    return [
      name,
      { name, schema, presence, required: false, ...(fallback === undefined ? {} : { default: fallback }) },
    ];
  });
  return { type: 'object', goType: 'object', fields: new Map(rows), ...more };
}

export const TEXT: Schema = { type: 'string', goType: 'string' };
export const NUMBER: Schema = { type: 'integer', goType: 'int64' };
export const FLAG: Schema = { type: 'boolean', goType: 'bool' };

export function list(items: Schema, more: Partial<Schema> = {}): Schema {
  return { type: 'list', goType: 'array', items, ...more };
}

export function map(values: Schema, more: Partial<Schema> = {}): Schema {
  return { type: 'map', goType: 'map', values, ...more };
}

const bed = struct({ row: NUMBER, side: [TEXT, 'left'], plant: TEXT, wet: [FLAG, false] });
const condition = struct({ type: TEXT, status: TEXT });

export const GARDEN: Schema = struct({
  apiVersion: TEXT,
  kind: TEXT,
  metadata: schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
  spec: struct({
    gnomes: NUMBER,
    soil: [TEXT, 'loam'],
    herbs: list(TEXT, { listType: 'set' }),
    beds: list(bed, { listType: 'map', listMapKeys: ['row', 'side'] }),
    paths: list(struct({ to: TEXT, length: NUMBER })),
    fence: struct({ wood: TEXT, height: NUMBER }, { mapType: 'atomic' }),
    tags: map(TEXT),
    notes: struct({}, { preserveUnknown: true }),
    pond: struct({ depth: [NUMBER, 2], fish: TEXT }),
  }),
  status: struct({
    gnomes: NUMBER,
    mood: TEXT,
    conditions: list(condition, { listType: 'map', listMapKeys: ['type'] }),
  }),
});
