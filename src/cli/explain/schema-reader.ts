/** Reads an OpenAPI v3 document as `explain` needs it: fields behind references, their types, texts and values. */
import { getOwn, isObject, type JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

export interface ExplainedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A schema with what stands beside its reference. */
export type SchemaNode = JsonObject;

export class SchemaReader {
  readonly target: ExplainedKind;
  readonly #schemas: JsonObject;

  /** The document: its `components.schemas`. */
  constructor(document: JsonObject, target: ExplainedKind) {
    const components = document['components'];
    const schemas = isObject(components) ? components['schemas'] : undefined;
    this.#schemas = isObject(schemas) ? schemas : {};
    this.target = target;
  }

  /** @throws CliError for a field that is not there */
  find(path: readonly string[]): SchemaNode {
    let node = this.#root();
    for (const name of path) {
      const found = (this.properties(node) ?? []).find(([key]) => key === name);
      if (found === undefined) throw new CliError(`field ${JSON.stringify(name)} does not exist`);
      node = found[1];
    }
    return node;
  }

  #root(): SchemaNode {
    const { group, version, kind } = this.target;
    const found = Object.values(this.#schemas).find((schema) => {
      const kinds = isObject(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
      return (
        Array.isArray(kinds) &&
        kinds.some((entry) => entry.group === group && entry.version === version && entry.kind === kind)
      );
    });
    if (isObject(found)) return found;
    throw new CliError(`GVR (${kind}, ${group}/${version}) not found in OpenAPI schema`);
  }

  /** The schema behind references, list items and map values: whose fields are shown. */
  inner(node: SchemaNode): SchemaNode {
    const resolved = this.#resolve(node);
    if (isObject(resolved['items'])) return this.inner(resolved['items']);
    const values = resolved['additionalProperties'];
    return isObject(values) && !isObject(resolved['properties']) ? this.inner(values) : resolved;
  }

  #resolve(node: SchemaNode): SchemaNode {
    const ref = this.refOf(node);
    const target = ref === undefined ? undefined : getOwn(this.#schemas, ref);
    return isObject(target) ? target : node;
  }

  /** The name of the schema that a node refers to, directly or as its only `allOf`. */
  refOf(node: SchemaNode): string | undefined {
    const { $ref, allOf, items, additionalProperties } = node;
    if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
    if (Array.isArray(allOf) && isObject(allOf[0])) return this.refOf(allOf[0]);
    if (isObject(items)) return this.refOf(items);
    return isObject(additionalProperties) ? this.refOf(additionalProperties) : undefined;
  }

  properties(node: SchemaNode): [string, SchemaNode][] | undefined {
    const properties = this.inner(node)['properties'];
    if (!isObject(properties)) return undefined;
    const names = Object.keys(properties).sort();
    return names.map((name) => [name, isObject(properties[name]) ? properties[name] : {}]);
  }

  isRequired(node: SchemaNode, name: string): boolean {
    const required = this.inner(node)['required'];
    return Array.isArray(required) && required.includes(name);
  }

  typeOf(node: SchemaNode): string {
    const { $ref, allOf, items, additionalProperties, type } = node;
    if (typeof $ref === 'string' || Array.isArray(allOf)) return this.#referredType(node);
    if (isObject(items)) return `[]${this.typeOf(items)}`;
    if (isObject(additionalProperties)) return `map[string]${this.typeOf(additionalProperties)}`;
    return typeof type === 'string' ? (type === 'object' ? 'Object' : type) : 'Object';
  }

  /** Types that are a plain text in JSON, such as Time, show as what they are there. */
  #referredType(node: SchemaNode): string {
    const { type } = this.#resolve(node);
    return typeof type === 'string' && type !== 'object' ? type : shortName(this.refOf(node) ?? 'Object');
  }

  enumOf(node: SchemaNode): readonly string[] {
    const values = node['enum'];
    return Array.isArray(values) ? values.map((value) => (value === '' ? '""' : String(value))).sort() : [];
  }

  /** What a field says about itself, and then what its type says. */
  descriptions(node: SchemaNode): string[] {
    const own = text(node['description']);
    const target = this.#resolve(isObject(node['items']) ? node['items'] : node);
    const theirs = target === node ? '' : text(target['description']);
    return [own, theirs].filter((part) => part !== '');
  }
}

/** '' for what is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function shortName(ref: string): string {
  return ref.slice(ref.lastIndexOf('.') + 1);
}
