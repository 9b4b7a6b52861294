/** Patterns of schemas, which are RE2's: linear in time whatever a user writes. */
import { RE2JS } from 're2js';

export interface PatternTest {
  /** Whether the pattern occurs in the text; false for a pattern that is none. */
  matches(text: string): boolean;
  /** Why the pattern does not compile: `error parsing regexp: missing closing ]: …`. */
  readonly error: string | undefined;
}

export function patternTest(pattern: string): PatternTest {
  try {
    const compiled = RE2JS.compile(pattern);
    return { matches: (text) => compiled.test(text), error: undefined };
  } catch (error) {
    return { matches: () => false, error: (error as Error).message };
  }
}
