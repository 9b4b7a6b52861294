/**
 * The grammar of CEL.g4 as ANTLR turns it into states and choices: which alternative is taken by which tokens ahead, and
 * where the error strategy (syntax-errors.ts) looks at the next token. Only for the words of errors; parser.ts parses.
 */
import { TOKEN_NAMES, type Token, type TokenKind } from './tokens.ts';

/** In sets of tokens: the end of the input. */
export const EOF = 0;
/** In sets of tokens: the rule may end here. */
export const END = -1;
const INDEX = new Map<string, number>(TOKEN_NAMES.map((name, i) => [name.replace(/^'|'$/g, ''), i]));

/** Position of a token kind in the grammar's order. */
export function kindIndex(kind: TokenKind): number {
  return INDEX.get(kind) as number;
}

/** A state of the grammar and where it leads: over nothing, a token, or a rule. */
export class State {
  readonly kind: 'basic' | 'choice' | 'loopBack';
  readonly free: State[] = [];
  token: { readonly kinds: readonly number[]; readonly to: State } | undefined;
  rule: { readonly name: RuleName; readonly to: State } | undefined;
  final = false;

  constructor(kind: 'basic' | 'choice' | 'loopBack' = 'basic') {
    this.kind = kind;
  }
}

/** What the parts of a rule may ask and do while the rule is matched (syntax-errors.ts). */
export interface RuleRun {
  /** Of the call of the rule at hand. */
  readonly precedence: number;
  /** The token `ahead` places from here; 1 is the next. */
  look(ahead: number): Token;
  kind(ahead: number): number;
  firstOf(state: State): ReadonlySet<number>;
  call(name: RuleName, follow: State, precedence: number): void;
  matchToken(state: State): void;
  /** Before a choice or another round of a loop: a token that cannot follow is dropped, or ends the rule. */
  sync(state: State): void;
  /** Leaves the rule: no alternative begins with the tokens up to the one `ahead`. */
  noViable(ahead: number): never;
}

/** A part of a rule: its states, and how it is matched. */
export interface Part {
  readonly start: State;
  readonly end: State;
  match(run: RuleRun): void;
}

type Choose = (run: RuleRun) => number;

function token(...kinds: TokenKind[]): Part {
  const start = new State();
  const end = new State();
  start.token = { kinds: kinds.map(kindIndex), to: end };
  return { start, end, match: (run) => run.matchToken(start) };
}

function rule(name: RuleName, precedence = 0): Part {
  const start = new State();
  const end = new State();
  start.rule = { name, to: end };
  return { start, end, match: (run) => run.call(name, end, precedence) };
}

function sequence(...parts: Part[]): Part {
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (next !== undefined) part.end.free.push(next.start);
  }
  const [first, last] = [parts[0] as Part, parts[parts.length - 1] as Part];
  return {
    start: first.start,
    end: last.end,
    match: (run) => {
      for (const part of parts) part.match(run);
    },
  };
}

/** One of several; `choose` answers a position in the list, or -1 when it has reported that none is viable. */
function choice(choose: Choose, ...parts: Part[]): Part {
  const start = new State('choice');
  const end = new State();
  for (const part of parts) {
    start.free.push(part.start);
    part.end.free.push(end);
  }
  return {
    start,
    end,
    match: (run) => {
      run.sync(start);
      parts[choose(run)]?.match(run);
    },
  };
}

function optional(part: Part): Part {
  const start = new State('choice');
  const end = new State();
  start.free.push(part.start, end);
  part.end.free.push(end);
  return {
    start,
    end,
    match: (run) => {
      run.sync(start);
      if (run.firstOf(part.start).has(run.kind(1))) part.match(run);
    },
  };
}

/** Any number of times, while `enter` says so. */
function repeated(part: Part, enter: (run: RuleRun) => boolean): Part {
  const start = new State('choice');
  const back = new State('loopBack');
  const end = new State();
  start.free.push(part.start, end);
  part.end.free.push(back);
  back.free.push(start);
  return {
    start,
    end,
    match: (run) => {
      run.sync(start);
      while (enter(run)) {
        part.match(run);
        run.sync(back);
      }
    },
  };
}

/** Once or more. */
function several(part: Part, again: (run: RuleRun) => boolean): Part {
  const start = new State('choice');
  const back = new State('loopBack');
  const end = new State();
  start.free.push(part.start);
  part.end.free.push(back);
  back.free.push(start, end);
  return {
    start,
    end,
    match: (run) => {
      run.sync(start);
      do {
        part.match(run);
        run.sync(back);
      } while (again(run));
    },
  };
}

const NUMBERS: readonly TokenKind[] = ['NUM_INT', 'NUM_FLOAT'];
const LITERALS: readonly TokenKind[] = [...NUMBERS, 'NUM_UINT', 'STRING', 'BYTES', 'true', 'false', 'null'];
const MEMBER_STARTS: readonly TokenKind[] = [...LITERALS, 'IDENTIFIER', '.', '(', '[', '{'];
const EXPRESSION_STARTS: readonly TokenKind[] = [...MEMBER_STARTS, '-', '!'];

function isOneOf(run: RuleRun, ahead: number, kinds: readonly TokenKind[]): boolean {
  return kinds.includes(run.look(ahead).kind);
}

function nextIs(...kinds: TokenKind[]): (run: RuleRun) => boolean {
  return (run) => isOneOf(run, 1, kinds);
}

/** After a comma: another element rather than the trailing comma. */
function commaThen(...kinds: TokenKind[]): (run: RuleRun) => boolean {
  return (run) => run.look(1).kind === ',' && isOneOf(run, 2, kinds);
}

function chooseUnary(run: RuleRun): number {
  if (run.look(1).kind === '!') return 1;
  if (run.look(1).kind !== '-') return 0;
  if (isOneOf(run, 2, NUMBERS)) return 0;
  return isOneOf(run, 2, [...MEMBER_STARTS, '-']) ? 2 : run.noViable(2);
}

/** Another minus, or the sign of a number that ends the row: the row takes it. */
function moreMinus(run: RuleRun): boolean {
  if (run.look(1).kind !== '-') return false;
  if (!isOneOf(run, 2, [...MEMBER_STARTS, '-'])) run.noViable(2);
  return true;
}

function chooseMember(run: RuleRun): number {
  if (run.look(1).kind === '[') return 2;
  if (isOneOf(run, 2, ['?', 'ESC_IDENTIFIER'])) return 0;
  if (run.look(2).kind !== 'IDENTIFIER') return run.noViable(2);
  return run.look(3).kind === '(' ? 1 : 0;
}

const PRIMARY_BY_TOKEN: Partial<Record<TokenKind, number>> = { '(': 2, '[': 3, '{': 4 };

/** Identifier, call, or message: a dotted name before `{`. */
function choosePrimary(run: RuleRun): number {
  const kind = run.look(1).kind;
  if (kind !== '.' && kind !== 'IDENTIFIER') return PRIMARY_BY_TOKEN[kind] ?? 6;
  let ahead = kind === '.' ? 2 : 1;
  if (run.look(ahead).kind !== 'IDENTIFIER') return run.noViable(ahead);
  if (run.look(ahead + 1).kind === '(') return 1;
  while (run.look(ahead + 1).kind === '.' && run.look(ahead + 2).kind === 'IDENTIFIER') ahead += 2;
  return run.look(ahead + 1).kind === '{' ? 5 : 0;
}

const LITERAL_BY_TOKEN: Partial<Record<TokenKind, number>> = {
  NUM_INT: 0,
  NUM_UINT: 1,
  NUM_FLOAT: 2,
  STRING: 3,
  BYTES: 4,
  true: 5,
  false: 6,
  null: 7,
};

function chooseLiteral(run: RuleRun): number {
  const signed = run.look(1).kind === '-';
  if (signed && !isOneOf(run, 2, NUMBERS)) return run.noViable(2);
  return LITERAL_BY_TOKEN[run.look(signed ? 2 : 1).kind] ?? run.noViable(1);
}

export type RuleName =
  | 'start'
  | 'expr'
  | 'conditionalOr'
  | 'conditionalAnd'
  | 'relation'
  | 'calc'
  | 'unary'
  | 'member'
  | 'primary'
  | 'exprList'
  | 'listInit'
  | 'fieldInitializerList'
  | 'optField'
  | 'mapInitializerList'
  | 'escapeIdent'
  | 'optExpr'
  | 'literal';

const RELATIONS: readonly TokenKind[] = ['<', '<=', '>=', '>', '==', '!=', 'in'];
const FACTORS: readonly TokenKind[] = ['*', '/', '%'];
const TERMS: readonly TokenKind[] = ['+', '-'];

function entersCalc(run: RuleRun): boolean {
  return isOneOf(run, 1, FACTORS) ? run.precedence <= 2 : isOneOf(run, 1, TERMS) && run.precedence <= 1;
}

function leadingDot(): Part {
  return optional(token('.'));
}

/** The grammar of CEL.g4, left recursion written as loops with precedence, as ANTLR rewrites it. */
export function makeGrammar(): Map<RuleName, Part> {
  const id = (): Part => token('IDENTIFIER');
  const grammar: Record<RuleName, Part> = {
    start: sequence(rule('expr'), token('<EOF>')),
    expr: sequence(
      rule('conditionalOr'),
      optional(sequence(token('?'), rule('conditionalOr'), token(':'), rule('expr'))),
    ),
    conditionalOr: sequence(
      rule('conditionalAnd'),
      repeated(sequence(token('||'), rule('conditionalAnd')), nextIs('||')),
    ),
    conditionalAnd: sequence(rule('relation'), repeated(sequence(token('&&'), rule('relation')), nextIs('&&'))),
    relation: sequence(
      rule('calc'),
      repeated(
        sequence(token(...RELATIONS), rule('relation', 2)),
        (run) => isOneOf(run, 1, RELATIONS) && run.precedence <= 1,
      ),
    ),
    calc: sequence(
      rule('unary'),
      repeated(
        choice(
          (run) => (isOneOf(run, 1, FACTORS) ? 0 : 1),
          sequence(token(...FACTORS), rule('calc', 3)),
          sequence(token(...TERMS), rule('calc', 2)),
        ),
        entersCalc,
      ),
    ),
    unary: choice(
      chooseUnary,
      rule('member'),
      sequence(several(token('!'), nextIs('!')), rule('member')),
      sequence(several(token('-'), moreMinus), rule('member')),
    ),
    member: sequence(
      rule('primary'),
      repeated(
        choice(
          chooseMember,
          sequence(token('.'), optional(token('?')), rule('escapeIdent')),
          sequence(token('.'), id(), token('('), optional(rule('exprList')), token(')')),
          sequence(token('['), optional(token('?')), rule('expr'), token(']')),
        ),
        nextIs('.', '['),
      ),
    ),
    primary: choice(
      choosePrimary,
      sequence(leadingDot(), id()),
      sequence(leadingDot(), id(), token('('), optional(rule('exprList')), token(')')),
      sequence(token('('), rule('expr'), token(')')),
      sequence(token('['), optional(rule('listInit')), optional(token(',')), token(']')),
      sequence(token('{'), optional(rule('mapInitializerList')), optional(token(',')), token('}')),
      sequence(
        leadingDot(),
        id(),
        repeated(sequence(token('.'), id()), nextIs('.')),
        token('{'),
        optional(rule('fieldInitializerList')),
        optional(token(',')),
        token('}'),
      ),
      rule('literal'),
    ),
    exprList: sequence(rule('expr'), repeated(sequence(token(','), rule('expr')), nextIs(','))),
    listInit: sequence(
      rule('optExpr'),
      repeated(sequence(token(','), rule('optExpr')), commaThen('?', ...EXPRESSION_STARTS)),
    ),
    fieldInitializerList: sequence(
      rule('optField'),
      token(':'),
      rule('expr'),
      repeated(
        sequence(token(','), rule('optField'), token(':'), rule('expr')),
        commaThen('?', 'IDENTIFIER', 'ESC_IDENTIFIER'),
      ),
    ),
    optField: sequence(optional(token('?')), rule('escapeIdent')),
    mapInitializerList: sequence(
      rule('optExpr'),
      token(':'),
      rule('expr'),
      repeated(sequence(token(','), rule('optExpr'), token(':'), rule('expr')), commaThen('?', ...EXPRESSION_STARTS)),
    ),
    escapeIdent: choice((run) => (run.look(1).kind === 'IDENTIFIER' ? 0 : 1), id(), token('ESC_IDENTIFIER')),
    optExpr: sequence(optional(token('?')), rule('expr')),
    literal: choice(
      chooseLiteral,
      sequence(optional(token('-')), token('NUM_INT')),
      token('NUM_UINT'),
      sequence(optional(token('-')), token('NUM_FLOAT')),
      token('STRING'),
      token('BYTES'),
      token('true'),
      token('false'),
      token('null'),
    ),
  };
  for (const part of Object.values(grammar)) part.end.final = true;
  return new Map(Object.entries(grammar) as [RuleName, Part][]);
}
