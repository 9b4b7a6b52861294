/** `cpu=200m,memory=512Mi`, and what becomes of a container with it. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { CliError } from '../errors.ts';

export type Amounts = ReadonlyMap<string, string>;

/** '' is no amount at all. @throws CliError, QuantityError */
export function resourceAmounts(text: string): Amounts {
  if (text === '') return new Map();
  return new Map(
    text.split(',').map((part): [string, string] => {
      const [name = '', amount, ...more] = part.split('=');
      if (amount === undefined || more.length > 0) {
        throw new CliError(`Invalid argument syntax ${part}, expected <resource>=<value>`);
      }
      return [name, canonicalQuantity(amount)];
    }),
  );
}

/** Other amounts of the container stay. */
export function setAmounts(container: JsonObject, limits: Amounts, requests: Amounts): void {
  const resources = isObject(container['resources']) ? { ...container['resources'] } : {};
  for (const [field, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    if (amounts.size === 0) continue;
    const present = isObject(resources[field]) ? resources[field] : {};
    resources[field] = { ...present, ...Object.fromEntries(amounts) };
  }
  container['resources'] = resources;
}
