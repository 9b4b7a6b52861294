/** Ranges of sizes and costs; imitates SizeEstimate and CostEstimate of cel-go checker/cost.go. Saturates at Go's uint64. */

export const UNBOUNDED = 2 ** 64;

/** From the least to the most: characters, bytes, items, or units of cost. */
export interface Estimate {
  readonly min: number;
  readonly max: number;
}

export const UNKNOWN: Estimate = { min: 0, max: UNBOUNDED };
export const NOTHING: Estimate = { min: 0, max: 0 };
export const ONE: Estimate = { min: 1, max: 1 };

export function exactly(value: number): Estimate {
  return { min: value, max: value };
}

export function add(a: Estimate, b: Estimate): Estimate {
  return { min: saturate(a.min + b.min), max: saturate(a.max + b.max) };
}

export function multiply(a: Estimate, b: Estimate): Estimate {
  return { min: saturate(a.min * b.min), max: saturate(a.max * b.max) };
}

/** Times a cost per unit, rounded up. */
export function scale(size: Estimate, perUnit: number): Estimate {
  return { min: saturate(Math.ceil(size.min * perUnit)), max: saturate(Math.ceil(size.max * perUnit)) };
}

export function union(a: Estimate, b: Estimate): Estimate {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function saturate(value: number): number {
  return value >= UNBOUNDED ? UNBOUNDED : value;
}
