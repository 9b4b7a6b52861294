/** JSONPath templates as Kubernetes knows them (client-go util/jsonpath): text with paths in braces. */

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'range'; readonly steps: readonly Step[]; readonly body: readonly Node[] };

export type Step =
  | { readonly kind: 'root' }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'union'; readonly members: readonly (readonly Step[])[] }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator: Operator; readonly right?: Operand };

export type Operator = 'exists' | '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Operand =
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'value'; readonly value: string | number | boolean };

export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** Brackets in brackets; filters in filters. */
const MAX_DEPTH = 50;

/** @throws JsonPathError in client-go's words */
export function parseJsonPath(template: string): Node[] {
  return new TemplateParser(template).parse();
}

class TemplateParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node[] {
    return this.#nodes(false);
  }

  #nodes(inRange: boolean): Node[] {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('{', this.#at);
      if (open !== this.#at) {
        const end = open < 0 ? this.#text.length : open;
        nodes.push({ kind: 'text', text: this.#text.slice(this.#at, end) });
        this.#at = end;
        continue;
      }
      const action = this.#action();
      if (action === 'end') {
        if (inRange) return nodes;
        throw new JsonPathError('not in range, nothing to end');
      }
      nodes.push(...action);
    }
    if (inRange) throw new JsonPathError('unclosed range: {end} is missing');
    return nodes;
  }

  /** What stands in one pair of braces: paths and texts one after the other, or a range with what follows. */
  #action(): 'end' | Node[] {
    const close = closingBrace(this.#text, this.#at + 1);
    const body = this.#text.slice(this.#at + 1, close).trim();
    this.#at = close + 1;
    if (body === 'end') return 'end';
    const range = /^range(?=[\s.$@[])\s*/.exec(body);
    if (range === null) return new PathParser(body).actions();
    const steps = new PathParser(body.slice(range[0].length)).path();
    return [{ kind: 'range', steps, body: this.#nodes(true) }];
  }
}

function closingBrace(text: string, from: number): number {
  let quote = '';
  let brackets = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\') i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[') brackets++;
    else if (char === ']') brackets--;
    else if (char === '}' && brackets <= 0) return i;
  }
  throw new JsonPathError(
    brackets > 0 ? 'unterminated array' : quote === '' ? 'unclosed action' : 'unterminated quoted string',
  );
}

const NAME_END = /[\s.[\](){}=!<>,|'"@$]/;

class PathParser {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth = 0) {
    if (depth > MAX_DEPTH) throw new JsonPathError('the path is nested too deeply');
    this.#text = text;
    this.#depth = depth;
  }

  actions(): Node[] {
    const nodes: Node[] = [];
    for (this.#blanks(); this.#at < this.#text.length; this.#blanks()) {
      const char = this.#text[this.#at];
      nodes.push(
        char === '"' || char === "'" ? { kind: 'text', text: this.#quoted() } : { kind: 'path', steps: this.#steps() },
      );
    }
    return nodes;
  }

  /** The whole text as one path. */
  path(): Step[] {
    const steps = this.#steps();
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#unrecognized();
    return steps;
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #steps(): Step[] {
    const steps: Step[] = [];
    const start = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '$' || char === '@') {
        if (this.#at !== start) throw this.#unrecognized();
        this.#at++;
        if (char === '$') steps.push({ kind: 'root' });
      } else if (char === '.') this.#dot(steps);
      else if (char === '[') steps.push(this.#bracket());
      else if (char === '*') {
        this.#at++;
        steps.push({ kind: 'wildcard' });
      } else if (this.#at === start && char !== undefined && /[A-Za-z_]/.test(char)) steps.push(this.#field());
      else break;
    }
    if (this.#at === start) throw this.#unrecognized();
    return steps;
  }

  #dot(steps: Step[]): void {
    this.#at++;
    if (this.#text[this.#at] === '.') {
      this.#at++;
      steps.push({ kind: 'recursive' });
    }
    const next = this.#text[this.#at];
    if (next === '*') {
      this.#at++;
      steps.push({ kind: 'wildcard' });
    } else if (next !== undefined && !NAME_END.test(next)) steps.push(this.#field());
  }

  /** A backslash takes the next character as it is: `kubernetes\.io/name`. */
  #field(): Step {
    let name = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === '\\') name += this.#text[++this.#at] ?? '';
      else if (NAME_END.test(char)) break;
      else name += char;
    }
    return { kind: 'field', name };
  }

  #bracket(): Step {
    const close = closingBracket(this.#text, this.#at);
    const body = this.#text.slice(this.#at + 1, close).trim();
    this.#at = close + 1;
    const filter = /^\?\((.*)\)$/s.exec(body);
    if (filter !== null) return parseFilter(filter[1] ?? '', this.#depth + 1);
    if (body === '*') return { kind: 'wildcard' };
    const parts = splitOutsideQuotes(body);
    const members = parts.map((part) => this.#member(part.trim()));
    return members.length === 1 ? (members[0] as Step) : { kind: 'union', members: members.map((member) => [member]) };
  }

  #member(part: string): Step {
    const quoted = /^'((?:[^'\\]|\\.)*)'$/s.exec(part);
    if (quoted !== null) return { kind: 'field', name: (quoted[1] ?? '').replace(/\\(.)/gs, '$1') };
    if (/^-?\d{1,9}$/.test(part)) return { kind: 'index', index: Number(part) };
    const slice = /^(-?\d{1,9})?:(-?\d{1,9})?(?::(-?\d{1,9}))?$/.exec(part);
    if (slice === null) throw new JsonPathError(`invalid array index ${part}`);
    const [from, to, step] = slice.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
    return { kind: 'slice', from, to, step };
  }

  #quoted(): string {
    const quote = this.#text[this.#at] as string;
    let raw = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === quote) {
        this.#at++;
        return unescaped(raw);
      }
      raw += char === '\\' ? char + (this.#text[++this.#at] ?? '') : char;
    }
    throw new JsonPathError('unterminated quoted string');
  }

  #unrecognized(): JsonPathError {
    const char = this.#text[this.#at];
    if (char === undefined) return new JsonPathError('unexpected end of the path');
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return new JsonPathError(`unrecognized character in action: U+${code} '${char}'`);
  }
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

function unescaped(raw: string): string {
  return raw.replace(/\\u([0-9a-fA-F]{4})|\\(.)/gs, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPED[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function closingBracket(text: string, open: number): number {
  let quote = '';
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\') i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return i;
  }
  throw new JsonPathError('unterminated array');
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const char of text) {
    if (char === "'") quoted = !quoted;
    if (char === ',' && !quoted) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

const COMPARISON = /^((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^=!<>"'])*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s;

function parseFilter(text: string, depth: number): Step {
  const compared = COMPARISON.exec(text);
  if (compared === null) return { kind: 'filter', left: parseOperand(text.trim(), depth), operator: 'exists' };
  const [, left = '', operator = '==', right = ''] = compared;
  return {
    kind: 'filter',
    left: parseOperand(left.trim(), depth),
    operator: operator as Operator,
    right: parseOperand(right.trim(), depth),
  };
}

function parseOperand(text: string, depth: number): Operand {
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/s.exec(text);
  if (quoted !== null) return { kind: 'value', value: unescaped(quoted[1] ?? quoted[2] ?? '') };
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return { kind: 'value', value: Number(text) };
  if (text === 'true' || text === 'false') return { kind: 'value', value: text === 'true' };
  return { kind: 'path', steps: new PathParser(text, depth).path() };
}
