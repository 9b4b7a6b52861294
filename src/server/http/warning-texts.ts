/** How much of its warnings an answer carries; imitates the recorder of apiserver pkg/endpoints/filters/warning.go. */
const MAX_CHARACTERS = 4 * 1024;
/** Of each warning, once all together are too long. */
const MAX_TRUNCATED = 256;

/** Cut where all together are longer than 4,096 characters. */
export function warningTexts(warnings: Iterable<string>): string[] {
  const texts = [...warnings];
  if (texts.reduce((sum, text) => sum + lengthOf(text), 0) <= MAX_CHARACTERS) return texts;
  const kept: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= MAX_CHARACTERS) break;
    const cut = lengthOf(text) <= MAX_TRUNCATED ? text : Array.from(text).slice(0, MAX_TRUNCATED).join('');
    written += lengthOf(cut);
    kept.push(cut);
  }
  return kept;
}

/** In Unicode characters. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
