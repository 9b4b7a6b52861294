/** What functions and operators do, by name; which overload is meant is seen from the arguments. */

import type { CelFunction, CelFunctions } from './cel-function.ts';
import { AUTHORIZER_FUNCTIONS } from './functions-authorizer.ts';
import { CONVERSIONS } from './functions-conversion.ts';
import { KUBERNETES_FUNCTIONS } from './functions-kubernetes.ts';
import { NETWORK_FUNCTIONS } from './functions-network.ts';
import { OPERATORS } from './functions-operators.ts';
import { TEXT_FUNCTIONS } from './functions-text.ts';
import { TIME_FUNCTIONS } from './functions-time.ts';
import { CelError, type CelValue, NO_OVERLOAD } from './values.ts';

/** In order: the first that has an overload for the arguments. */
const TABLES: readonly CelFunctions[] = [
  OPERATORS,
  CONVERSIONS,
  TEXT_FUNCTIONS,
  TIME_FUNCTIONS,
  KUBERNETES_FUNCTIONS,
  NETWORK_FUNCTIONS,
  AUTHORIZER_FUNCTIONS,
];

const byName = new Map<string, CelFunction[]>();
for (const table of TABLES)
  for (const [name, one] of Object.entries(table)) byName.set(name, [...(byName.get(name) ?? []), one]);

/** @throws CelError */
export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  for (const one of byName.get(name) ?? []) {
    const result = one(...args);
    if (result !== undefined) return result;
  }
  throw new CelError(NO_OVERLOAD);
}
