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

type Answer = Authenticated | undefined | Promise<Authenticated | undefined>;

/** Waits only for those that make it wait: nearly every request is answered on the spot. */
function firstOf<A extends { readonly name: string }>(
  authenticators: readonly A[],
  ask: (authenticator: A) => Answer,
  from = 0,
  reasons: string[] = [],
): Answer {
  for (let i = from; i < authenticators.length; i++) {
    const authenticator = authenticators[i] as A;
    try {
      const answer = ask(authenticator);
      if (answer instanceof Promise) return afterwards(answer, authenticators, ask, i, reasons);
      if (answer !== undefined) return named(answer, authenticator.name);
    } catch (error) {
      reasons.push(rejectionReason(error));
    }
  }
  if (reasons.length > 0) throw rejected(aggregateText(reasons));
  return undefined;
}

function afterwards<A extends { readonly name: string }>(
  answer: Promise<Authenticated | undefined>,
  authenticators: readonly A[],
  ask: (authenticator: A) => Answer,
  i: number,
  reasons: string[],
): Answer {
  const goOn = (): Answer => firstOf(authenticators, ask, i + 1, reasons);
  return answer.then(
    (found) => (found === undefined ? goOn() : named(found, (authenticators[i] as A).name)),
    (error: unknown) => {
      reasons.push(rejectionReason(error));
      return goOn();
    },
  );
}

function named(found: Authenticated, by: string): Authenticated {
  return found.by === undefined ? { ...found, by } : found;
}
