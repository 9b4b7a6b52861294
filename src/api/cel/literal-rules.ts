/** Literals that would fail on each evaluation are refused at once; imitates cel-go cel/validator.go. */
import { RE2JS } from 're2js';
import { childrenOf, type Expr } from './ast.ts';
import type { CelIssue } from './source.ts';

const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const RULES: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['duration', (text) => DURATION.test(text)],
  ['timestamp', isTimestamp],
  ['matches', isPattern],
]);

function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text));
}

function isPattern(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

/** Bad literals as first argument of duration, timestamp and matches. */
export function literalIssues(expr: Expr): CelIssue[] {
  const issues: CelIssue[] = [];
  visit(expr, issues);
  return issues;
}

function visit(expr: Expr, issues: CelIssue[]): void {
  if (expr.kind === 'call') {
    const rule = RULES.get(expr.name);
    const [first] = expr.args;
    if (rule !== undefined && first?.kind === 'literal' && typeof first.value === 'string' && !rule(first.value))
      issues.push({ offset: first.offset, message: `invalid ${expr.name} argument` });
  }
  for (const child of childrenOf(expr)) visit(child, issues);
}
