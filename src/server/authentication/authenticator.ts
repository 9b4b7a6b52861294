import type { HttpRequest } from '../request/context.ts';
import type { UserInfo } from '../request/user.ts';

/** The headers and the peer certificate of a request: all that an authenticator may look at. */
export interface Credentials {
  readonly req: HttpRequest;
  /** Value of the Authorization header, '' when absent. */
  readonly authorization: string;
  warn(text: string): void;
}

export interface Authenticated {
  readonly user: UserInfo;
  /** Audiences that a token was checked against. */
  readonly audiences?: readonly string[];
}

/**
 * One way to find out who sends a request. `undefined`: these are not my credentials, ask the next one.
 * @throws StatusError 401 when the credentials are mine and wrong.
 */
export interface Authenticator {
  /** For traces: `client-certificate`, `static-token`, `service-account`. */
  readonly name: string;
  authenticate(credentials: Credentials): Authenticated | undefined | Promise<Authenticated | undefined>;
}
