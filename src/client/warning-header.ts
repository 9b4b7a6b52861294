/** `Warning` headers (RFC 7234 §5.5) as API servers send them: code 299, any agent, a quoted text. */
const WARNING = /299 +\S+ +"((?:[^"\\]|\\.)*)"/g;

/** The texts of all warnings of an answer, in order. */
export function warningTexts(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  const text = typeof header === 'string' ? header : header.join(', ');
  return [...text.matchAll(WARNING)].map(([, quoted = '']) => quoted.replace(/\\(.)/g, '$1'));
}
