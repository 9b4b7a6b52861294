/** Who a server will see, from the credentials alone: the subject of a certificate, the claims of a token. */
import { X509Certificate } from 'node:crypto';
import type { UserInfo } from '../../api/types/authentication-v1.ts';
import type { ClientConfig } from '../../client/client-config.ts';
import { claimsOf } from '../token/claims.ts';

export interface OfflineIdentity {
  readonly user: UserInfo;
  /** Where that is from: `client certificate, valid until …` */
  readonly source: string;
}

/** undefined when the credentials do not tell: opaque tokens, passwords, none. */
export async function offlineIdentity({
  credentials,
  impersonate,
}: ClientConfig): Promise<OfflineIdentity | undefined> {
  if (impersonate.user) {
    return { user: { username: impersonate.user, groups: [...(impersonate.groups ?? [])] }, source: '--as' };
  }
  const certificate = await credentials.certificate();
  if (certificate !== undefined) return ofCertificate(certificate.cert);
  const { authorization = '' } = await credentials.headers();
  return authorization.startsWith('Bearer ') ? ofToken(authorization.slice('Bearer '.length)) : undefined;
}

/** Common name = user, organizations = groups. */
export function ofCertificate(pem: string): OfflineIdentity {
  const certificate = new X509Certificate(pem);
  const fields = certificate.subject.split('\n').map((line) => line.split(/=(.*)/s));
  const values = (key: string): string[] => fields.filter(([name]) => name === key).map(([, value = '']) => value);
  const until = new Date(certificate.validTo).toISOString().replace('.000Z', 'Z');
  return {
    user: { username: values('CN').at(-1) ?? '', groups: [...values('O'), 'system:authenticated'] },
    source: `client certificate, valid until ${until}`,
  };
}

/** undefined when it is no JWT with a subject. */
export function ofToken(token: string): OfflineIdentity | undefined {
  const claims = claimsOf(token);
  const subject = claims?.['sub'];
  if (claims === undefined || typeof subject !== 'string') return undefined;
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(subject);
  const own = account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  const until =
    typeof claims['exp'] === 'number'
      ? `, valid until ${new Date(claims['exp'] * 1000).toISOString().replace('.000Z', 'Z')}`
      : '';
  return {
    user: { username: subject, groups: [...own, 'system:authenticated'] },
    source: `token of ${String(claims['iss'])}${until}`,
  };
}
