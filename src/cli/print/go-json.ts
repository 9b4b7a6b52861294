/** JSON as Go's encoding/json writes maps: keys sorted by their bytes, and `<`, `>`, `&` escaped. */
import { isObject } from '../../api/object.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

/**
 * @param indent blanks a level; 0 writes everything on one line
 * @param sorted false: keys in their order, as Go writes structs
 */
export function goJson(value: unknown, indent = 0, sorted = true): string {
  return write(value, { indent, sorted }, '');
}

interface Style {
  readonly indent: number;
  readonly sorted: boolean;
}

function write(value: unknown, style: Style, margin: string): string {
  const { indent } = style;
  if (Array.isArray(value)) {
    return block(
      '[',
      ']',
      value.map((item) => write(item, style, inner(margin, indent))),
      indent,
      margin,
    );
  }
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    const entries = (style.sorted ? keys.sort(compareUtf8) : keys).map((key) => {
      const colon = indent === 0 ? ':' : ': ';
      return `${text(key)}${colon}${write(value[key], style, inner(margin, indent))}`;
    });
    return block('{', '}', entries, indent, margin);
  }
  if (typeof value === 'string') return text(value);
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? 'null');
}

function inner(margin: string, indent: number): string {
  return margin + ' '.repeat(indent);
}

function block(open: string, close: string, parts: readonly string[], indent: number, margin: string): string {
  if (parts.length === 0) return open + close;
  if (indent === 0) return `${open}${parts.join(',')}${close}`;
  const deeper = inner(margin, indent);
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${margin}${close}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** Go writes \b and \f in short form since 1.22, as JavaScript does. */
function text(value: string): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => ESCAPES[char] ?? char);
}
