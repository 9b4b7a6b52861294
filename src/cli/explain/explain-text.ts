/** `explain`: a type or field of an OpenAPI v3 document as text; imitates kubectl's plaintext template. */
import { getOwn, isObject, type JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

export interface ExplainedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A schema with what stands beside its reference. */
type SchemaNode = JsonObject;

const WIDTH = 76;
const INDENT = '    ';
/** Types that contain themselves, as JSONSchemaProps does. */
const MAX_DEPTH = 40;

/** The document: its `components.schemas`. */
export class Explainer {
  readonly #schemas: JsonObject;
  readonly #target: ExplainedKind;

  constructor(document: JsonObject, target: ExplainedKind) {
    const components = document['components'];
    const schemas = isObject(components) ? components['schemas'] : undefined;
    this.#schemas = isObject(schemas) ? schemas : {};
    this.#target = target;
  }

  /** `GROUP`, `KIND` and `VERSION`. */
  header(): string {
    const { group, version, kind } = this.#target;
    return `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  }

  /** Everything below the header. @throws CliError for a field that is not there */
  page(path: readonly string[], recursive: boolean): string {
    const field = this.#find(path);
    return `${this.#title(path, field)}${this.#description(field)}${this.#fields(field, recursive)}\n`;
  }

  #title(path: readonly string[], field: SchemaNode): string {
    if (path.length === 0) return '';
    const values = this.#enumOf(field).map((value) => `${INDENT}${value}\n`);
    const below = values.length === 0 ? '\n' : `ENUM:\n${values.join('')}`;
    return `FIELD: ${path.at(-1)} <${this.#typeOf(field)}>\n${below}\n`;
  }

  #description(field: SchemaNode): string {
    const texts = this.#descriptions(field);
    if (texts.length === 0) return `DESCRIPTION:\n${INDENT}<empty>\n`;
    return `DESCRIPTION:\n${wrapped(texts.join('\n'), INDENT)}\n${INDENT}\n`;
  }

  #fields(node: SchemaNode, recursive: boolean): string {
    const properties = this.#properties(node);
    if (properties === undefined) return '';
    const lines = recursive
      ? this.#names(node, 1, [])
      : properties.map(([name, child]) => this.#fieldBlock(name, child, this.#isRequired(node, name))).join('');
    return `FIELDS:\n${lines}`;
  }

  #fieldBlock(name: string, child: SchemaNode, required: boolean): string {
    const description = wrapped(text(child['description']) || '<no description>', INDENT);
    return `  ${this.#signature(name, child, required)}\n${enumLine(this.#enumOf(child), '  ')}${description}\n\n`;
  }

  #signature(name: string, child: SchemaNode, required: boolean): string {
    return `${name}\t<${this.#typeOf(child)}>${required ? ' -required-' : ''}`;
  }

  /** All names below, two blanks deeper each level; a type within itself is not opened again. */
  #names(node: SchemaNode, depth: number, above: readonly string[]): string {
    const ref = this.#refOf(node);
    if (depth > MAX_DEPTH || (ref !== undefined && above.includes(ref))) return '';
    const inner = ref === undefined ? above : [...above, ref];
    const margin = '  '.repeat(depth);
    return (this.#properties(node) ?? [])
      .map(([name, child]) => {
        const line = `${margin}${this.#signature(name, child, this.#isRequired(node, name))}\n`;
        return `${line}${enumLine(this.#enumOf(child), margin)}${this.#names(child, depth + 1, inner)}`;
      })
      .join('');
  }

  #find(path: readonly string[]): SchemaNode {
    let node = this.#root();
    for (const name of path) {
      const found = (this.#properties(node) ?? []).find(([key]) => key === name);
      if (found === undefined) throw new CliError(`field ${JSON.stringify(name)} does not exist`);
      node = found[1];
    }
    return node;
  }

  #root(): SchemaNode {
    const { group, version, kind } = this.#target;
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
  #inner(node: SchemaNode): SchemaNode {
    const resolved = this.#resolve(node);
    if (isObject(resolved['items'])) return this.#inner(resolved['items']);
    const values = resolved['additionalProperties'];
    return isObject(values) && !isObject(resolved['properties']) ? this.#inner(values) : resolved;
  }

  #resolve(node: SchemaNode): SchemaNode {
    const ref = this.#refOf(node);
    const target = ref === undefined ? undefined : getOwn(this.#schemas, ref);
    return isObject(target) ? target : node;
  }

  /** The name of the schema that a node refers to, directly or as its only `allOf`. */
  #refOf(node: SchemaNode): string | undefined {
    const { $ref, allOf, items, additionalProperties } = node;
    if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
    if (Array.isArray(allOf) && isObject(allOf[0])) return this.#refOf(allOf[0]);
    if (isObject(items)) return this.#refOf(items);
    return isObject(additionalProperties) ? this.#refOf(additionalProperties) : undefined;
  }

  #properties(node: SchemaNode): [string, SchemaNode][] | undefined {
    const properties = this.#inner(node)['properties'];
    if (!isObject(properties)) return undefined;
    const names = Object.keys(properties).sort();
    return names.map((name) => [name, isObject(properties[name]) ? properties[name] : {}]);
  }

  #isRequired(node: SchemaNode, name: string): boolean {
    const required = this.#inner(node)['required'];
    return Array.isArray(required) && required.includes(name);
  }

  #typeOf(node: SchemaNode): string {
    const { $ref, allOf, items, additionalProperties, type } = node;
    if (typeof $ref === 'string' || Array.isArray(allOf)) return this.#referredType(node);
    if (isObject(items)) return `[]${this.#typeOf(items)}`;
    if (isObject(additionalProperties)) return `map[string]${this.#typeOf(additionalProperties)}`;
    return typeof type === 'string' ? (type === 'object' ? 'Object' : type) : 'Object';
  }

  /** Types that are a plain text in JSON, such as Time, show as what they are there. */
  #referredType(node: SchemaNode): string {
    const { type } = this.#resolve(node);
    return typeof type === 'string' && type !== 'object' ? type : shortName(this.#refOf(node) ?? 'Object');
  }

  #enumOf(node: SchemaNode): readonly string[] {
    const values = node['enum'];
    return Array.isArray(values) ? values.map((value) => (value === '' ? '""' : String(value))).sort() : [];
  }

  /** What a field says about itself, and then what its type says. */
  #descriptions(node: SchemaNode): string[] {
    const own = text(node['description']);
    const target = this.#resolve(isObject(node['items']) ? node['items'] : node);
    const theirs = target === node ? '' : text(target['description']);
    return [own, theirs].filter((part) => part !== '');
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function shortName(ref: string): string {
  return ref.slice(ref.lastIndexOf('.') + 1);
}

function enumLine(values: readonly string[], margin: string): string {
  if (values.length === 0) return '';
  const shown = values.slice(0, 4).join(', ');
  return `${margin}enum: ${shown}${values.length > 4 ? ', ....' : ''}\n`;
}

/** Words packed into lines; line breaks of the text stay. */
function wrapped(value: string, indent: string): string {
  return value
    .split('\n')
    .flatMap(packed)
    .map((line) => indent + line)
    .join('\n');
}

function packed(line: string): string[] {
  const margin = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.slice(margin.length).split(' ')) {
    const longer = current === '' ? `${lines.length === 0 ? margin : ''}${word}` : `${current} ${word}`;
    if (current !== '' && longer.length > WIDTH) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}
