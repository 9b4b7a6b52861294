/**
 * The built-in types as JSON schemas, in the shape kube-openapi gives them: OpenAPI v3 with defaults and `allOf` around
 * references that have something beside them, v2 (Swagger) without either.
 */
import type { JsonObject } from '../../api/object.ts';
import type { Field, Schema } from '../../api/schema/schema.ts';
import { schemaOf } from '../../api/schema/type-table.ts';
import type { Descriptions } from './descriptions.ts';
import { isBuiltInType, itemEnum, kindsOfType, requiredFields, typeFact } from './type-facts.ts';

export type Dialect = 'v2' | 'v3';

export const REF_PREFIX: Readonly<Record<Dialect, string>> = { v2: '#/definitions/', v3: '#/components/schemas/' };

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
const DATE_TIME = { type: 'string', format: 'date-time' };
const OBJECT = { type: 'object' };
const ANY = {};

/** Types whose schema says what their JSON is, not what their Go struct is. */
const SPECIAL: Readonly<Record<string, Readonly<Record<Dialect, JsonObject>>>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    v2: { type: 'string' },
    v3: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    v2: { type: 'string', format: 'int-or-string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  [`${META}Time`]: { v2: DATE_TIME, v3: DATE_TIME },
  [`${META}MicroTime`]: { v2: DATE_TIME, v3: DATE_TIME },
  [`${META}FieldsV1`]: { v2: OBJECT, v3: OBJECT },
  [`${META}Patch`]: { v2: OBJECT, v3: OBJECT },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { v2: OBJECT, v3: OBJECT },
  [`${APIEXTENSIONS}JSON`]: { v2: ANY, v3: ANY },
  [`${APIEXTENSIONS}JSONSchemaPropsOrArray`]: { v2: ANY, v3: ANY },
  [`${APIEXTENSIONS}JSONSchemaPropsOrBool`]: { v2: ANY, v3: ANY },
  [`${APIEXTENSIONS}JSONSchemaPropsOrStringArray`]: { v2: ANY, v3: ANY },
};

const SCALARS: Partial<Record<Schema['type'], { type: string; zero: unknown }>> = {
  string: { type: 'string', zero: '' },
  integer: { type: 'integer', zero: 0 },
  number: { type: 'number', zero: 0 },
  boolean: { type: 'boolean', zero: false },
};

/** Definitions of one document: what is asked for, and all that refers to, once each. */
export class Definitions {
  readonly #dialect: Dialect;
  readonly #descriptions: Descriptions;
  readonly #done = new Map<string, JsonObject>();
  readonly #queue: string[] = [];

  constructor(dialect: Dialect, descriptions: Descriptions) {
    this.#dialect = dialect;
    this.#descriptions = descriptions;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  get descriptions(): Descriptions {
    return this.#descriptions;
  }

  /** A reference to a built-in type, which then is part of the document. */
  ref(name: string): JsonObject {
    if (!this.#done.has(name)) {
      this.#done.set(name, {});
      this.#queue.push(name);
    }
    return { $ref: `${REF_PREFIX[this.#dialect]}${name}` };
  }

  /** A reference with something beside it. v3 wants it wrapped then. */
  refWith(name: string, beside: JsonObject): JsonObject {
    const ref = this.ref(name);
    return this.#dialect === 'v2' ? { ...beside, ...ref } : { allOf: [ref], ...beside };
  }

  /** A reference to a definition that `add` brings. */
  customRef(name: string): JsonObject {
    return { $ref: `${REF_PREFIX[this.#dialect]}${name}` };
  }

  /** A reference to either. */
  anyRef(name: string): JsonObject {
    return isBuiltInType(name) ? this.ref(name) : this.customRef(name);
  }

  /** Adds a definition that is no built-in type. */
  add(name: string, definition: JsonObject): void {
    this.#done.set(name, definition);
  }

  /** All of them, by name in order. */
  all(): JsonObject {
    for (let name = this.#queue.pop(); name !== undefined; name = this.#queue.pop())
      this.#done.set(name, this.#define(name));
    return Object.fromEntries([...this.#done].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #define(name: string): JsonObject {
    const text = this.#descriptions.types[name]?.text;
    const described = text ? { description: text } : {};
    const special = SPECIAL[name];
    if (special !== undefined) return { ...described, ...special[this.#dialect] };
    return { ...described, ...this.#struct(name, schemaOf(name)) };
  }

  #struct(name: string, schema: Schema): JsonObject {
    const fields = [...(schema.fields ?? [])].map(([, field]) => field);
    const texts = this.#descriptions.types[name]?.fields ?? {};
    const required = fields.filter((field) => field.required).map((field) => field.name);
    const { unions } = typeFact(name);
    const kinds = kindsOfType(name);
    return {
      type: 'object',
      ...(required.length > 0 ? { required: requiredFields(name, required) } : {}),
      ...(fields.length > 0
        ? {
            properties: Object.fromEntries(
              fields.map((field) => [
                field.name,
                withItemEnum(this.#property(field, texts[field.name]), itemEnum(name, field.name)),
              ]),
            ),
          }
        : {}),
      ...(kinds.length > 0 ? { 'x-kubernetes-group-version-kind': kinds } : {}),
      ...(schema.mapType === undefined ? {} : { 'x-kubernetes-map-type': schema.mapType }),
      ...(unions === undefined ? {} : { 'x-kubernetes-unions': unions }),
    };
  }

  #property(field: Field, text: string | undefined): JsonObject {
    const { schema } = field;
    const description = this.#descriptionOf(schema, text);
    const preset = this.#dialect === 'v3' ? defaultOf(field) : undefined;
    const beside = {
      ...(description ? { description } : {}),
      ...(preset === undefined ? {} : { default: preset }),
      ...extensionsOf(schema),
    };
    if (isReference(schema)) return this.refWith(schema.name, withoutOwnMapType(schema, beside));
    return { ...beside, ...this.#inline(schema) };
  }

  /** Texts of enums end in their values, with what each means; where that is not known, in the bare values. */
  #descriptionOf(schema: Schema, text: string | undefined): string | undefined {
    if (schema.enum === undefined || text === undefined || text.includes('Possible enum values:')) return text;
    return `${text}\n\nPossible enum values:\n${schema.enum.map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;
  }

  #inline(schema: Schema): JsonObject {
    switch (schema.type) {
      case 'list':
        return { type: 'array', items: this.#element(schema.items as Schema) };
      case 'map':
        return { type: 'object', additionalProperties: this.#element(schema.values as Schema) };
      case 'bytes':
        return { type: 'string', format: 'byte' };
      case 'any':
        return { type: 'object' };
      default: {
        const enumerated = schema.enum === undefined ? {} : { enum: schema.enum };
        return { type: SCALARS[schema.type]?.type ?? 'string', ...formatOf(schema), ...enumerated };
      }
    }
  }

  #element(schema: Schema): JsonObject {
    return isReference(schema) ? this.ref(schema.name) : this.#inline(schema);
  }
}

function withItemEnum(property: JsonObject, values: readonly string[] | undefined): JsonObject {
  return values === undefined ? property : { ...property, items: { ...(property.items as JsonObject), enum: values } };
}

function isReference(schema: Schema): schema is Schema & { name: string } {
  return schema.name !== undefined;
}

function formatOf({ type, goType }: Schema): JsonObject {
  if (type === 'number') return { format: 'double' };
  return type === 'integer' ? { format: /32$/.test(goType) ? 'int32' : 'int64' } : {};
}

/** Static defaults of the tables; else Go's zero value where the field is written even when empty. */
function defaultOf(field: Field): unknown {
  if (field.default !== undefined) return field.default;
  if (field.nullable) return undefined;
  const { schema, presence } = field;
  if (schema.type === 'object') return presence === 'pointer' ? undefined : {};
  return presence === 'always' ? SCALARS[schema.type]?.zero : undefined;
}

function extensionsOf(schema: Schema): JsonObject {
  return {
    ...(schema.listMapKeys === undefined ? {} : { 'x-kubernetes-list-map-keys': schema.listMapKeys }),
    ...(schema.listType === undefined ? {} : { 'x-kubernetes-list-type': schema.listType }),
    ...(schema.mapType === undefined ? {} : { 'x-kubernetes-map-type': schema.mapType }),
    ...(schema.patchMergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': schema.patchMergeKey }),
    ...(schema.patchStrategy === undefined ? {} : { 'x-kubernetes-patch-strategy': schema.patchStrategy.join(',') }),
  };
}

/** A struct's own map type stands at its definition, not at every field that refers to it. */
function withoutOwnMapType(schema: Schema & { name: string }, beside: JsonObject): JsonObject {
  if (schema.mapType === undefined || schemaOf(schema.name).mapType !== schema.mapType) return beside;
  const { 'x-kubernetes-map-type': _own, ...rest } = beside;
  return rest;
}
