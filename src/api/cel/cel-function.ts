/** What a table of functions holds. */
import type { CelValue } from './values.ts';

/** Undefined for arguments that it has no overload for. @throws CelError */
export type CelFunction = (...args: CelValue[]) => CelValue | undefined;

export type CelFunctions = Readonly<Record<string, CelFunction>>;
