/** The certificate that a client showed in its TLS handshake. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { HttpRequest } from '../request/context.ts';

/** More than upstream ever needs; a client cannot make us look at more. */
const MAX_INTERMEDIATES = 8;

export interface PeerCertificate {
  readonly leaf: X509Certificate;
  readonly intermediates: readonly X509Certificate[];
}

/** One object a connection, whatever the protocol: a key for what was found out about its peer. */
export function connectionOf(req: HttpRequest): TLSSocket | undefined {
  const session = req.stream?.session;
  const socket = session ? session.socket : req.socket;
  return typeof (socket as TLSSocket | undefined)?.getPeerX509Certificate === 'function'
    ? (socket as TLSSocket)
    : undefined;
}

/** Connections whose client showed no certificate: asking again is dear, and the answer stays the same. */
const withoutCertificate = new WeakSet<TLSSocket>();

/** Undefined when the client showed none. Nothing is verified yet. */
export function peerCertificate(connection: TLSSocket): PeerCertificate | undefined {
  if (withoutCertificate.has(connection)) return undefined;
  const leaf = connection.getPeerX509Certificate();
  if (leaf === undefined) {
    withoutCertificate.add(connection);
    return undefined;
  }
  const intermediates: X509Certificate[] = [];
  for (let next = leaf.issuerCertificate; next !== undefined && intermediates.length < MAX_INTERMEDIATES; ) {
    intermediates.push(next);
    next = next.issuerCertificate;
  }
  return { leaf, intermediates };
}
