/**
 * Parses an expression of the Common Expression Language (grammar: cel-go CEL.g4, semantics: parser/parser.go).
 * Text that the grammar refuses is explained by syntax-errors.ts; what only the tree shows (reserved names, numbers
 * out of range, macros' arguments) is reported here.
 */
import type { Expr, LiteralType, LiteralValue, MapEntry, StructField } from './ast.ts';
import { expandMacro, MacroFault, type MacroOptions } from './macros.ts';
import { type CelIssue, charactersOf } from './source.ts';
import { unescapeLiteral } from './string-literal.ts';
import { syntaxErrors } from './syntax-errors.ts';
import { type Token, type TokenKind, tokenize } from './tokens.ts';

/** Longer expressions are refused unread. */
const MAX_CHARACTERS = 100_000;
const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;
const RESERVED = new Set(
  (
    'as break const continue else false for function if import in let loop package namespace null return true var ' +
    'void while'
  ).split(' '),
);
const RELATIONS: ReadonlyMap<TokenKind, string> = new Map([
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>=', '_>=_'],
  ['>', '_>_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['in', '@in'],
]);
const FACTORS: ReadonlyMap<TokenKind, string> = new Map([
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
]);
const TERMS: ReadonlyMap<TokenKind, string> = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
]);

export type Parsed =
  | { readonly expr: Expr; readonly chars: readonly string[] }
  | { readonly issues: readonly CelIssue[]; readonly chars: readonly string[] };

/** The text is not of the grammar; syntax-errors.ts knows the words. */
class NotGrammatical extends Error {}

export function parse(text: string, options: MacroOptions): Parsed {
  const chars = charactersOf(text);
  if (chars.length > MAX_CHARACTERS) {
    const message = `expression code point size exceeds limit: size: ${chars.length}, limit ${MAX_CHARACTERS}`;
    return { chars, issues: [{ offset: -1, message }] };
  }
  const tokens = tokenize(chars);
  const issues: CelIssue[] = [...tokens.errors, ...syntaxErrors(chars, tokens)];
  if (issues.length > 0) return { chars, issues };
  const parser = new Parser(tokens.list, options);
  const expr = parser.whole();
  return parser.issues.length > 0 ? { chars, issues: parser.issues } : { chars, expr };
}

class Parser {
  readonly issues: CelIssue[] = [];
  readonly #tokens: readonly Token[];
  readonly #options: MacroOptions;
  #at = 0;

  constructor(tokens: readonly Token[], options: MacroOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  whole(): Expr {
    const expr = this.#expression();
    this.#take('<EOF>');
    return expr;
  }

  #look(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#look();
    if (token.kind !== '<EOF>') this.#at++;
    return token;
  }

  #take(kind: TokenKind): Token {
    if (this.#look().kind !== kind) throw new NotGrammatical();
    return this.#next();
  }

  #accept(kind: TokenKind): Token | undefined {
    return this.#look().kind === kind ? this.#next() : undefined;
  }

  #report(offset: number, message: string): Expr {
    this.issues.push({ offset, message });
    return { kind: 'literal', offset, type: 'null_type', value: null };
  }

  #expression(): Expr {
    const condition = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
    const mark = this.#accept('?');
    if (mark === undefined) return condition;
    const whenTrue = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
    this.#take(':');
    return operator(mark, '_?_:_', condition, whenTrue, this.#expression());
  }

  #logical(kind: TokenKind, name: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const operators: Token[] = [];
    for (let op = this.#accept(kind); op !== undefined; op = this.#accept(kind)) {
      operators.push(op);
      terms.push(operand());
    }
    return terms.length === 1 ? (terms[0] as Expr) : balanced(name, terms, operators, 0, operators.length - 1);
  }

  #relation(): Expr {
    return this.#binary(RELATIONS, () => this.#binary(TERMS, () => this.#binary(FACTORS, () => this.#unary())));
  }

  #binary(names: ReadonlyMap<TokenKind, string>, operand: () => Expr): Expr {
    let left = operand();
    for (let name = names.get(this.#look().kind); name !== undefined; name = names.get(this.#look().kind))
      left = operator(this.#next(), name, left, operand());
    return left;
  }

  #unary(): Expr {
    const kind = this.#look().kind;
    if (kind !== '!' && kind !== '-') return this.#member();
    const first = this.#look();
    let count = 0;
    while (this.#look().kind === kind && !(kind === '-' && count === 0 && this.#isSignedNumber())) {
      this.#next();
      count++;
    }
    const operand = this.#member();
    return count % 2 === 0 ? operand : operator(first, kind === '!' ? '!_' : '-_', operand);
  }

  #isSignedNumber(): boolean {
    const next = this.#tokens[this.#at + 1]?.kind;
    return next === 'NUM_INT' || next === 'NUM_FLOAT';
  }

  #member(): Expr {
    let expr = this.#primary();
    for (;;) {
      const dot = this.#accept('.');
      if (dot !== undefined) expr = this.#selection(expr, dot);
      else if (this.#look().kind === '[') expr = this.#index(expr);
      else return expr;
    }
  }

  #selection(operand: Expr, dot: Token): Expr {
    const optional = this.#accept('?') !== undefined;
    const field = this.#fieldName();
    const open = optional ? undefined : this.#accept('(');
    if (open !== undefined) return this.#call(open, field.text, operand);
    if (!optional) return { kind: 'select', offset: dot.start, operand, field: field.text, testOnly: false };
    const name: Expr = { kind: 'literal', offset: field.start, type: 'string', value: field.text };
    return operator(dot, '_?._', operand, name);
  }

  /** A field's name; names in backticks are not switched on in Kubernetes. */
  #fieldName(): Token {
    const token = this.#next();
    if (token.kind === 'ESC_IDENTIFIER') this.#report(token.start, "unsupported syntax: '`'");
    else if (token.kind !== 'IDENTIFIER') throw new NotGrammatical();
    return token;
  }

  #index(operand: Expr): Expr {
    const open = this.#take('[');
    const name = this.#accept('?') === undefined ? '_[_]' : '_[?_]';
    const index = this.#expression();
    this.#take(']');
    return operator(open, name, operand, index);
  }

  #call(open: Token, name: string, target: Expr | undefined): Expr {
    const args: Expr[] = [];
    if (this.#look().kind !== ')') {
      args.push(this.#expression());
      while (this.#accept(',') !== undefined) args.push(this.#expression());
    }
    this.#take(')');
    const expanded = expandMacro(open.start, name, target, args, this.#options);
    if (expanded instanceof MacroFault) return this.#report(expanded.offset, expanded.message);
    return expanded ?? { kind: 'call', offset: open.start, name, target, args };
  }

  #primary(): Expr {
    const token = this.#look();
    switch (token.kind) {
      case '(':
        return this.#nested();
      case '[':
        return this.#list();
      case '{':
        return this.#map();
      case '.':
      case 'IDENTIFIER':
        return this.#named();
      default:
        return this.#literal();
    }
  }

  #nested(): Expr {
    this.#take('(');
    const expr = this.#expression();
    this.#take(')');
    return expr;
  }

  #list(): Expr {
    const open = this.#take('[');
    const elements: { value: Expr; optional: boolean }[] = [];
    this.#separated(']', () => {
      const optional = this.#accept('?') !== undefined;
      elements.push({ value: this.#expression(), optional });
    });
    return { kind: 'list', offset: open.start, elements };
  }

  #map(): Expr {
    const open = this.#take('{');
    const entries: MapEntry[] = [];
    this.#separated('}', () => {
      const optional = this.#accept('?') !== undefined;
      const key = this.#expression();
      const colon = this.#take(':');
      entries.push({ offset: colon.start, key, value: this.#expression(), optional });
    });
    return { kind: 'map', offset: open.start, entries };
  }

  /** Elements between commas up to `close`; a comma may follow the last one. */
  #separated(close: TokenKind, element: () => void): void {
    while (this.#look().kind !== close && this.#look().kind !== ',') {
      element();
      if (this.#look().kind !== ',' || this.#tokens[this.#at + 1]?.kind === close) break;
      this.#next();
    }
    this.#accept(',');
    this.#take(close);
  }

  /** An identifier, a call, or a message `a.b.C{…}`. */
  #named(): Expr {
    const dot = this.#accept('.');
    const message = this.#messageNameLength();
    if (message > 0) return this.#message(dot, message);
    const id = this.#take('IDENTIFIER');
    const name = `${dot === undefined ? '' : '.'}${id.text}`;
    if (RESERVED.has(id.text)) {
      const fault = this.#report(dot?.start ?? id.start, `reserved identifier: ${id.text}`);
      const open = this.#accept('(');
      if (open !== undefined) this.#call(open, name, undefined);
      return fault;
    }
    const open = this.#accept('(');
    return open === undefined ? { kind: 'ident', offset: id.start, name } : this.#call(open, name, undefined);
  }

  /** How many tokens `a.b.C` before a `{` has; 0 when this is no message. */
  #messageNameLength(): number {
    let length = 1;
    while (this.#tokens[this.#at + length]?.kind === '.' && this.#tokens[this.#at + length + 1]?.kind === 'IDENTIFIER')
      length += 2;
    return this.#tokens[this.#at + length]?.kind === '{' ? length : 0;
  }

  #message(dot: Token | undefined, length: number): Expr {
    const name = this.#tokens.slice(this.#at, this.#at + length).map((token) => token.text);
    this.#at += length;
    const open = this.#take('{');
    const fields: StructField[] = [];
    this.#separated('}', () => {
      const optional = this.#accept('?') !== undefined;
      const field = this.#fieldName();
      const colon = this.#take(':');
      fields.push({ offset: colon.start, name: field.text, value: this.#expression(), optional });
    });
    return { kind: 'struct', offset: open.start, typeName: `${dot === undefined ? '' : '.'}${name.join('')}`, fields };
  }

  #literal(): Expr {
    const sign = this.#accept('-');
    const token = this.#next();
    const offset = sign?.start ?? token.start;
    const literal = (type: LiteralType, value: LiteralValue): Expr => ({ kind: 'literal', offset, type, value });
    switch (token.kind) {
      case 'NUM_INT':
        return this.#int(offset, token.text, sign !== undefined);
      case 'NUM_UINT': {
        const value = BigInt(token.text.slice(0, -1));
        return value > MAX_UINT ? this.#report(offset, 'invalid uint literal') : literal('uint', value);
      }
      case 'NUM_FLOAT': {
        const value = Number(`${sign === undefined ? '' : '-'}${token.text}`);
        return Number.isFinite(value) ? literal('double', value) : this.#report(offset, 'invalid double literal');
      }
      case 'STRING':
      case 'BYTES':
        return this.#text(token);
      case 'true':
      case 'false':
        return literal('bool', token.kind === 'true');
      case 'null':
        return literal('null_type', null);
      default:
        throw new NotGrammatical();
    }
  }

  #int(offset: number, text: string, negative: boolean): Expr {
    const value = negative ? -BigInt(text) : BigInt(text);
    if (value > MAX_INT || value < MIN_INT) return this.#report(offset, 'invalid int literal');
    return { kind: 'literal', offset, type: 'int', value };
  }

  #text(token: Token): Expr {
    const value = unescapeLiteral(token.text);
    if (value === undefined) return this.#report(token.start, 'unable to unescape string');
    const type = typeof value === 'string' ? 'string' : 'bytes';
    return { kind: 'literal', offset: token.start, type, value };
  }
}

function operator(token: Token, name: string, ...args: Expr[]): Expr {
  return { kind: 'call', offset: token.start, name, target: undefined, args };
}

/** A chain of && or ||, operators lo to hi of it, as cel-go nests it: evenly, so that a long chain is not deep. */
function balanced(name: string, terms: readonly Expr[], operators: readonly Token[], lo: number, hi: number): Expr {
  const mid = Math.floor((lo + hi + 1) / 2);
  const left = mid === lo ? terms[mid] : balanced(name, terms, operators, lo, mid - 1);
  const right = mid === hi ? terms[mid + 1] : balanced(name, terms, operators, mid + 1, hi);
  return operator(operators[mid] as Token, name, left as Expr, right as Expr);
}
