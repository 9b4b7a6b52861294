/** `explain`: a type or field of an OpenAPI v3 document as text; imitates kubectl's plaintext template. */
import { type SchemaNode, type SchemaReader, text } from './schema-reader.ts';
import { wrapped } from './wrapped-text.ts';

const WIDTH = 76;
const INDENT = '    ';
/** Types that contain themselves, as JSONSchemaProps does. */
const MAX_DEPTH = 40;

export class Explainer {
  readonly #schema: SchemaReader;

  constructor(schema: SchemaReader) {
    this.#schema = schema;
  }

  /** `GROUP`, `KIND` and `VERSION`. */
  header(): string {
    const { group, version, kind } = this.#schema.target;
    return `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  }

  /** Everything below the header. @throws CliError for a field that is not there */
  page(path: readonly string[], recursive: boolean): string {
    const field = this.#schema.find(path);
    return `${this.#title(path, field)}${this.#description(field)}${this.#fields(field, recursive)}\n`;
  }

  #title(path: readonly string[], field: SchemaNode): string {
    if (path.length === 0) return '';
    const values = this.#schema.enumOf(field).map((value) => `${INDENT}${value}\n`);
    const below = values.length === 0 ? '\n' : `ENUM:\n${values.join('')}`;
    return `FIELD: ${path.at(-1)} <${this.#schema.typeOf(field)}>\n${below}\n`;
  }

  #description(field: SchemaNode): string {
    const texts = this.#schema.descriptions(field);
    if (texts.length === 0) return `DESCRIPTION:\n${INDENT}<empty>\n`;
    return `DESCRIPTION:\n${wrapped(texts.join('\n'), INDENT, WIDTH)}\n${INDENT}\n`;
  }

  #fields(node: SchemaNode, recursive: boolean): string {
    const properties = this.#schema.properties(node);
    if (properties === undefined) return '';
    const lines = recursive
      ? this.#names(node, 1, [])
      : properties.map(([name, child]) => this.#fieldBlock(name, child, this.#schema.isRequired(node, name))).join('');
    return `FIELDS:\n${lines}`;
  }

  #fieldBlock(name: string, child: SchemaNode, required: boolean): string {
    const description = wrapped(text(child['description']) || '<no description>', INDENT, WIDTH);
    return `  ${this.#signature(name, child, required)}\n${enumLine(this.#schema.enumOf(child), '  ')}${description}\n\n`;
  }

  #signature(name: string, child: SchemaNode, required: boolean): string {
    return `${name}\t<${this.#schema.typeOf(child)}>${required ? ' -required-' : ''}`;
  }

  /** All names below, two blanks deeper each level; a type within itself is not opened again. */
  #names(node: SchemaNode, depth: number, above: readonly string[]): string {
    const ref = this.#schema.refOf(node);
    if (depth > MAX_DEPTH || (ref !== undefined && above.includes(ref))) return '';
    const inner = ref === undefined ? above : [...above, ref];
    const margin = '  '.repeat(depth);
    return (this.#schema.properties(node) ?? [])
      .map(([name, child]) => {
        const line = `${margin}${this.#signature(name, child, this.#schema.isRequired(node, name))}\n`;
        return `${line}${enumLine(this.#schema.enumOf(child), margin)}${this.#names(child, depth + 1, inner)}`;
      })
      .join('');
  }
}

function enumLine(values: readonly string[], margin: string): string {
  if (values.length === 0) return '';
  const shown = values.slice(0, 4).join(', ');
  return `${margin}enum: ${shown}${values.length > 4 ? ', ....' : ''}\n`;
}
