/** The types that rules see in a structural schema, and how large values may be; imitates apiserver pkg/cel/common/schemas.go. */
import { type Environment, makeEnvironment, type TypeProvider } from '../../../api/cel/environment.ts';
import { escapeName, RESERVED_WORDS } from '../../../api/cel/escape.ts';
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
  optionalOf,
  STRING,
  structType,
  TIMESTAMP,
} from '../../../api/cel/types.ts';
import { byteLength } from '../../../api/names.ts';
import {
  additionalSchema,
  itemsSchema,
  type JSONSchemaProps,
  propertyNames,
  propertySchema,
} from '../shared/json-schema-parts.ts';

/** A value that rules can see. */
export interface DeclaredType {
  readonly type: CelType;
  /** Most characters, bytes, items or entries; 0 for what has none. */
  readonly maxElements: number;
  /** Fewest bytes of its JSON. */
  readonly minBytes: number;
  /** Of objects: by escaped name. */
  readonly fields?: ReadonlyMap<string, DeclaredType>;
  readonly key?: DeclaredType;
  readonly element?: DeclaredType;
}

export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
const LONGEST_TEXT = MAX_REQUEST_BYTES - 2;
const BYTES_OF_A_CHARACTER = 4;
const ROOT_NAME = 'selfType0';
const TEXT: DeclaredType = { type: STRING, maxElements: LONGEST_TEXT, minBytes: 2 };
const KEY: DeclaredType = { type: STRING, maxElements: 0, minBytes: 2 };
const STRING_SCHEMA: JSONSchemaProps = { type: 'string' };
const PLAIN: ReadonlyMap<string, DeclaredType> = new Map([
  ['boolean', { type: BOOL, maxElements: 0, minBytes: 4 }],
  ['number', { type: DOUBLE, maxElements: 0, minBytes: 1 }],
  ['integer', { type: INT, maxElements: 0, minBytes: 1 }],
]);
const FORMATS: ReadonlyMap<string, DeclaredType> = new Map([
  ['duration', { type: DURATION, maxElements: 32, minBytes: 3 }],
  ['date', { type: TIMESTAMP, maxElements: 12, minBytes: 12 }],
  ['date-time', { type: TIMESTAMP, maxElements: 32, minBytes: 21 }],
]);
/** The types of one schema of a version; every schema in it is read once. */
export class SchemaTypes implements TypeProvider {
  readonly #declared = new Map<JSONSchemaProps, DeclaredType>();
  readonly #structs = new Map<string, DeclaredType>();

  constructor(root: JSONSchemaProps) {
    this.#declare(root, ROOT_NAME, true);
  }

  /** Undefined for what rules cannot see: values without a type. What stands for a resource's metadata is read alone. */
  of(schema: JSONSchemaProps): DeclaredType | undefined {
    return this.#declared.get(schema) ?? this.#declare(schema, `${ROOT_NAME}.@${this.#declared.size}`, false);
  }

  hasType(name: string): boolean {
    return this.#structs.has(name);
  }

  fieldType(typeName: string, field: string): CelType | undefined {
    const fields = this.#structs.get(typeName)?.fields;
    return (fields?.get(field) ?? (RESERVED_WORDS.has(field) ? fields?.get(`__${field}__`) : undefined))?.type;
  }

  /** What the rules on a value of this type see; `optional` is a rule's optionalOldSelf. */
  environment({ type }: DeclaredType, optional: boolean): Environment {
    const variables = new Map([
      ['self', type],
      ['oldSelf', optional ? optionalOf(type) : type],
    ]);
    return makeEnvironment({ variables, types: this });
  }

  #declare(schema: JSONSchemaProps, name: string, isResource: boolean): DeclaredType | undefined {
    const declared = this.#make(schema, name, isResource);
    if (declared !== undefined) this.#declared.set(schema, declared);
    return declared;
  }

  #make(schema: JSONSchemaProps, name: string, isResource: boolean): DeclaredType | undefined {
    if (schema['x-kubernetes-int-or-string'] === true)
      return { type: DYN, maxElements: lengthOf(schema) ?? LONGEST_TEXT, minBytes: 1 };
    if (schema.type === 'array') return this.#list(schema, name);
    if (schema.type === 'string') return textType(schema);
    if (schema.type !== 'object') return PLAIN.get(schema.type ?? '');
    const additional = additionalSchema(schema);
    return additional === undefined || isResource
      ? this.#object(isResource ? withMetadata(schema) : schema, name)
      : this.#map(schema, additional, name);
  }

  #inner(schema: JSONSchemaProps, name: string): DeclaredType | undefined {
    return this.#declare(schema, name, schema['x-kubernetes-embedded-resource'] === true);
  }

  #list(schema: JSONSchemaProps, name: string): DeclaredType | undefined {
    const items = itemsSchema(schema);
    const element = items === undefined ? undefined : this.#inner(items, `${name}.@idx`);
    if (element === undefined) return undefined;
    const maxElements = bound(schema.maxItems) ?? Math.floor(LONGEST_TEXT / (element.minBytes + 1));
    return { type: listOf(element.type), maxElements, minBytes: 2, element };
  }

  #map(schema: JSONSchemaProps, additional: JSONSchemaProps, name: string): DeclaredType | undefined {
    const element = this.#inner(additional, `${name}.@elem`);
    if (element === undefined) return undefined;
    const maxElements = bound(schema.maxProperties) ?? Math.floor(LONGEST_TEXT / (element.minBytes + 6));
    return { type: mapOf(STRING, element.type), maxElements, minBytes: 2, key: KEY, element };
  }

  #object(schema: JSONSchemaProps, name: string): DeclaredType {
    const fields = new Map<string, DeclaredType>();
    let minBytes = 2;
    for (const property of propertyNames(schema)) {
      const inner = propertySchema(schema, property) as JSONSchemaProps;
      const escaped = escapeName(property);
      const field = this.#inner(inner, `${name}.${escaped ?? property}`);
      if (field === undefined) continue;
      if (escaped !== undefined) fields.set(escaped, field);
      if (inner.default === undefined && (schema.required ?? []).includes(property))
        minBytes += byteLength(property) + field.minBytes + 4;
    }
    const declared = { type: structType(name), maxElements: 0, minBytes, fields };
    this.#structs.set(name, declared);
    return declared;
  }
}

function bound(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : Math.max(0, limit);
}

/** Lengths count characters, of up to four bytes. */
function lengthOf({ maxLength }: JSONSchemaProps): number | undefined {
  return maxLength === undefined ? undefined : Math.max(0, maxLength) * BYTES_OF_A_CHARACTER;
}

function textType(schema: JSONSchemaProps): DeclaredType {
  const format = FORMATS.get(schema.format ?? '');
  if (format !== undefined) return format;
  if (schema.format === 'byte') return { ...TEXT, type: BYTES, maxElements: bound(schema.maxLength) ?? LONGEST_TEXT };
  const choices = (schema.enum ?? []) as unknown[];
  const lengths = choices.map((choice) => (typeof choice === 'string' ? byteLength(choice) : 0));
  return {
    ...TEXT,
    maxElements: lengthOf(schema) ?? (lengths.length > 0 ? Math.max(...lengths) : LONGEST_TEXT),
  };
}

/** Every resource has a kind, an apiVersion and a name, whatever its schema says. */
export function withMetadata(schema: JSONSchemaProps): JSONSchemaProps {
  const typeOf = (of: JSONSchemaProps | undefined, name: string): string | undefined =>
    of === undefined ? undefined : propertySchema(of, name)?.type;
  const metadata = propertySchema(schema, 'metadata');
  const complete =
    ['kind', 'apiVersion'].every((name) => typeOf(schema, name) === 'string') &&
    metadata?.type === 'object' &&
    ['name', 'generateName'].every((name) => typeOf(metadata, name) === 'string');
  if (complete) return schema;
  const names: JSONSchemaProps = {
    type: 'object',
    properties: { name: STRING_SCHEMA, generateName: STRING_SCHEMA },
  };
  const properties = { ...schema.properties, kind: STRING_SCHEMA, apiVersion: STRING_SCHEMA, metadata: names };
  return { ...schema, properties };
}
