/** Why a server does not know who one is: what the credentials themselves tell. */
import { X509Certificate } from 'node:crypto';
import type { ClientConfig } from '../../client/client-config.ts';
import { problemsOf } from '../certs/certificate-problems.ts';
import { expiryWords, instant } from '../certs/words.ts';
import { claimsOf } from '../token/claims.ts';
import { ofCertificate } from './offline-identity.ts';

/** A sentence for each credential that was sent; never throws. */
export async function unauthorizedCause(config: ClientConfig, now = new Date()): Promise<string[]> {
  try {
    const [certificate, { authorization = '' }] = await Promise.all([
      config.credentials.certificate(),
      config.credentials.headers(),
    ]);
    const causes = [
      ...(certificate === undefined ? [] : [certificateCause(certificate.cert, config, now)]),
      ...(authorization === '' ? [] : [tokenCause(authorization, now)]),
    ];
    return causes.length > 0
      ? causes
      : [
          `the kubeconfig${contextOf(config)} has no certificate and no token, and this server does not let strangers in`,
        ];
  } catch (error) {
    return [`the credentials cannot be read: ${(error as Error).message}`];
  }
}

function contextOf({ context }: ClientConfig): string {
  return context === '' ? '' : ` (context ${context})`;
}

function certificateCause(pem: string, { caCertificates }: ClientConfig, now: Date): string {
  const leaf = new X509Certificate(pem);
  const who = `the client certificate of ${JSON.stringify(ofCertificate(pem).user.username ?? '')}`;
  const roots = caCertificates === undefined ? undefined : certificatesOf(caCertificates);
  const rootsFrom = "the cluster's authority in the kubeconfig";
  const problems = problemsOf([leaf], { now, purpose: 'client', ...(roots === undefined ? {} : { roots, rootsFrom }) });
  if (problems.length > 0) return `${who}: ${problems.join('; ')}`;
  return `${who} seems good (${expiryWords(new Date(leaf.validTo), now)}): perhaps the server trusts another authority for clients`;
}

function certificatesOf(pem: string): X509Certificate[] {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return texts.map((text) => new X509Certificate(text));
}

function tokenCause(authorization: string, now: Date): string {
  if (!authorization.startsWith('Bearer ')) return 'Kubernetes takes no user names with passwords';
  const claims = claimsOf(authorization.slice('Bearer '.length));
  if (claims === undefined) return 'the token is not known to the server: mistyped, revoked or of another cluster';
  const { sub, iss, exp, nbf } = claims;
  const who = `the token of ${JSON.stringify(sub ?? 'nobody')} from ${String(iss)}`;
  const until = typeof exp === 'number' ? new Date(exp * 1000) : undefined;
  if (until !== undefined && until < now) return `${who} ${expiryWords(until, now)}, on ${instant(until)}`;
  if (typeof nbf === 'number' && nbf * 1000 > now.getTime())
    return `${who} is valid only from ${instant(new Date(nbf * 1000))}: is the clock right?`;
  return `${who} has not expired: perhaps it is of another cluster, for another audience, or what it is bound to is gone`;
}
