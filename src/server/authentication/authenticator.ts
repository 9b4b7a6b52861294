import type { HttpRequest } from '../request/context.ts';
import type { UserInfo } from '../request/user.ts';

/** The headers and the peer certificate of a request: all that an authenticator may look at. */
export interface Credentials {
  /** Absent for a TokenReview, which has a token and nothing else. */
  readonly req?: HttpRequest;
  /** Value of the Authorization header, '' when absent. */
  readonly authorization: string;
  /** Audiences that a token must be for (one of them); default: the API server's own. */
  readonly audiences?: readonly string[];
  warn(text: string): void;
}

export interface Authenticated {
  readonly user: UserInfo;
  /** Audiences that a token was checked against. */
  readonly audiences?: readonly string[];
  /** For traces: which authenticator answered. */
  readonly by?: string;
}

/**
 * One way to find out who sends a request. `undefined`: these are not my credentials, ask the next one.
 * @throws StatusError 401 when the credentials are mine and wrong; its cause says why (see rejection.ts).
 */
export interface Authenticator {
  /** For traces: `client-certificate`, `static-token`, `service-account`. */
  readonly name: string;
  authenticate(credentials: Credentials): Authenticated | undefined | Promise<Authenticated | undefined>;
}

/** One way to find out whose bearer token it is; the rules are Authenticator's. */
export interface TokenAuthenticator {
  readonly name: string;
  authenticateToken(
    token: string,
    audiences: readonly string[],
    warn: (text: string) => void,
    /** What the token came by, for caches; absent for a TokenReview. */
    connection?: object,
  ): Authenticated | undefined | Promise<Authenticated | undefined>;
}
