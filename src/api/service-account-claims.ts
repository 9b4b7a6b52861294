/** What a service-account token says; imitates kubernetes pkg/serviceaccount claims.go and legacy.go. */
import { serviceAccountUsername } from './rbac/subjects.ts';

export const LEGACY_ISSUER = 'kubernetes/serviceaccount';

export interface NameAndUid {
  readonly name: string;
  readonly uid?: string;
}

/** The claim `kubernetes.io` of a bound token. Times are seconds since the epoch. */
export interface KubernetesClaim {
  readonly namespace: string;
  readonly serviceaccount: NameAndUid;
  readonly pod?: NameAndUid;
  readonly secret?: NameAndUid;
  readonly node?: NameAndUid;
  readonly warnafter?: number;
}

export interface BoundTokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': KubernetesClaim;
  readonly nbf: number;
  readonly sub: string;
}

export interface BoundTokenOptions {
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: NameAndUid;
  readonly audiences: readonly string[];
  readonly now: Date;
  readonly expirationSeconds: number;
  /** After so many seconds users of the token are counted as stale; 0: never. */
  readonly warnAfterSeconds: number;
  readonly jti: string;
  readonly pod?: NameAndUid;
  readonly secret?: NameAndUid;
  readonly node?: NameAndUid;
}

export function boundTokenClaims(options: BoundTokenOptions): BoundTokenClaims {
  const { issuer, namespace, serviceAccount, audiences, expirationSeconds, warnAfterSeconds, jti } = options;
  const now = Math.floor(options.now.getTime() / 1000);
  return {
    aud: audiences,
    exp: now + expirationSeconds,
    iat: now,
    iss: issuer,
    jti,
    'kubernetes.io': {
      namespace,
      ...(options.node === undefined ? {} : { node: options.node }),
      ...(options.pod === undefined ? {} : { pod: options.pod }),
      ...(options.secret === undefined ? {} : { secret: options.secret }),
      serviceaccount: serviceAccount,
      ...(warnAfterSeconds === 0 ? {} : { warnafter: now + warnAfterSeconds }),
    },
    nbf: now,
    sub: serviceAccountUsername(namespace, serviceAccount.name),
  };
}

/** The claims of a token that is kept in a secret and never expires. */
export interface LegacyTokenClaims {
  readonly iss: typeof LEGACY_ISSUER;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
  readonly sub: string;
}

export function legacyTokenClaims(namespace: string, account: Required<NameAndUid>, secret: string): LegacyTokenClaims {
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret,
    'kubernetes.io/serviceaccount/service-account.name': account.name,
    'kubernetes.io/serviceaccount/service-account.uid': account.uid,
    sub: serviceAccountUsername(namespace, account.name),
  };
}
