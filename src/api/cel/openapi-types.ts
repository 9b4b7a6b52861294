/** The types of kinds that an OpenAPI document describes; imitates apiserver pkg/cel/openapi and pkg/cel/common/schemas.go. */
import type { TypeProvider } from './environment.ts';
import { escapeName, RESERVED_WORDS } from './escape.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  structType,
  TIMESTAMP,
} from './types.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly items?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

export type OpenApiSchemas = Readonly<Record<string, OpenApiSchema>>;

const PREFIX = '#/components/schemas/';
const CIRCLE: OpenApiSchema = { type: 'object' };
const TEXT: OpenApiSchema = { type: 'string' };
const PLAIN: ReadonlyMap<string, CelType> = new Map([
  ['boolean', BOOL],
  ['number', DOUBLE],
  ['integer', INT],
]);
const FORMATS: ReadonlyMap<string, CelType> = new Map([
  ['byte', BYTES],
  ['duration', DURATION],
  ['date', TIMESTAMP],
  ['date-time', TIMESTAMP],
]);

/** A schema in its place: the references that led to it are not followed again below it. */
interface Placed {
  readonly schema: OpenApiSchema;
  readonly above: ReadonlySet<string>;
}

/** The types of one document's kinds. Fields are looked up when they are asked for. */
export class OpenApiTypes implements TypeProvider {
  readonly #schemas: OpenApiSchemas;
  readonly #objects = new Map<string, Placed>();

  constructor(schemas: OpenApiSchemas) {
    this.#schemas = schemas;
  }

  /** The type of a kind's objects, which goes by `name`; undefined when the document does not have the kind. */
  kindType({ group, version, kind }: GroupVersionKind, name: string): CelType | undefined {
    const found = Object.entries(this.#schemas).find(([, schema]) =>
      schema['x-kubernetes-group-version-kind']?.some(
        (known) => known.group === group && known.version === version && known.kind === kind,
      ),
    );
    if (found === undefined) return undefined;
    return this.#typeOf({ schema: found[1], above: new Set([PREFIX + found[0]]) }, name, true);
  }

  hasType(name: string): boolean {
    return this.#objects.has(name);
  }

  fieldType(typeName: string, field: string): CelType | undefined {
    const owner = this.#objects.get(typeName);
    const wanted = RESERVED_WORDS.has(field) ? [field, `__${field}__`] : [field];
    for (const [property, schema] of Object.entries(owner?.schema.properties ?? {})) {
      if (wanted.includes(escapeName(property) ?? ''))
        return this.#typeOf(this.#resolve({ schema, above: owner?.above ?? new Set() }), `${typeName}.${property}`);
    }
    return undefined;
  }

  #typeOf(
    { schema, above }: Placed,
    name: string,
    isResource = schema['x-kubernetes-embedded-resource'] === true,
  ): CelType | undefined {
    if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') return DYN;
    if (schema.type === 'string') return FORMATS.get(schema.format ?? '') ?? STRING;
    if (schema.type === 'array') {
      const item = this.#inner(schema.items, above, `${name}.@idx`);
      return item === undefined ? undefined : listOf(item);
    }
    if (schema.type !== 'object') return PLAIN.get(schema.type ?? '');
    if (typeof schema.additionalProperties === 'object') {
      const value = this.#inner(schema.additionalProperties, above, `${name}.@elem`);
      return value === undefined ? undefined : mapOf(STRING, value);
    }
    this.#objects.set(name, { schema: isResource ? this.#withMetadata({ schema, above }) : schema, above });
    return structType(name);
  }

  #inner(schema: OpenApiSchema | undefined, above: ReadonlySet<string>, name: string): CelType | undefined {
    return schema === undefined ? undefined : this.#typeOf(this.#resolve({ schema, above }), name);
  }

  /** What a reference stands for; one that leads back to where it stands is an object without fields. */
  #resolve({ schema, above }: Placed): Placed {
    const ref = referenceOf(schema);
    if (ref === undefined) return { schema, above };
    if (above.has(ref)) return { schema: CIRCLE, above };
    const found = ref.startsWith(PREFIX) ? ownSchema(this.#schemas, ref.slice(PREFIX.length)) : undefined;
    return { schema: found ?? {}, above: new Set([...above, ref]) };
  }

  /** Every resource has a kind, an apiVersion and a name, whatever its schema says. */
  #withMetadata({ schema, above }: Placed): OpenApiSchema {
    const part = (of: OpenApiSchema | undefined, name: string): OpenApiSchema | undefined => {
      const property = of?.properties === undefined ? undefined : ownSchema(of.properties, name);
      return property === undefined ? undefined : this.#resolve({ schema: property, above }).schema;
    };
    const metadata = part(schema, 'metadata');
    const isText = (of: OpenApiSchema | undefined, name: string): boolean => part(of, name)?.type === 'string';
    const isComplete =
      ['kind', 'apiVersion'].every((name) => isText(schema, name)) &&
      metadata?.type === 'object' &&
      ['name', 'generateName'].every((name) => isText(metadata, name));
    if (isComplete) return schema;
    const names: OpenApiSchema = { type: 'object', properties: { name: TEXT, generateName: TEXT } };
    return { ...schema, properties: { ...schema.properties, kind: TEXT, apiVersion: TEXT, metadata: names } };
  }
}

function ownSchema(schemas: OpenApiSchemas, name: string): OpenApiSchema | undefined {
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

/** Also a reference that is wrapped, to have a description of its own. */
function referenceOf({ $ref, allOf }: OpenApiSchema): string | undefined {
  return $ref ?? allOf?.map(referenceOf).find((ref) => ref !== undefined);
}
