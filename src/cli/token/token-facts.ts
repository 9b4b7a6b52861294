/** What a token says of itself; nothing is verified here. */
import { isObject } from '../../api/object.ts';
import { ofToken } from '../auth/offline-identity.ts';
import { expiryWords, instant, spanWords } from '../certs/words.ts';
import { claimsOf, headerOf } from './claims.ts';

export type TokenKind = 'service account' | 'JWT' | 'bootstrap' | 'opaque';

export interface TokenFacts {
  readonly kind: TokenKind;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whom a server that accepts it will see. */
  readonly user?: { readonly username: string; readonly groups: readonly string[] };
  readonly issuedAt?: Date;
  readonly notBefore?: Date;
  readonly expires?: Date;
  readonly audiences: readonly string[];
  readonly issuer?: string;
  /** `pod "web-1"`: it dies with that. */
  readonly boundTo?: string;
}

export function tokenFacts(token: string): TokenFacts {
  const bootstrap = /^([a-z0-9]{6})\.[a-z0-9]{16}$/.exec(token);
  if (bootstrap !== null) {
    const groups = ['system:bootstrappers', 'system:authenticated'];
    return { kind: 'bootstrap', audiences: [], user: { username: `system:bootstrap:${bootstrap[1]}`, groups } };
  }
  const claims = claimsOf(token);
  if (claims === undefined) return { kind: 'opaque', audiences: [] };
  const { username = '', groups = [] } = ofToken(token)?.user ?? {};
  const account = username.startsWith('system:serviceaccount:');
  const bound = boundTo(claims['kubernetes.io']);
  return {
    kind: account ? 'service account' : 'JWT',
    header: headerOf(token) ?? {},
    claims,
    // How another issuer's claims become a name is the server's configuration.
    ...(account ? { user: { username, groups } } : {}),
    ...time('issuedAt', claims['iat']),
    ...time('notBefore', claims['nbf']),
    ...time('expires', claims['exp']),
    audiences: [claims['aud'] ?? []].flat().map(String),
    ...(typeof claims['iss'] === 'string' ? { issuer: claims['iss'] } : {}),
    ...(bound === undefined ? {} : { boundTo: bound }),
  };
}

function time(name: 'issuedAt' | 'notBefore' | 'expires', seconds: unknown): Partial<TokenFacts> {
  return typeof seconds === 'number' && Math.abs(seconds) < 8.64e12 ? { [name]: new Date(seconds * 1000) } : {};
}

function boundTo(claim: unknown): string | undefined {
  if (!isObject(claim)) return undefined;
  for (const kind of ['pod', 'secret', 'node']) {
    const reference = claim[kind];
    if (isObject(reference)) return `${kind} ${JSON.stringify(reference['name'])}`;
  }
  return undefined;
}

/** Lines for people. */
export function tokenText(facts: TokenFacts, now: Date): string {
  const { user, issuer, audiences, issuedAt, expires, boundTo: bound, header } = facts;
  const lines: (readonly [string, string])[] = [
    ['kind', KIND_WORDS[facts.kind]],
    ...(user === undefined
      ? []
      : [['Kubernetes', `user ${JSON.stringify(user.username)}, groups ${user.groups.join(', ')}`] as const]),
    ...(issuer === undefined ? [] : [['issuer', issuer] as const]),
    ...(audiences.length === 0 ? [] : [['audience', audiences.join(', ')] as const]),
    ...(issuedAt === undefined
      ? []
      : [['issued', `${instant(issuedAt)} (${spanWords(now.getTime() - issuedAt.getTime())} ago)`] as const]),
    ...(facts.claims === undefined ? [] : [['expires', expiryText(expires, now)] as const]),
    ...(bound === undefined ? [] : [['dies with', bound] as const]),
    ...(header === undefined
      ? []
      : [['signed', `${header['alg'] ?? 'by nobody'}, key ${header['kid'] ?? 'not named'}`] as const]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(11)} ${value}\n`).join('');
}

const KIND_WORDS: Readonly<Record<TokenKind, string>> = {
  'service account': "a service account's token",
  JWT: 'a JWT of another issuer: the server decides which claims become user and groups',
  bootstrap: 'a bootstrap token: groups may be added by its secret in kube-system',
  opaque: 'opaque: only the server knows whose it is (kctl token verify asks it)',
};

function expiryText(expires: Date | undefined, now: Date): string {
  return expires === undefined ? 'never' : `${instant(expires)} (${expiryWords(expires, now)})`;
}
