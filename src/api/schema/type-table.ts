/** Schemas of the built-in types, made from the tables when first asked for. */
import { goShapes } from './go-shapes.ts';
import type { Field, Presence, Schema, SchemaType } from './schema.ts';
import typesJson from './types.json' with { type: 'json' };

interface FieldRow {
  type?: string;
  format?: string;
  ref?: string;
  array?: string;
  map?: string | { array: string };
  itemFormat?: string;
  required?: boolean;
  default?: unknown;
  enum?: string[];
  listType?: string;
  listMapKeys?: string[];
  mapType?: string;
  patchStrategy?: string;
  patchMergeKey?: string;
}

interface TypeRow {
  fields?: Record<string, FieldRow>;
  mapType?: string;
  gvk?: { group: string; version: string; kind: string }[];
}

/** What a field says about its list, map or struct beyond the type. */
type Traits = Pick<Schema, 'listType' | 'listMapKeys' | 'mapType' | 'patchStrategy' | 'patchMergeKey' | 'enum'>;

const TYPES = typesJson as unknown as Record<string, TypeRow>;
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** Types that Go decodes with code of their own. */
const SPECIAL: Record<string, SchemaType> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microTime',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': 'any',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  [`${APIEXTENSIONS}JSON`]: 'any',
  [`${APIEXTENSIONS}JSONSchemaPropsOrArray`]: 'any',
  [`${APIEXTENSIONS}JSONSchemaPropsOrBool`]: 'any',
  [`${APIEXTENSIONS}JSONSchemaPropsOrStringArray`]: 'any',
};

const FORMATS: Record<string, [SchemaType, string]> = {
  int32: ['integer', 'int32'],
  int64: ['integer', 'int64'],
  double: ['number', 'float64'],
  byte: ['bytes', '[]uint8'],
};
const SCALARS: Record<string, [SchemaType, string]> = {
  string: ['string', 'string'],
  boolean: ['boolean', 'bool'],
  integer: ['integer', 'int64'],
  number: ['number', 'float64'],
};

const cache = new Map<string, Schema>();

/** @throws Error for a name that the tables do not have */
export function schemaOf(typeName: string): Schema {
  const known = cache.get(typeName);
  if (known !== undefined) return known;
  const row = TYPES[typeName];
  if (row === undefined) throw new Error(`no type ${typeName} in the tables`);
  const schema = buildType(typeName, row);
  cache.set(typeName, schema);
  return schema;
}

interface KindName {
  readonly group: string;
  readonly version: string;
  readonly typeName: string;
}

/** By kind: few share a name, and comparing them is cheaper than making a key. */
let kinds: Map<string, KindName[]> | undefined;

function kindNames(): Map<string, KindName[]> {
  const names = new Map<string, KindName[]>();
  for (const [typeName, row] of Object.entries(TYPES)) {
    for (const { group, version, kind } of row.gvk ?? []) {
      names.set(kind, [...(names.get(kind) ?? []), { group, version, typeName }]);
    }
  }
  return names;
}

/** The full type name of a kind, undefined for what is no built-in. */
export function typeNameOfKind(group: string, version: string, kind: string): string | undefined {
  kinds ??= kindNames();
  const candidates = kinds.get(kind) ?? [];
  return candidates.find((name) => name.version === version && name.group === group)?.typeName;
}

/** @throws Error for a kind that is no built-in */
export function schemaOfKind(group: string, version: string, kind: string): Schema {
  const name = typeNameOfKind(group, version, kind);
  if (name === undefined) throw new Error(`no kind ${kind} in ${group}/${version} in the tables`);
  return schemaOf(name);
}

/** All type names of the tables. */
export function typeNames(): string[] {
  return Object.keys(TYPES);
}

/** `v1.PodSpec` for `io.k8s.api.core.v1.PodSpec`: how Go prints the type in an error. */
export function qualifiedGoType(schema: Schema): string {
  if (schema.name === undefined || schema.type !== 'object') return schema.goType;
  return schema.name.split('.').slice(-2).join('.');
}

function buildType(name: string, row: TypeRow): Schema {
  const special = SPECIAL[name];
  const goType = name.slice(name.lastIndexOf('.') + 1);
  if (special !== undefined) return { type: special, goType, name };
  return structSchema(name, goType, row, row.mapType === undefined ? {} : { mapType: row.mapType as 'atomic' });
}

function structSchema(name: string, goType: string, row: TypeRow, traits: Traits): Schema {
  let fields: ReadonlyMap<string, Field> | undefined;
  return {
    type: 'object',
    goType,
    name,
    get fields() {
      fields ??= buildFields(name, row);
      return fields;
    },
    ...traits,
  };
}

function buildFields(typeName: string, row: TypeRow): ReadonlyMap<string, Field> {
  const shape = goShapes()[typeName] ?? {};
  const pointer = new Set(shape.pointer);
  const always = new Set(shape.always);
  const omitzero = new Set(shape.omitzero);
  const fields = new Map<string, Field>();
  for (const [name, fieldRow] of Object.entries(row.fields ?? {})) {
    const schema = fieldSchema(fieldRow, shape.goNames?.[name]);
    const implied: Presence = schema.type === 'object' && !omitzero.has(name) ? 'pointer' : 'omitempty';
    fields.set(name, {
      name,
      schema,
      presence: always.has(name) ? 'always' : pointer.has(name) ? 'pointer' : implied,
      ...(always.has(name) && pointer.has(name) ? { nullable: true } : {}),
      required: fieldRow.required ?? false,
      ...(fieldRow.default === undefined ? {} : { default: fieldRow.default }),
    });
  }
  return fields;
}

function traitsOf(row: FieldRow): Traits {
  const traits: { -readonly [K in keyof Traits]: Traits[K] } = {};
  if (row.listType !== undefined) traits.listType = row.listType as 'atomic' | 'set' | 'map';
  if (row.listMapKeys !== undefined) traits.listMapKeys = row.listMapKeys;
  if (row.mapType !== undefined) traits.mapType = row.mapType as 'atomic' | 'granular';
  if (row.patchStrategy !== undefined) {
    traits.patchStrategy = row.patchStrategy.split(',') as ('merge' | 'replace' | 'retainKeys')[];
  }
  if (row.patchMergeKey !== undefined) traits.patchMergeKey = row.patchMergeKey;
  if (row.enum !== undefined) traits.enum = row.enum;
  return traits;
}

function fieldSchema(row: FieldRow, goName: string | undefined): Schema {
  const traits = traitsOf(row);
  if (row.array !== undefined) {
    const items = namedSchema(row.array, row.itemFormat, goName?.startsWith('[]') ? goName.slice(2) : undefined);
    return { type: 'list', goType: goName ?? `[]${qualifiedGoType(items)}`, items, ...traits };
  }
  if (row.map !== undefined) return mapSchema(row.map, row.itemFormat, goName, traits);
  if (row.ref !== undefined) return refSchema(row.ref, traits);
  return namedSchema(row.type as string, row.format, goName, traits);
}

function mapSchema(
  of: string | { array: string },
  format: string | undefined,
  goName: string | undefined,
  traits: Traits,
): Schema {
  const valueGoName = /^map\[[^\]]*\](.+)$/.exec(goName ?? '')?.[1];
  const values = typeof of === 'string' ? namedSchema(of, format, valueGoName) : listOf(of.array, valueGoName);
  return { type: 'map', goType: goName ?? `map[string]${qualifiedGoType(values)}`, values, ...traits };
}

function listOf(item: string, goName: string | undefined): Schema {
  const items = namedSchema(item, undefined, undefined);
  return { type: 'list', goType: goName ?? `[]${qualifiedGoType(items)}`, items };
}

/** A struct as a field has it: a copy when the field adds traits, else the type's own. */
function refSchema(name: string, traits: Traits): Schema {
  const base = schemaOf(name);
  if (Object.keys(traits).length === 0) return base;
  const row = TYPES[name] as TypeRow;
  if (base.type !== 'object') return { ...base, ...traits };
  return structSchema(name, base.goType, row, {
    ...(base.mapType === undefined ? {} : { mapType: base.mapType }),
    ...traits,
  });
}

function namedSchema(
  type: string,
  format: string | undefined,
  goName: string | undefined,
  traits: Traits = {},
): Schema {
  if (type.includes('.')) return schemaOf(type);
  const [kind, goType] = FORMATS[format ?? ''] ?? SCALARS[type] ?? (['any', 'interface {}'] as [SchemaType, string]);
  return { type: kind, goType: goName ?? goType, ...traits };
}
