/**
 * Who sends a request: all ways to find out, in upstream's order. Imitates kubernetes pkg/kubeapiserver/authenticator/config.go
 * and apiserver pkg/endpoints/filters/authentication.go.
 */
import { ANONYMOUS } from '../request/user.ts';
import { commonAudiences } from './audiences.ts';
import { withAuthenticatedGroup } from './authenticated-group.ts';
import type { Authenticated, Authenticator, Credentials, TokenAuthenticator } from './authenticator.ts';
import { bearerTokenAuthenticator } from './bearer-token-authenticator.ts';
import { rejected } from './rejection.ts';
import { cachedTokenAuthenticator } from './token-cache.ts';
import { unionAuthenticator, unionTokenAuthenticator } from './union-authenticator.ts';
import { websocketTokenAuthenticator } from './websocket-token-authenticator.ts';

export interface RequestAuthenticatorOptions {
  /** Those that look at the connection: request-header, client-certificate. */
  readonly connection: readonly Authenticator[];
  /** Those that look at a token: static-token, service-account, bootstrap-token. */
  readonly tokens: readonly TokenAuthenticator[];
  readonly apiAudiences: readonly string[];
  /** false: a request without credentials is refused. A list: it may visit these paths only. */
  readonly anonymous: boolean | readonly string[];
  /** Milliseconds, for the cache of good tokens. */
  readonly monotonicNow: () => number;
}

export interface RequestAuthenticator {
  /** @throws StatusError 401 */
  authenticate(credentials: Credentials): Authenticated | Promise<Authenticated>;
}

export function requestAuthenticator(options: RequestAuthenticatorOptions): RequestAuthenticator {
  const { connection, apiAudiences, anonymous } = options;
  const tokens = cachedTokenAuthenticator(unionTokenAuthenticator(options.tokens), { now: options.monotonicNow });
  const known = unionAuthenticator([
    ...connection,
    bearerTokenAuthenticator(tokens, apiAudiences),
    websocketTokenAuthenticator(tokens, apiAudiences),
  ]);
  const somebody = (found: Authenticated, audiences: readonly string[]): Authenticated => {
    refuseOtherAudiences(found, audiences);
    return { ...found, user: withAuthenticatedGroup(found.user) };
  };
  // Caches answer with the same object again and again.
  const seen = new WeakMap<Authenticated, Authenticated>();
  const somebodyHere = (found: Authenticated): Authenticated => {
    let known = seen.get(found);
    if (known === undefined) {
      known = somebody(found, apiAudiences);
      seen.set(found, known);
    }
    return known;
  };
  const unknown = ({ audiences = apiAudiences }: Credentials): Authenticated => ({
    user: ANONYMOUS,
    audiences,
    by: 'anonymous',
  });
  const judge = (found: Authenticated | undefined, credentials: Credentials): Authenticated => {
    if (found !== undefined)
      return credentials.audiences === undefined ? somebodyHere(found) : somebody(found, credentials.audiences);
    if (!admits(anonymous, credentials)) throw rejected('no credentials');
    return unknown(credentials);
  };
  return {
    authenticate(credentials) {
      const answer = known.authenticate(credentials);
      return answer instanceof Promise ? answer.then((found) => judge(found, credentials)) : judge(answer, credentials);
    },
  };
}

function admits(anonymous: boolean | readonly string[], { req }: Credentials): boolean {
  if (typeof anonymous === 'boolean') return anonymous;
  return anonymous.includes((req?.url ?? '').split('?')[0] as string);
}

function refuseOtherAudiences({ audiences = [] }: Authenticated, wanted: readonly string[]): void {
  if (audiences.length === 0 || wanted.length === 0) return;
  if (commonAudiences(audiences, wanted).length === 0) {
    throw rejected(`unable to match the audience: ${audiences.join(', ')}, accepted: ${wanted.join(', ')}`);
  }
}
