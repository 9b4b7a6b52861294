/** Reads `Authorization: Bearer TOKEN`; imitates apiserver pkg/authentication/request/bearertoken. */
import { aggregateText } from '../../api/field-errors.ts';
import type { Authenticated, Authenticator, TokenAuthenticator } from './authenticator.ts';
import { connectionOf } from './peer-certificate.ts';
import { rejected, rejectionReason } from './rejection.ts';

const INVALID = 'invalid bearer token';
const EXTRA_SPACE = 'the provided Authorization header contains extra space before the bearer token, and is ignored';

/** Headers of another shape (Basic, no token, two spaces) are nobody's: the request goes on as anonymous. */
export function bearerTokenAuthenticator(tokens: TokenAuthenticator, apiAudiences: readonly string[]): Authenticator {
  return {
    name: 'bearer-token',
    authenticate({ req, authorization, audiences = apiAudiences, warn }) {
      const token = bearerToken(authorization, warn);
      if (token === undefined) return undefined;
      return authenticateToken(tokens, token, audiences, warn, req && connectionOf(req));
    },
  };
}

/** @throws StatusError 401 when nobody knows the token. */
export function authenticateToken(
  tokens: TokenAuthenticator,
  token: string,
  audiences: readonly string[],
  warn: (text: string) => void,
  connection?: object,
): Authenticated | Promise<Authenticated> {
  try {
    const answer = tokens.authenticateToken(token, audiences, warn, connection);
    return answer instanceof Promise ? answer.then(known, refuse) : known(answer);
  } catch (error) {
    return refuse(error);
  }
}

function known(found: Authenticated | undefined): Authenticated {
  if (found === undefined) throw rejected(INVALID);
  return found;
}

function refuse(error: unknown): never {
  const reason = rejectionReason(error);
  throw rejected(aggregateText(reason === INVALID ? [INVALID] : [INVALID, reason]));
}

const PREFIX = 'Bearer ';
const WHITE_SPACE = /\s/;

function bearerToken(header: string, warn: (text: string) => void): string | undefined {
  if (header === '') return undefined;
  if (header.startsWith(PREFIX)) {
    // As nearly every client writes it.
    const token = header.slice(PREFIX.length);
    if (token !== '' && !WHITE_SPACE.test(token)) return token;
  }
  const [scheme = '', token, more] = header.trim().split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === undefined) return undefined;
  if (token !== '') return token;
  if (more !== undefined) warn(EXTRA_SPACE);
  return undefined;
}
