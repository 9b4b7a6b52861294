import { ANONYMOUS } from '../request/user.ts';
import type { Authenticator } from './authenticator.ts';

/** Whoever sends no credentials at all. Stands last: who sends bad ones is refused before. */
export function anonymousAuthenticator(apiAudiences: readonly string[]): Authenticator {
  return {
    name: 'anonymous',
    authenticate: ({ audiences }) => ({ user: ANONYMOUS, audiences: audiences ?? apiAudiences }),
  };
}
