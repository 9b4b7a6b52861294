/** The text of an expression, and how errors in it are shown; imitates cel-go common/error.go and errors.go. */

export interface CelIssue {
  /** Offset in characters; -1 when the error has no place. */
  readonly offset: number;
  readonly message: string;
}

const MAX_SHOWN = 100;

/** Splits into characters (code points), which is what offsets and columns count. */
export function charactersOf(text: string): string[] {
  return Array.from(text);
}

/**
 * `ERROR: <input>:1:3: message` and the line with a mark below, for each issue in order of place:
 * ` | a.b` and ` | .^`.
 */
export function showIssues(chars: readonly string[], issues: readonly CelIssue[]): string {
  const lines = chars.join('').split('\n');
  const placed = issues
    .slice(0, MAX_SHOWN)
    .map((issue) => ({ ...place(chars, issue.offset), message: issue.message }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return placed.map(({ line, column, message }) => showIssue(lines, line, column, message)).join('\n');
}

function place(chars: readonly string[], offset: number): { line: number; column: number } {
  if (offset < 0) return { line: -1, column: -1 };
  let line = 1;
  let start = 0;
  for (let at = 0; at < offset; at++) {
    if (chars[at] !== '\n') continue;
    line++;
    start = at + 1;
  }
  return { line, column: offset - start };
}

function showIssue(lines: readonly string[], line: number, column: number, message: string): string {
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  const text = lines[line - 1];
  if (text === undefined || line < 1 || isEmpty(lines)) return head;
  const shown = charactersOf(text.replaceAll('\t', ' '));
  const dots = shown.slice(0, column).map((char) => (isWide(char) ? '\uff0e' : '.'));
  const mark = isWide(shown[column] ?? '') ? '\uff3e' : '^';
  return `${head}\n | ${shown.join('')}\n | ${dots.join('')}${mark}`;
}

function isEmpty(lines: readonly string[]): boolean {
  return lines.length === 1 && lines[0] === '';
}

/** Takes more than one byte in UTF-8. */
function isWide(char: string): boolean {
  return (char.codePointAt(0) ?? 0) > 0x7f;
}
