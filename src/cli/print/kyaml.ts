/**
 * KYAML, the variant of YAML whose structure is braces and whose texts are always quoted (KEP-5295), laid out as
 * kubectl's printer has it.
 *
 *   {
 *     kind: "Pod",
 *     ports: [{
 *       port: 80,
 *     }],
 *   }
 */
import { isObject } from '../../api/object.ts';
import { isPlainString } from '../../api/yaml-scalars.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

const STEP = '  ';
/** What some version of YAML takes for a truth value. */
const BOOLEAN = /^(y|n|t|f|yes|no|on|off|true|false|null)$/i;

/** @param sorted false: keys in their order */
export function stringifyKyaml(value: unknown, sorted = true): string {
  return `---\n${write(value, '', sorted)}\n`;
}

function write(value: unknown, margin: string, sorted: boolean): string {
  if (Array.isArray(value)) return list(value, margin, sorted);
  if (isObject(value)) return map(value, margin, sorted);
  if (typeof value === 'string') return text(value, margin);
  return value === null || value === undefined ? 'null' : String(value);
}

function map(value: Record<string, unknown>, margin: string, sorted: boolean): string {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (keys.length === 0) return '{}';
  const inner = margin + STEP;
  const lines = (sorted ? keys.sort(compareUtf8) : keys).map(
    (key) => `${inner}${keyText(key)}: ${write(value[key], inner, sorted)},\n`,
  );
  return `{\n${lines.join('')}${margin}}`;
}

/** Maps and lists in a list cuddle with its brackets. */
function list(items: readonly unknown[], margin: string, sorted: boolean): string {
  if (items.length === 0) return '[]';
  if (items.every((item) => isObject(item) || Array.isArray(item))) {
    return `[${items.map((item) => write(item, margin, sorted)).join(', ')}]`;
  }
  const inner = margin + STEP;
  return `[\n${items.map((item) => `${inner}${write(item, inner, sorted)},\n`).join('')}${margin}]`;
}

function keyText(key: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(key) && isPlainString(key) && !BOOLEAN.test(key);
  return plain ? key : JSON.stringify(key);
}

/** A text of several lines is broken behind each; the backslashes keep the breaks out of it. */
function text(value: string, margin: string): string {
  const lines = value.split('\n');
  if (lines.length === 1) return `"${escapedLine(value)}"`;
  const last = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const broken = last.map((line, i) => {
    const ends = i < lines.length - 1 ? '\\n' : '';
    return `${margin}  ${/^\s/.test(line) ? '\\' : ' '}${escapedLine(line)}${ends}\\\n`;
  });
  return `"\\\n${broken.join('')}${margin}  "`;
}

/** As in JSON, but tabs stay. */
function escapedLine(line: string): string {
  return line
    .split('\t')
    .map((part) => JSON.stringify(part).slice(1, -1))
    .join('\t');
}
