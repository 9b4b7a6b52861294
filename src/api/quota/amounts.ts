/** Quantities by resource name, and sums of them; imitates apiserver pkg/quota/v1/resources.go. */
import { parseQuantity, Quantity } from '../quantity.ts';

export type Amounts = ReadonlyMap<string, Quantity>;

/** Reads `{cpu: "1", memory: "1Gi"}`. @throws QuantityError */
export function amountsOf(list: Readonly<Record<string, unknown>> | undefined): Map<string, Quantity> {
  return new Map(Object.keys(list ?? {}).map((name) => [name, parseQuantity(String(list?.[name]))]));
}

export function toResourceList(amounts: Amounts): Record<string, string> {
  return Object.fromEntries([...amounts].map(([name, quantity]) => [name, quantity.toString()]));
}

export function add(a: Amounts, b: Amounts): Map<string, Quantity> {
  const sum = new Map(a);
  for (const [name, quantity] of b) sum.set(name, sum.get(name)?.add(quantity) ?? quantity);
  return sum;
}

/** What only `b` has counts as taken from nothing. */
export function subtract(a: Amounts, b: Amounts): Map<string, Quantity> {
  const rest = new Map(a);
  for (const [name, quantity] of b) rest.set(name, (rest.get(name) ?? Quantity.zero(quantity.format)).sub(quantity));
  return rest;
}

/** The greater of both, by name. */
export function max(a: Amounts, b: Amounts): Map<string, Quantity> {
  const result = new Map(a);
  for (const [name, quantity] of b) {
    const known = result.get(name);
    if (known === undefined || quantity.compare(known) > 0) result.set(name, quantity);
  }
  return result;
}

/** Only these names. */
export function mask(amounts: Amounts, names: Iterable<string>): Map<string, Quantity> {
  const wanted = new Set(names);
  return new Map([...amounts].filter(([name]) => wanted.has(name)));
}

export function withoutZeros(amounts: Amounts): Map<string, Quantity> {
  return new Map([...amounts].filter(([, quantity]) => !quantity.isZero()));
}

/** `cpu=1,memory=1Gi`, by name. */
export function amountsText(amounts: Amounts): string {
  return [...amounts.keys()]
    .sort()
    .map((name) => `${name}=${amounts.get(name)?.toString()}`)
    .join(',');
}
