/** What reviews and token requests ask of authentication and authorization; the composition root makes one set per control plane. */
import { internalError } from '../../api/status-error.ts';
import type { Authenticated, Credentials } from '../authentication/authenticator.ts';
import type { ServiceAccountKeys } from '../authentication/service-account-keys.ts';
import type { AccessAttributes, Decision } from '../authorization/authorizer.ts';
import type { RuleResolver } from '../authorization/rules-resolver.ts';

export interface IdentityServices {
  /** Decides by all authorizers in order. */
  authorize(attributes: AccessAttributes): Decision | Promise<Decision>;
  readonly rulesFor: RuleResolver;
  /** All authenticators. @throws StatusError 401 */
  authenticate(credentials: Credentials): Authenticated | Promise<Authenticated>;
  readonly apiAudiences: readonly string[];
  readonly tokens: TokenSettings;
}

export interface TokenSettings {
  readonly keys: ServiceAccountKeys;
  readonly issuer: string;
  /** Pod-bound tokens of kubelets live a year and are counted as stale after an hour (upstream's default: true). */
  readonly extendExpiration: boolean;
  /** Longer wishes are cut to it; 0: no limit. */
  readonly maxExpirationSeconds: number;
  readonly uuid: () => string;
}

/** @throws StatusError 500 in a server that was put together without them */
export function identityOf({ identity }: { readonly identity?: IdentityServices }): IdentityServices {
  if (identity === undefined) throw internalError('this server has no identity services');
  return identity;
}
