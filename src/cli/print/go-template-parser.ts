/** Go's text/template as a tree: texts, pipelines, if, range, with, define and template. */
import { TEMPLATE_FUNCTIONS } from './go-template-functions.ts';

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'branch';
      readonly word: 'if' | 'range' | 'with';
      readonly pipe: Pipe;
      readonly body: Node[];
      readonly other: Node[];
    }
  | { readonly kind: 'jump'; readonly word: 'break' | 'continue' }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined };

/** `$i, $e := COMMAND | COMMAND` */
export interface Pipe {
  readonly variables: readonly string[];
  /** `=` changes variables that are there. */
  readonly assign: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type Operand =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'dot' }
  | { readonly kind: 'function'; readonly name: string }
  /** `.a.b`, `$x.a.b`, `(PIPE).a.b` */
  | { readonly kind: 'fields'; readonly of: Operand; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe };

export interface ParsedTemplate {
  readonly root: readonly Node[];
  readonly named: ReadonlyMap<string, readonly Node[]>;
}

export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';
}

const TOKEN = /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|[+-]?\d[\w.]*|:=|\$\w*|\.\w+|[A-Za-z_]\w*|[.|(),=]/y;
const MAX_DEPTH = 200;

/** @throws TemplateSyntaxError */
export function parseTemplate(text: string): ParsedTemplate {
  return new TemplateParser(text).parse();
}

type Piece = { readonly text: string } | { readonly action: string };

/** Texts and actions; `{{-` and `-}}` take the blanks beside them away. */
function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const plain = open < 0 ? text.slice(at) : text.slice(at, open);
    const left = trim ? plain.trimStart() : plain;
    const trimsLeft = open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4));
    pieces.push({ text: trimsLeft ? left.trimEnd() : left });
    if (open < 0) break;
    const close = closing(text, open + 2);
    const inner = text.slice(open + 2, close);
    trim = /\s-$/.test(inner);
    pieces.push({
      action: inner
        .replace(/^-(?=\s)/, '')
        .replace(/\s-$/, '')
        .trim(),
    });
    at = close + 2;
  }
  return pieces;
}

/** Where the action ends; braces in strings and comments do not count. */
function closing(text: string, from: number): number {
  const scanner = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/g;
  scanner.lastIndex = from;
  for (let match = scanner.exec(text); match !== null; match = scanner.exec(text)) {
    if (match[0] === '}}') return match.index;
  }
  throw new TemplateSyntaxError('unclosed action');
}

class TemplateParser {
  readonly #pieces: readonly Piece[];
  readonly #named = new Map<string, readonly Node[]>();
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#pieces = split(text);
  }

  parse(): ParsedTemplate {
    const { nodes, end } = this.#list();
    if (end !== '') throw new TemplateSyntaxError(`unexpected {{${end}}}`);
    return { root: nodes, named: this.#named };
  }

  /** Nodes up to `end` or `else`, which are handed back. */
  #list(): { nodes: Node[]; end: string } {
    if (++this.#depth > MAX_DEPTH) throw new TemplateSyntaxError('exceeded maximum nesting depth');
    const nodes: Node[] = [];
    for (; this.#at < this.#pieces.length; ) {
      const piece = this.#pieces[this.#at++] as Piece;
      if ('text' in piece) {
        if (piece.text !== '') nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      if (/^(end|else)\b/.test(piece.action)) {
        this.#depth--;
        return { nodes, end: piece.action };
      }
      const node = this.#action(piece.action);
      if (node !== undefined) nodes.push(node);
    }
    this.#depth--;
    return { nodes, end: '' };
  }

  #action(action: string): Node | undefined {
    const [word = ''] = /^\w*/.exec(action) ?? [];
    const rest = action.slice(word.length).trim();
    switch (word) {
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(word, rest);
      case 'break':
      case 'continue':
        return { kind: 'jump', word };
      case 'define':
        this.#named.set(stringOf(rest), this.#body());
        return undefined;
      case 'block': {
        const [, name = '', pipe = ''] = /^("(?:[^"\\]|\\.)*"|`[^`]*`)\s*(.*)$/s.exec(rest) ?? [];
        this.#named.set(stringOf(name), this.#body());
        return { kind: 'template', name: stringOf(name), pipe: pipe === '' ? undefined : parsePipe(pipe) };
      }
      case 'template': {
        const [, name = '', pipe = ''] = /^("(?:[^"\\]|\\.)*"|`[^`]*`)\s*(.*)$/s.exec(rest) ?? [];
        return { kind: 'template', name: stringOf(name), pipe: pipe === '' ? undefined : parsePipe(pipe) };
      }
    }
    if (action.startsWith('/*')) return undefined;
    return { kind: 'action', pipe: parsePipe(action) };
  }

  #body(): Node[] {
    const { nodes, end } = this.#list();
    if (end !== 'end') throw new TemplateSyntaxError('unexpected EOF');
    return nodes;
  }

  #branch(word: 'if' | 'range' | 'with', rest: string): Node {
    const pipe = parsePipe(rest);
    const { nodes, end } = this.#list();
    if (end === 'end') return { kind: 'branch', word, pipe, body: nodes, other: [] };
    if (end === '') throw new TemplateSyntaxError('unexpected EOF');
    const chained = /^else\s+(if|with)\b(.*)$/s.exec(end);
    if (chained === null) return { kind: 'branch', word, pipe, body: nodes, other: this.#body() };
    const nested = this.#branch(chained[1] as 'if' | 'with', (chained[2] ?? '').trim());
    return { kind: 'branch', word, pipe, body: nodes, other: [nested] };
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null)
      throw new TemplateSyntaxError(`unexpected ${JSON.stringify(text.slice(tokens.join('').length))} in operand`);
    tokens.push(/^\s/.test(match[0]) ? ' ' : match[0]);
  }
  return tokens;
}

/** @throws TemplateSyntaxError */
function parsePipe(text: string): Pipe {
  const reader = new PipeReader(tokensOf(text));
  const pipe = reader.pipe();
  reader.expectEnd();
  return pipe;
}

class PipeReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  pipe(): Pipe {
    const { variables, assign } = this.#declarations();
    const commands: Operand[][] = [];
    do {
      const command = this.#command();
      if (command.length === 0) throw new TemplateSyntaxError('missing value for command');
      commands.push(command);
    } while (this.#take('|'));
    return { variables, assign, commands };
  }

  expectEnd(): void {
    this.#blanks();
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw new TemplateSyntaxError(`unexpected ${JSON.stringify(token)} in operand`);
  }

  #declarations(): { variables: string[]; assign: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    do {
      this.#blanks();
      const token = this.#tokens[this.#at] ?? '';
      if (!/^\$\w+$/.test(token)) break;
      variables.push(token);
      this.#at++;
    } while (this.#take(','));
    if (variables.length > 0) {
      if (this.#take(':=')) return { variables, assign: false };
      if (this.#take('=')) return { variables, assign: true };
    }
    this.#at = start;
    return { variables: [], assign: false };
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      this.#blanks();
      const token = this.#tokens[this.#at];
      if (token === undefined || token === '|' || token === ')' || token === ',') return operands;
      operands.push(this.#operand());
    }
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at++] as string;
    const base = this.#base(token);
    const names: string[] = token.startsWith('.') && token.length > 1 ? [token.slice(1)] : [];
    while (/^\.\w/.test(this.#tokens[this.#at] ?? '')) names.push((this.#tokens[this.#at++] as string).slice(1));
    return names.length === 0 ? base : { kind: 'fields', of: base, names };
  }

  #base(token: string): Operand {
    if (token.startsWith('.')) return { kind: 'dot' };
    if (token.startsWith('$')) return { kind: 'variable', name: token };
    if (token === '(') {
      const pipe = this.pipe();
      if (!this.#take(')')) throw new TemplateSyntaxError('unclosed left paren');
      return { kind: 'pipe', pipe };
    }
    if (/^["`]/.test(token)) return { kind: 'value', value: stringOf(token) };
    if (token.startsWith("'")) return { kind: 'value', value: stringOf(`"${token.slice(1, -1)}"`).codePointAt(0) };
    if (/^[+-]?\d/.test(token)) return { kind: 'value', value: numberOf(token) };
    if (token === 'true' || token === 'false') return { kind: 'value', value: token === 'true' };
    if (token === 'nil') return { kind: 'value', value: null };
    if (/^[A-Za-z_]/.test(token)) {
      if (!Object.hasOwn(TEMPLATE_FUNCTIONS, token)) {
        throw new TemplateSyntaxError(`function ${JSON.stringify(token)} not defined`);
      }
      return { kind: 'function', name: token };
    }
    throw new TemplateSyntaxError(`unexpected ${JSON.stringify(token)} in operand`);
  }

  #take(token: string): boolean {
    this.#blanks();
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #blanks(): void {
    while (this.#tokens[this.#at] === ' ') this.#at++;
  }
}

/** Whole numbers are int, others float64. */
function numberOf(token: string): number | bigint {
  if (/^[+-]?\d[\d_]*$/.test(token)) return BigInt(token.replace(/[_+]/g, ''));
  const value = Number(token.replaceAll('_', ''));
  if (Number.isNaN(value)) throw new TemplateSyntaxError(`bad number syntax: ${JSON.stringify(token)}`);
  return value;
}

/** A quoted text; Go's escapes are JSON's and a few more. */
function stringOf(token: string): string {
  if (token.startsWith('`')) return token.slice(1, -1);
  try {
    const json = token.replace(/\\(x([0-9a-f]{2})|a|v|')/gi, (match, letter: string, hex: string | undefined) => {
      if (hex !== undefined) return `\\u00${hex}`;
      return { a: '\\u0007', v: '\\u000b', "'": "'" }[letter] ?? match;
    });
    return JSON.parse(json) as string;
  } catch {
    throw new TemplateSyntaxError(`unexpected ${JSON.stringify(token)} in operand`);
  }
}
