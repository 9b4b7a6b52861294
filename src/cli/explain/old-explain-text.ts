/** `explain --output=plaintext-openapiv2`: the text of older kubectls; imitates kubectl pkg/explain. */
import { type SchemaNode, type SchemaReader, text } from './schema-reader.ts';

const INDENT = '     ';
const WIDTH = 75;
const STEP = '   ';
const MAX_DEPTH = 40;

export class OldExplainer {
  readonly #schema: SchemaReader;

  constructor(schema: SchemaReader) {
    this.#schema = schema;
  }

  /** The whole page. @throws CliError for a field that is not there */
  page(path: readonly string[], recursive: boolean): string {
    const field = this.#schema.find(path);
    const { group, version, kind } = this.#schema.target;
    const head = `KIND:     ${kind}\nVERSION:  ${group === '' ? '' : `${group}/`}${version}\n\n`;
    return `${head}${this.#title(path, field)}${this.#description(field)}${this.#fields(field, recursive)}`;
  }

  #title(path: readonly string[], field: SchemaNode): string {
    if (path.length === 0) return '';
    const title = this.#schema.properties(field) === undefined ? 'FIELD:   ' : 'RESOURCE:';
    return `${title} ${path.at(-1)} <${this.#typeOf(field)}>\n\n`;
  }

  #description(field: SchemaNode): string {
    const texts = this.#schema.descriptions(field).map((part) => wrapped(part));
    return `DESCRIPTION:\n${texts.length === 0 ? `${INDENT}<empty>` : texts.join('\n\n')}\n`;
  }

  #fields(node: SchemaNode, recursive: boolean): string {
    const properties = this.#schema.properties(node);
    if (properties === undefined) return '';
    if (recursive) return `\nFIELDS:\n${this.#names(node, 1, [])}`;
    const blocks = properties.map(([name, child]) => {
      const required = this.#schema.isRequired(node, name) ? ' -required-' : '';
      const about = wrapped(text(child['description'])) || `${INDENT}<no description>`;
      return `${STEP}${name}\t<${this.#typeOf(child)}>${required}\n${about}\n\n`;
    });
    return `\nFIELDS:\n${blocks.join('')}`;
  }

  /** A type within itself is not opened again. */
  #names(node: SchemaNode, depth: number, above: readonly string[]): string {
    const ref = this.#schema.refOf(node);
    if (depth > MAX_DEPTH || (ref !== undefined && above.includes(ref))) return '';
    const inner = ref === undefined ? above : [...above, ref];
    const lines = (this.#schema.properties(node) ?? []).map(
      ([name, child]) =>
        `${STEP.repeat(depth)}${name}\t<${this.#typeOf(child)}>\n${this.#names(child, depth + 1, inner)}`,
    );
    return lines.join('');
  }

  /** Structures have no names here; what may be number or text is a string; anything at all has no type. */
  #typeOf(node: SchemaNode): string {
    const shown = this.#schema.typeOf(node);
    const prefix = /^(?:\[\]|map\[string\])*/.exec(shown)?.[0] ?? '';
    if (!/^[A-Z]/.test(shown.slice(prefix.length))) return shown;
    const { type, properties, oneOf } = this.#schema.inner(node);
    if (oneOf !== undefined) return `${prefix}string`;
    if (properties !== undefined) return `${prefix}Object`;
    return `${prefix}${type === undefined ? '' : 'map[string]'}`;
  }
}

const LIST_ITEM = /^(\d+\.?|-|\*)\s/;

/** Lines of a text: broken lines are joined, but for lists, blank lines, and what follows a colon. */
function wrapped(value: string): string {
  const lines: string[] = [];
  let current = '';
  const flush = (): void => {
    if (current !== '') lines.push(current);
    current = '';
  };
  for (const line of value.split('\n')) {
    const text = line.trim();
    // Blank lines count from the second line on.
    const blank = text === '' && lines.length > 0;
    if (text === '' || current.endsWith(':') || line.startsWith('    ') || LIST_ITEM.test(text)) flush();
    if (blank) lines.push('');
    for (const word of text.split(/\s+/).filter((part) => part !== '')) {
      if (current !== '' && current.length + 1 + word.length > WIDTH) flush();
      current += current === '' ? word : ` ${word}`;
    }
  }
  flush();
  return lines.map((line) => (line === '' ? '' : INDENT + line)).join('\n');
}
