/** Asks authenticators in order; the first that knows the sender wins. Imitates apiserver pkg/authentication/{request,token}/union. */
import { aggregateText } from '../../api/field-errors.ts';
import type { Authenticated, Authenticator, TokenAuthenticator } from './authenticator.ts';
import { rejected, rejectionReason } from './rejection.ts';

/**
 * A refusal of one does not keep the next from accepting (a certificate may be unknown and the token good). When nobody
 * accepts and somebody refused: 401.
 */
export function unionAuthenticator(authenticators: readonly Authenticator[]): Authenticator {
  return {
    name: 'union',
    authenticate: (credentials) => firstOf(authenticators, (one) => one.authenticate(credentials)),
  };
}

export function unionTokenAuthenticator(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    name: 'union',
    authenticateToken: (token, audiences, warn) =>
      firstOf(authenticators, (one) => one.authenticateToken(token, audiences, warn)),
  };
}

async function firstOf<A extends { readonly name: string }>(
  authenticators: readonly A[],
  ask: (authenticator: A) => Authenticated | undefined | Promise<Authenticated | undefined>,
): Promise<Authenticated | undefined> {
  const reasons: string[] = [];
  for (const authenticator of authenticators) {
    try {
      const answer = ask(authenticator);
      const found = answer instanceof Promise ? await answer : answer;
      if (found !== undefined) return found.by === undefined ? { ...found, by: authenticator.name } : found;
    } catch (error) {
      reasons.push(rejectionReason(error));
    }
  }
  if (reasons.length > 0) throw rejected(aggregateText(reasons));
  return undefined;
}
