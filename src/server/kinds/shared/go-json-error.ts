/** Why a text is no JSON object, in the words of Go's encoding/json. */

/** The first syntax error, or that the text is something else than an object or null; undefined when it is one. */
export function goJsonObjectError(text: string): string | undefined {
  const scanner = new Scanner(text);
  const problem = scanner.document();
  if (problem !== undefined) return problem;
  const kind = KINDS[text.trimStart()[0] as string] ?? 'number';
  return kind === undefined || kind === 'object' || kind === 'null'
    ? undefined
    : `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

const KINDS: Record<string, string | undefined> = {
  '{': 'object',
  '[': 'array',
  '"': 'string',
  t: 'bool',
  f: 'bool',
  n: 'null',
};
const END = 'unexpected end of JSON input';
const MAX_DEPTH = 10000;

/** Steps through the text as Go's scanner does; stops at the first character that cannot stand where it does. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): string | undefined {
    const problem = this.#value();
    if (problem !== undefined) return problem;
    this.#space();
    return this.#at < this.#text.length ? this.#bad('after top-level value') : undefined;
  }

  #space(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at] as string)) this.#at++;
  }

  #bad(context: string): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    return this.#at >= this.#text.length ? END : `invalid character ${quoteChar(char)} ${context}`;
  }

  /** One value with all it holds. The containers that are open stand in a list, as they may be nested deeply. */
  #value(): string | undefined {
    const open: string[] = [];
    for (;;) {
      const problem = this.#begin(open) ?? this.#end(open);
      if (problem !== undefined || open.length === 0) return problem;
    }
  }

  /** Up to the end of the next scalar or empty container. */
  #begin(open: string[]): string | undefined {
    for (;;) {
      this.#space();
      const char = this.#text[this.#at];
      if (char !== '{' && char !== '[') return this.#scalar(char);
      if (open.length === MAX_DEPTH) return 'exceeded max depth';
      this.#at++;
      this.#space();
      const closer = char === '{' ? '}' : ']';
      if (this.#take(closer)) return undefined;
      open.push(closer);
      const problem = closer === '}' ? this.#key() : undefined;
      if (problem !== undefined) return problem;
    }
  }

  /** Behind a value: closes what ends here, up to where the next value begins. */
  #end(open: string[]): string | undefined {
    for (let closer = open.at(-1); closer !== undefined; closer = open.at(-1)) {
      this.#space();
      if (this.#take(closer)) open.pop();
      else if (!this.#take(','))
        return this.#bad(closer === '}' ? 'after object key:value pair' : 'after array element');
      else return closer === '}' ? this.#key() : undefined;
    }
    return undefined;
  }

  #key(): string | undefined {
    this.#space();
    if (this.#text[this.#at] !== '"') return this.#bad('looking for beginning of object key string');
    const problem = this.#string();
    if (problem !== undefined) return problem;
    this.#space();
    return this.#take(':') ? undefined : this.#bad('after object key');
  }

  #scalar(char: string | undefined): string | undefined {
    if (char === '"') return this.#string();
    if (char === 't') return this.#literal('true');
    if (char === 'f') return this.#literal('false');
    if (char === 'n') return this.#literal('null');
    if (char !== undefined && /[-0-9]/.test(char)) return this.#number();
    return this.#bad('looking for beginning of value');
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #string(): string | undefined {
    this.#at++;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      if (char === '"') {
        this.#at++;
        return undefined;
      }
      if (char < ' ') return this.#bad('in string literal');
      this.#at++;
      const problem = char === '\\' ? this.#escape() : undefined;
      if (problem !== undefined) return problem;
    }
    return END;
  }

  #escape(): string | undefined {
    const char = this.#text[this.#at];
    if (char === undefined || !'bfnrt\\/"u'.includes(char)) return this.#bad('in string escape code');
    this.#at++;
    for (let i = 0; char === 'u' && i < 4; i++, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) return this.#bad('in \\u hexadecimal character escape');
    }
    return undefined;
  }

  #literal(word: string): string | undefined {
    for (let i = 0; i < word.length; i++, this.#at++) {
      if (this.#text[this.#at] !== word[i])
        return this.#bad(`in literal ${word} (expecting ${quoteChar(word[i] as string)})`);
    }
    return undefined;
  }

  #number(): string | undefined {
    if (this.#take('-') && !this.#isDigit()) return this.#bad('in numeric literal');
    if (!this.#take('0')) this.#digits();
    if (this.#take('.')) {
      if (!this.#isDigit()) return this.#bad('after decimal point in numeric literal');
      this.#digits();
    }
    if (!this.#take('e') && !this.#take('E')) return undefined;
    if (!this.#take('+')) this.#take('-');
    if (!this.#isDigit()) return this.#bad('in exponent of numeric literal');
    this.#digits();
    return undefined;
  }

  #isDigit(): boolean {
    return /[0-9]/.test(this.#text[this.#at] ?? '');
  }

  #digits(): void {
    while (this.#isDigit()) this.#at++;
  }
}

/** Go's quoteChar: quotes and control characters escaped, the rest in single quotes. */
function quoteChar(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const escaped = JSON.stringify(char).slice(1, -1);
  return `'${escaped.replace(/^\\u00(..)$/, '\\x$1')}'`;
}
