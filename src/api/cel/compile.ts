/** From the text of an expression to its tree and type, or to the words that upstream says no with. */
import type { Expr } from './ast.ts';
import { type Checked, check } from './checker.ts';
import type { Environment } from './environment.ts';
import { literalIssues } from './literal-rules.ts';
import { parse } from './parser.ts';
import { type CelIssue, showIssues } from './source.ts';
import type { CelType } from './types.ts';

/** A good expression: its tree, its type, and what the checker knows of its parts. */
export interface Compilation {
  readonly expr: Expr;
  readonly type: CelType;
  readonly checked: Checked;
}

export type Compiled = Compilation | { readonly error: string };

/**
 * Compiles an expression (cel-go Env.Compile). The error is the list of issues as cel-go shows it:
 * `ERROR: <input>:1:1: undeclared reference to 'x' (in container '')`, then the line, then a mark below the place.
 */
export function compile(text: string, environment: Environment): Compiled {
  try {
    return compileBounded(text, environment);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { error: showIssues([], [{ offset: -1, message: 'expression recursion limit exceeded: 250' }]) };
  }
}

function compileBounded(text: string, environment: Environment): Compiled {
  const parsed = parse(text, environment);
  if ('issues' in parsed) return { error: showIssues(parsed.chars, parsed.issues) };
  const { expr } = parsed;
  const checked = check(expr, environment);
  const issues: readonly CelIssue[] = checked.issues.length > 0 ? checked.issues : literalIssues(expr);
  return issues.length > 0 ? { error: showIssues(parsed.chars, issues) } : { expr, type: checked.type, checked };
}
