/** Believes the X-Remote-* headers of an authenticating proxy that shows a certificate; imitates apiserver request/headerrequest. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type VerifiedChain, verifyClientChain } from '../../util/certificate-chain.ts';
import { subjectOfCertificate } from '../../util/distinguished-name.ts';
import type { HttpRequest } from '../request/context.ts';
import type { Authenticator } from './authenticator.ts';
import { connectionOf, type PeerCertificate, peerCertificate } from './peer-certificate.ts';
import { rejected } from './rejection.ts';

export interface RequestHeaderOptions {
  readonly roots: readonly X509Certificate[];
  /** Common names that a proxy may have; empty: any. */
  readonly allowedNames: readonly string[];
  /** Lower-case header names. */
  readonly usernameHeaders?: readonly string[];
  readonly uidHeaders?: readonly string[];
  readonly groupHeaders?: readonly string[];
  readonly extraHeaderPrefixes?: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly now: () => Date;
}

export function requestHeaderAuthenticator(options: RequestHeaderOptions): Authenticator {
  const { usernameHeaders = ['x-remote-user'] } = options;
  const verified = new WeakMap<TLSSocket, VerifiedChain>();
  return {
    name: 'request-header',
    authenticate({ req, audiences }) {
      // Nearly no request has one: looking it up is cheaper than reading the headers as they were sent.
      if (req === undefined || !hasOneOf(req, usernameHeaders)) return undefined;
      const connection = connectionOf(req);
      if (connection === undefined) return undefined;
      const name = firstValue(req, usernameHeaders);
      if (name === undefined) return undefined;
      let chain = verified.get(connection);
      if (chain === undefined) {
        const peer = peerCertificate(connection);
        if (peer === undefined) return undefined;
        chain = verify(peer, options);
        verified.set(connection, chain);
      }
      if (options.now().getTime() > chain.notAfter) throw rejected('x509: certificate has expired or is not yet valid');
      return { user: takeUser(req, name, options), audiences: audiences ?? options.apiAudiences };
    },
  };
}

function verify(
  { leaf, intermediates }: PeerCertificate,
  { roots, allowedNames, now }: RequestHeaderOptions,
): VerifiedChain {
  try {
    const chain = verifyClientChain(leaf, intermediates, roots, now());
    const { commonName = '' } = subjectOfCertificate(leaf.raw);
    if (allowedNames.length > 0 && !allowedNames.includes(commonName)) {
      throw new Error(`x509: subject with cn=${commonName} is not in the allowed list`);
    }
    return chain;
  } catch (error) {
    throw rejected((error as Error).message);
  }
}

/** Reads the headers and removes them: nothing behind may take them for the client's own. */
function takeUser(req: HttpRequest, name: string, options: RequestHeaderOptions) {
  const {
    usernameHeaders = ['x-remote-user'],
    uidHeaders = ['x-remote-uid'],
    groupHeaders = ['x-remote-group'],
  } = options;
  const uid = firstValue(req, uidHeaders) ?? '';
  const groups = groupHeaders.flatMap((header) => valuesOf(req, header));
  const extra: Record<string, string[]> = Object.create(null);
  for (const prefix of options.extraHeaderPrefixes ?? ['x-remote-extra-']) {
    for (const header of Object.keys(req.headers)) {
      if (!header.startsWith(prefix)) continue;
      const key = percentDecoded(header.slice(prefix.length));
      extra[key] = [...(extra[key] ?? []), ...valuesOf(req, header)];
      delete req.headers[header];
    }
  }
  for (const header of [...usernameHeaders, ...uidHeaders, ...groupHeaders]) delete req.headers[header];
  return { name, uid, groups, extra };
}

/** Percent-decoded where it can be. */
function percentDecoded(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase();
  } catch {
    return key;
  }
}

function hasOneOf(req: HttpRequest, headers: readonly string[]): boolean {
  for (const header of headers) if (req.headers[header] !== undefined) return true;
  return false;
}

function firstValue(req: HttpRequest, headers: readonly string[]): string | undefined {
  return headers.flatMap((header) => valuesOf(req, header)).find((value) => value !== '');
}

/** Each value of a header that was sent several times, in order. */
function valuesOf(req: HttpRequest, header: string): string[] {
  const raw: string[] = [];
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    if ((req.rawHeaders[i] as string).toLowerCase() === header) raw.push(req.rawHeaders[i + 1] as string);
  }
  return raw;
}
