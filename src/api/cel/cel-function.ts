/** What a table of functions holds. */
import type { CelValue } from './values.ts';

/** Undefined for arguments that it has no overload for. @throws CelError */
export type CelFunction = (...args: CelValue[]) => CelValue | undefined;

export type CelFunctions = Readonly<Record<string, CelFunction>>;

/** A function whose first argument is of a class. */
export function on<T>(
  type: abstract new (...args: never[]) => T,
  run: (value: T, ...args: CelValue[]) => CelValue | undefined,
): CelFunction {
  return (value, ...args) => (value instanceof type ? run(value as T, ...args) : undefined);
}

export function ofText(run: (text: string) => CelValue): CelFunction {
  return (text) => (typeof text === 'string' ? run(text) : undefined);
}

/** The first that has an answer. */
export function either(...functions: CelFunction[]): CelFunction {
  return (...args) => {
    for (const one of functions) {
      const result = one(...args);
      if (result !== undefined) return result;
    }
    return undefined;
  };
}
