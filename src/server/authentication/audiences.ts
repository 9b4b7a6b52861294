import type { Authenticated } from './authenticator.ts';

/** The audiences of `own` that are also wanted, in the order of `own`. */
export function commonAudiences(own: readonly string[], wanted: readonly string[]): string[] {
  return own.filter((audience) => wanted.includes(audience));
}

/**
 * For tokens that know no audiences: they are good for the API server's own. Undefined when none of those is wanted.
 */
export function forApiAudiences(
  found: Authenticated,
  apiAudiences: readonly string[],
  wanted: readonly string[],
): Authenticated | undefined {
  const audiences = commonAudiences(apiAudiences, wanted);
  return audiences.length === 0 && apiAudiences.length > 0 ? undefined : { ...found, audiences };
}
