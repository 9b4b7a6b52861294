/** The common name of a client certificate is the user, its organizations are the groups; imitates apiserver request/x509. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type VerifiedChain, verifyClientChain } from '../../util/certificate-chain.ts';
import { subjectOfCertificate } from '../../util/distinguished-name.ts';
import type { UserInfo } from '../request/user.ts';
import type { Authenticator } from './authenticator.ts';
import { connectionOf, type PeerCertificate, peerCertificate } from './peer-certificate.ts';
import { rejected } from './rejection.ts';

export interface ClientCertificateOptions {
  /** Authorities that vouch for clients. */
  readonly roots: readonly X509Certificate[];
  readonly apiAudiences: readonly string[];
  readonly now: () => Date;
}

type Verified = VerifiedChain & { readonly user: UserInfo | undefined };

/** What a connection's certificate says is worked out once; whether it still holds, at every request. */
export function clientCertificateAuthenticator(options: ClientCertificateOptions): Authenticator {
  const { apiAudiences, now } = options;
  const verified = new WeakMap<TLSSocket, Verified>();
  return {
    name: 'client-certificate',
    authenticate({ req, audiences }) {
      const connection = req === undefined ? undefined : connectionOf(req);
      if (connection === undefined) return undefined;
      let known = verified.get(connection);
      if (known === undefined) {
        const peer = peerCertificate(connection);
        if (peer === undefined) return undefined;
        known = verify(peer, options);
        verified.set(connection, known);
      }
      const time = now().getTime();
      if (time > known.notAfter || time < known.notBefore)
        throw rejected('x509: certificate has expired or is not yet valid');
      return known.user === undefined ? undefined : { user: known.user, audiences: audiences ?? apiAudiences };
    },
  };
}

function verify({ leaf, intermediates }: PeerCertificate, { roots, now }: ClientCertificateOptions): Verified {
  try {
    return { ...verifyClientChain(leaf, intermediates, roots, now()), user: userOf(leaf.raw) };
  } catch (error) {
    throw rejected((error as Error).message);
  }
}

/** Undefined for a certificate without a common name. */
export function userOf(certificate: Buffer): UserInfo | undefined {
  const { commonName, organizations = [], uid = '' } = subjectOfCertificate(certificate);
  if (commonName === undefined || commonName === '') return undefined;
  const fingerprint = createHash('sha256').update(certificate).digest('hex');
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] };
  return { name: commonName, uid, groups: organizations, extra };
}
