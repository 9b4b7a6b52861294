/** Tokens of the Common Expression Language; imitates the lexer of cel-go's CEL.g4, its errors included. */

/** Kinds of tokens in the order of upstream's grammar: it decides the order in "expecting {…}". */
export const TOKEN_NAMES = [
  '<EOF>',
  "'=='",
  "'!='",
  "'in'",
  "'<'",
  "'<='",
  "'>='",
  "'>'",
  "'&&'",
  "'||'",
  "'['",
  "']'",
  "'{'",
  "'}'",
  "'('",
  "')'",
  "'.'",
  "','",
  "'-'",
  "'!'",
  "'?'",
  "':'",
  "'+'",
  "'*'",
  "'/'",
  "'%'",
  "'true'",
  "'false'",
  "'null'",
  'NUM_FLOAT',
  'NUM_INT',
  'NUM_UINT',
  'STRING',
  'BYTES',
  'IDENTIFIER',
  'ESC_IDENTIFIER',
] as const;

/** Name of a token kind without quotes: `==`, `NUM_INT`, `<EOF>`. */
export type TokenKind =
  | '<EOF>'
  | '=='
  | '!='
  | 'in'
  | '<'
  | '<='
  | '>='
  | '>'
  | '&&'
  | '||'
  | '['
  | ']'
  | '{'
  | '}'
  | '('
  | ')'
  | '.'
  | ','
  | '-'
  | '!'
  | '?'
  | ':'
  | '+'
  | '*'
  | '/'
  | '%'
  | 'true'
  | 'false'
  | 'null'
  | 'NUM_FLOAT'
  | 'NUM_INT'
  | 'NUM_UINT'
  | 'STRING'
  | 'BYTES'
  | 'IDENTIFIER'
  | 'ESC_IDENTIFIER';

export interface Token {
  readonly kind: TokenKind;
  /** Offset in characters (code points) from the start of the expression. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Characters that make no token. */
export interface LexicalError {
  readonly offset: number;
  readonly end: number;
  readonly message: string;
}

export interface Tokens {
  /** Ends with an `<EOF>` token. */
  readonly list: readonly Token[];
  readonly errors: readonly LexicalError[];
}

const BLANK = new Set(['\t', ' ', '\r', '\n', '\f']);
const TWO_CHARS = new Set(['==', '!=', '<=', '>=', '&&', '||']);
const ONE_CHAR = new Set('<>[]{}().,-!?:+*/%');
const WORDS = new Set(['in', 'true', 'false', 'null']);
const SIMPLE_ESCAPES = new Set('abfnrtv"\'\\?`');

/** A piece of text that was read: its kind and end, or the place where reading failed. */
type Scan = { readonly kind: TokenKind | 'BLANK'; readonly end: number } | { readonly failedAt: number };

/** Splits an expression into tokens. Characters that make no token are reported and skipped, as ANTLR does. */
export function tokenize(chars: readonly string[]): Tokens {
  const list: Token[] = [];
  const errors: LexicalError[] = [];
  let at = 0;
  while (at < chars.length) {
    const scan = scanToken(chars, at);
    if ('failedAt' in scan) {
      const text = chars.slice(at, scan.failedAt + 1).join('');
      errors.push({
        offset: at,
        end: scan.failedAt + 1,
        message: `Syntax error: token recognition error at: '${text}'`,
      });
      at = scan.failedAt + 1;
    } else {
      const text = chars.slice(at, scan.end).join('');
      if (scan.kind !== 'BLANK') list.push({ kind: scan.kind, start: at, end: scan.end, text });
      at = scan.end;
    }
  }
  list.push({ kind: '<EOF>', start: chars.length, end: chars.length, text: '<EOF>' });
  return { list, errors };
}

function scanToken(chars: readonly string[], at: number): Scan {
  const char = chars[at] as string;
  const next = chars[at + 1] ?? '';
  if (BLANK.has(char)) return { kind: 'BLANK', end: skipWhile(chars, at, (c) => BLANK.has(c)) };
  if (char === '/' && next === '/') return { kind: 'BLANK', end: skipWhile(chars, at, (c) => c !== '\n') };
  if (isDigit(char) || (char === '.' && isDigit(next))) return scanNumber(chars, at);
  if (char === '"' || char === "'") return scanString(chars, at, false, 'STRING');
  if (isLetter(char)) return scanWord(chars, at);
  if (char === '`') return scanQuotedName(chars, at);
  if (TWO_CHARS.has(char + next)) return { kind: (char + next) as TokenKind, end: at + 2 };
  if (ONE_CHAR.has(char)) return { kind: char as TokenKind, end: at + 1 };
  return { failedAt: char === '=' || char === '&' || char === '|' ? at + 1 : at };
}

function skipWhile(chars: readonly string[], from: number, test: (char: string) => boolean): number {
  let at = from;
  while (at < chars.length && test(chars[at] as string)) at++;
  return at;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9' && char.length === 1;
}

function isHex(char: string | undefined): boolean {
  return char !== undefined && /^[0-9a-fA-F]$/.test(char);
}

function isLetter(char: string): boolean {
  return /^[A-Za-z_]$/.test(char);
}

function scanNumber(chars: readonly string[], at: number): Scan {
  if (chars[at] === '0' && chars[at + 1] === 'x' && isHex(chars[at + 2])) {
    return withSuffix(
      chars,
      skipWhile(chars, at + 2, (c) => isHex(c)),
    );
  }
  let end = skipWhile(chars, at, isDigit);
  let float = false;
  if (chars[end] === '.' && isDigit(chars[end + 1])) {
    end = skipWhile(chars, end + 1, isDigit);
    float = true;
  }
  const exponent = exponentEnd(chars, end);
  if (exponent > end) return { kind: 'NUM_FLOAT', end: exponent };
  return float ? { kind: 'NUM_FLOAT', end } : withSuffix(chars, end);
}

function exponentEnd(chars: readonly string[], at: number): number {
  if (chars[at] !== 'e' && chars[at] !== 'E') return at;
  const digits = chars[at + 1] === '+' || chars[at + 1] === '-' ? at + 2 : at + 1;
  return isDigit(chars[digits]) ? skipWhile(chars, digits, isDigit) : at;
}

function withSuffix(chars: readonly string[], end: number): Scan {
  const unsigned = chars[end] === 'u' || chars[end] === 'U';
  return unsigned ? { kind: 'NUM_UINT', end: end + 1 } : { kind: 'NUM_INT', end };
}

function scanWord(chars: readonly string[], at: number): Scan {
  const prefix = /^(?:[rR]|[bB][rR]?)["']$/.exec(prefixOf(chars, at));
  if (prefix !== null) {
    const raw = /[rR]/.test(prefix[0]);
    const bytes = /[bB]/.test(prefix[0]);
    const scan = scanString(chars, at + prefix[0].length - 1, raw, bytes ? 'BYTES' : 'STRING');
    if ('end' in scan) return scan;
  }
  const end = skipWhile(chars, at, (c) => isLetter(c) || isDigit(c));
  const text = chars.slice(at, end).join('');
  return { kind: (WORDS.has(text) ? text : 'IDENTIFIER') as TokenKind, end };
}

/** Up to three characters, ending at the first quote. */
function prefixOf(chars: readonly string[], at: number): string {
  const text = chars.slice(at, at + 3).join('');
  const quote = text.search(/["']/);
  return quote < 0 ? text : text.slice(0, quote + 1);
}

/** The longest string that begins with the quote at `at`: three quotes if they are closed, else one. */
function scanString(chars: readonly string[], at: number, raw: boolean, kind: TokenKind): Scan {
  const quote = chars[at] as string;
  const triple = chars[at + 1] === quote && chars[at + 2] === quote;
  if (triple) {
    const scan = scanQuoted(chars, at + 3, quote.repeat(3), raw, kind);
    if ('end' in scan) return scan;
    return { kind, end: at + 2 };
  }
  return scanQuoted(chars, at + 1, quote, raw, kind);
}

function scanQuoted(chars: readonly string[], from: number, close: string, raw: boolean, kind: TokenKind): Scan {
  let at = from;
  while (at < chars.length) {
    const char = chars[at] as string;
    if (char === close[0] && chars.slice(at, at + close.length).join('') === close)
      return { kind, end: at + close.length };
    if (close.length === 1 && (char === '\n' || char === '\r')) return { failedAt: at };
    if (char !== '\\' || raw) at++;
    else {
      const end = escapeEnd(chars, at);
      if (end.failed) return { failedAt: end.at };
      at = end.at;
    }
  }
  return { failedAt: at };
}

function escapeEnd(chars: readonly string[], at: number): { at: number; failed: boolean } {
  const char = chars[at + 1] ?? '';
  if (SIMPLE_ESCAPES.has(char)) return { at: at + 2, failed: false };
  if (char >= '0' && char <= '3') return digitsEnd(chars, at + 2, 2, (c) => c !== undefined && c >= '0' && c <= '7');
  const length = char === 'x' || char === 'X' ? 2 : char === 'u' ? 4 : char === 'U' ? 8 : 0;
  return length === 0 ? { at: at + 1, failed: true } : digitsEnd(chars, at + 2, length, isHex);
}

function digitsEnd(
  chars: readonly string[],
  from: number,
  length: number,
  test: (char: string | undefined) => boolean,
): { at: number; failed: boolean } {
  for (let at = from; at < from + length; at++) if (!test(chars[at])) return { at, failed: true };
  return { at: from + length, failed: false };
}

function scanQuotedName(chars: readonly string[], at: number): Scan {
  const end = skipWhile(chars, at + 1, (c) => /^[A-Za-z0-9_.\-/ ]$/.test(c));
  return chars[end] === '`' && end > at + 1 ? { kind: 'ESC_IDENTIFIER', end: end + 1 } : { failedAt: end };
}
