/** Words packed into lines; line breaks of the text stay. */
export function wrapped(value: string, indent: string, width: number): string {
  return value
    .split('\n')
    .flatMap((line) => packed(line, width))
    .map((line) => indent + line)
    .join('\n');
}

/** Blanks where a line is broken are lost, all others stay, also two in a row. */
function packed(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const [, blanks = '', word = ''] of line.matchAll(/( *)([^ ]+)|( +)$/g)) {
    if (current !== '' && current.length + blanks.length + word.length > width) {
      lines.push(current);
      current = word;
    } else current += blanks + word;
  }
  return [...lines, current + (/[^ ]( +)$/.exec(line)?.[1] ?? '')];
}
