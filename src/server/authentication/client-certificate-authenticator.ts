/** The common name of a client certificate is the user, its organizations are the groups; imitates apiserver request/x509. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type VerifiedChain, verifyClientChain } from '../../util/certificate-chain.ts';
import { subjectOfCertificate } from '../../util/distinguished-name.ts';
import type { UserInfo } from '../request/user.ts';
import type { Authenticated, Authenticator } from './authenticator.ts';
import { connectionOf, type PeerCertificate, peerCertificate } from './peer-certificate.ts';
import { rejected } from './rejection.ts';

export interface ClientCertificateOptions {
  /** Authorities that vouch for clients. */
  readonly roots: readonly X509Certificate[];
  readonly apiAudiences: readonly string[];
  readonly now: () => Date;
}

type Verified = VerifiedChain & { readonly found: Authenticated | undefined };

const NAME = 'client-certificate';

/** What a connection's certificate says is worked out once; whether it still holds, at every request. */
export function clientCertificateAuthenticator(options: ClientCertificateOptions): Authenticator {
  const { now } = options;
  const verified = new WeakMap<TLSSocket, Verified>();
  return {
    name: NAME,
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
      return known.found === undefined || audiences === undefined ? known.found : { ...known.found, audiences };
    },
  };
}

function verify({ leaf, intermediates }: PeerCertificate, options: ClientCertificateOptions): Verified {
  const { roots, apiAudiences, now } = options;
  try {
    const chain = verifyClientChain(leaf, intermediates, roots, now());
    const user = userOf(leaf.raw);
    return { ...chain, found: user === undefined ? undefined : { user, audiences: apiAudiences, by: NAME } };
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
