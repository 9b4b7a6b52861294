/** Reads `Authorization: Bearer TOKEN`; imitates apiserver pkg/authentication/request/bearertoken. */
import { aggregateText } from '../../api/field-errors.ts';
import type { Authenticator, TokenAuthenticator } from './authenticator.ts';
import { rejected, rejectionReason } from './rejection.ts';

const INVALID = 'invalid bearer token';
const EXTRA_SPACE = 'the provided Authorization header contains extra space before the bearer token, and is ignored';

/** Headers of another shape (Basic, no token, two spaces) are nobody's: the request goes on as anonymous. */
export function bearerTokenAuthenticator(tokens: TokenAuthenticator, apiAudiences: readonly string[]): Authenticator {
  return {
    name: 'bearer-token',
    async authenticate({ authorization, audiences = apiAudiences, warn }) {
      const token = bearerToken(authorization, warn);
      if (token === undefined) return undefined;
      return authenticateToken(tokens, token, audiences, warn);
    },
  };
}

/** @throws StatusError 401 when nobody knows the token. */
export async function authenticateToken(
  tokens: TokenAuthenticator,
  token: string,
  audiences: readonly string[],
  warn: (text: string) => void,
) {
  let reasons = [INVALID];
  try {
    const found = await tokens.authenticateToken(token, audiences, warn);
    if (found !== undefined) return found;
  } catch (error) {
    reasons = [INVALID, rejectionReason(error)];
  }
  throw rejected(aggregateText(reasons));
}

function bearerToken(header: string, warn: (text: string) => void): string | undefined {
  const [scheme = '', token, more] = header.trim().split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === undefined) return undefined;
  if (token !== '') return token;
  if (more !== undefined) warn(EXTRA_SPACE);
  return undefined;
}
