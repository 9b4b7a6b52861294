/** Reads parts of the project's own Markdown pages. */

/** The text below a heading, up to the next one of the same or a higher rank. @throws Error when there is none */
export function section(page: string, title: string): string {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (start < 0) throw new Error(`no heading ${JSON.stringify(title)}`);
  const rank = (line: string): number => /^#+(?= )/.exec(line)?.[0].length ?? Number.POSITIVE_INFINITY;
  let fenced = false;
  const end = lines.findIndex((line, i) => {
    if (line.startsWith('```')) fenced = !fenced;
    return i > start && !fenced && rank(line) <= rank(lines[start] as string);
  });
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

/** The contents of the fenced blocks in this language, in order. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , content = '']) => content);
}
