/** The value of string and bytes literals; imitates cel-go parser/unescape.go. */

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};
const ESCAPE = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;

/** `literal` with prefix and quotes: a string, bytes for the prefix b; undefined when an escape names no character. */
export function unescapeLiteral(literal: string): string | Uint8Array | undefined {
  const prefix = /^[a-zA-Z]*/.exec(literal)?.[0] ?? '';
  const quoted = literal.slice(prefix.length);
  const width = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  const body = quoted.slice(width, -width).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const bytes = /b/i.test(prefix);
  if (/r/i.test(prefix)) return bytes ? new TextEncoder().encode(body) : body;
  return bytes ? unescapeBytes(body) : unescapeText(body);
}

function unescapeText(body: string): string | undefined {
  let valid = true;
  const text = body.replace(ESCAPE, (whole: string, hex, short, long, octal, simple: string | undefined) => {
    if (simple !== undefined) return SIMPLE[simple] ?? whole;
    const code = octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8);
    if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
    valid = false;
    return '';
  });
  return valid ? text : undefined;
}

/** `\xFF` and octal escapes are bytes; Unicode escapes are not allowed. */
function unescapeBytes(body: string): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const out: number[] = [];
  let from = 0;
  for (const match of body.matchAll(ESCAPE)) {
    const [whole, hex, short, long, octal, simple] = match;
    if (short !== undefined || long !== undefined) return undefined;
    out.push(...encoder.encode(body.slice(from, match.index)));
    from = match.index + whole.length;
    if (simple !== undefined) out.push(...encoder.encode(SIMPLE[simple] ?? whole));
    else out.push(hex === undefined ? Number.parseInt(octal as string, 8) : Number.parseInt(hex, 16));
  }
  out.push(...encoder.encode(body.slice(from)));
  return Uint8Array.from(out);
}
