/** Names of properties as identifiers; imitates apiserver pkg/cel/escaping.go. */

/** Words that cannot be identifiers. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);
const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** A property's name as an identifier; undefined when it can be none. */
export function escapeName(name: string): string | undefined {
  if (name === '' || /^[0-9]/.test(name) || /[^\w./-]/.test(name)) return undefined;
  return RESERVED_WORDS.has(name) ? `__${name}__` : name.replace(/__|[./-]/g, (part) => ESCAPES[part] as string);
}
