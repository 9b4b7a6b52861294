/** Why a connection failed, in one line that says what to look at: which certificate, which authority, which address. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ClientConfig } from './client-config.ts';
import { ClientError, type ClientErrorCode, errorText } from './client-error.ts';

type Explain = (where: URL, config: ClientConfig, error: NodeJS.ErrnoException) => string | Promise<string>;

const PREFIX = 'Unable to connect to the server';
const INSPECT_TIMEOUT_MS = 3000;

const unknownAuthority: Explain = async (where, config) => {
  const presented = await presentedCertificate(where, config);
  const issuer =
    presented === undefined ? '' : `: the certificate of ${where.host} was issued by ${oneLine(presented.issuer)}`;
  const trusted =
    config.caCertificates === undefined
      ? ', which this machine does not trust, and the kubeconfig names no certificate-authority'
      : `, which is not the authority in ${config.caSource ?? 'the kubeconfig'} (${authorities(config.caCertificates)})`;
  return `${PREFIX}: x509: certificate signed by unknown authority${issuer}${trusted}`;
};

const expired: Explain = async (where, config) => {
  const presented = await presentedCertificate(where, config);
  const when =
    presented === undefined
      ? ''
      : `: the certificate of ${where.host} (${oneLine(presented.subject)}) was valid until ${isoDate(presented.validTo)}`;
  return `${PREFIX}: x509: certificate has expired or is not yet valid${when}`;
};

const notYetValid: Explain = async (where, config) => {
  const presented = await presentedCertificate(where, config);
  const when =
    presented === undefined
      ? ''
      : `: the certificate of ${where.host} (${oneLine(presented.subject)}) is valid from ${isoDate(presented.validFrom)}; is the clock right?`;
  return `${PREFIX}: x509: certificate has expired or is not yet valid${when}`;
};

const wrongHost: Explain = (where, config, error) => {
  const wanted = (config.tlsServerName ?? where.hostname).replace(/^\[|\]$/g, '');
  const { subjectaltname = '' } = (error as { cert?: { subjectaltname?: string } }).cert ?? {};
  const kind = isIP(wanted) === 0 ? 'DNS:' : 'IP Address:';
  const names = subjectaltname.split(', ').flatMap((name) => (name.startsWith(kind) ? name.slice(kind.length) : []));
  const problem = `${PREFIX}: tls: failed to verify certificate: x509: certificate is`;
  if (names.length > 0) return `${problem} valid for ${names.join(', ')}, not ${wanted}`;
  return `${problem} not valid for any names, but wanted to match ${wanted}`;
};

const refusedCertificate: Explain = (where) =>
  `${PREFIX}: ${where.host} refused the client certificate: is it expired, or of another cluster?`;

const refused: Explain = (where) =>
  `The connection to the server ${where.host} was refused - did you specify the right host or port?`;

const badClientPair: Explain = (_where, _config, error) =>
  `the client certificate and key of the kubeconfig cannot be used: ${error.message}`;

const EXPLANATIONS: Readonly<Record<string, readonly [ClientErrorCode, Explain]>> = {
  ECONNREFUSED: ['refused', refused],
  ENOTFOUND: ['unreachable', (where) => `${PREFIX}: dial tcp: lookup ${where.hostname}: no such host`],
  EAI_AGAIN: [
    'unreachable',
    (where) => `${PREFIX}: dial tcp: lookup ${where.hostname}: the name service does not answer`,
  ],
  ETIMEDOUT: ['unreachable', (where) => `${PREFIX}: dial tcp ${where.host}: i/o timeout`],
  UND_ERR_CONNECT_TIMEOUT: ['unreachable', (where) => `${PREFIX}: dial tcp ${where.host}: i/o timeout`],
  EHOSTUNREACH: ['unreachable', (where) => `${PREFIX}: dial tcp ${where.host}: no route to host`],
  ENETUNREACH: ['unreachable', (where) => `${PREFIX}: dial tcp ${where.host}: network is unreachable`],
  ECONNRESET: ['unreachable', (where) => `${PREFIX}: ${where.host} closed the connection`],
  UND_ERR_SOCKET: ['unreachable', (where) => `${PREFIX}: ${where.host} closed the connection`],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['certificate', unknownAuthority],
  UNABLE_TO_GET_ISSUER_CERT: ['certificate', unknownAuthority],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['certificate', unknownAuthority],
  SELF_SIGNED_CERT_IN_CHAIN: ['certificate', unknownAuthority],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['certificate', unknownAuthority],
  CERT_SIGNATURE_FAILURE: ['certificate', unknownAuthority],
  CERT_HAS_EXPIRED: ['certificate', expired],
  CERT_NOT_YET_VALID: ['certificate', notYetValid],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate', wrongHost],
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: ['credentials', badClientPair],
  ERR_OSSL_PEM_NO_START_LINE: ['credentials', badClientPair],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'protocol',
    (where) => `${PREFIX}: ${where.host} does not speak TLS: does the server listen on http?`,
  ],
};

/** A ClientError for anything that undici throws. */
export async function plainConnectionError(error: unknown, config: ClientConfig): Promise<ClientError> {
  if (error instanceof ClientError) return error;
  const { server } = config;
  const where = URL.parse(/^[a-z]+:\/\//i.test(server) ? server : `http://${server}`) ?? new URL('http://unknown');
  const root = rootCause(error);
  const known = EXPLANATIONS[root.code ?? ''] ?? tlsAlert(root);
  if (known === undefined) return new ClientError('unreachable', `${PREFIX}: ${errorText(root)}`, { cause: error });
  const [code, explain] = known;
  return new ClientError(code, await explain(where, config, root), { cause: error });
}

/** Several addresses were tried: the first tells as much as any. */
function rootCause(error: unknown): NodeJS.ErrnoException {
  let current = error as NodeJS.ErrnoException & { errors?: unknown[]; cause?: unknown };
  for (let depth = 0; depth < 5; depth++) {
    if (EXPLANATIONS[current.code ?? ''] !== undefined && current.errors === undefined) return current;
    const next = current.errors?.[0] ?? current.cause;
    if (!(next instanceof Error)) return current;
    current = next;
  }
  return current;
}

function tlsAlert({ code = '' }: NodeJS.ErrnoException): readonly [ClientErrorCode, Explain] | undefined {
  return /^ERR_SSL_(TLSV1|TLSV13|SSLV3)_ALERT_.*(CERT|CA|DECRYPT)/.test(code)
    ? ['certificate', refusedCertificate]
    : undefined;
}

/** Asks the server for its certificate without trusting it: nothing is sent. */
function presentedCertificate(where: URL, config: ClientConfig): Promise<X509Certificate | undefined> {
  return new Promise((resolve) => {
    const host = where.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: Number(where.port || 443),
      servername: config.tlsServerName,
      rejectUnauthorized: false,
      timeout: INSPECT_TIMEOUT_MS,
    });
    const finish = (certificate?: X509Certificate): void => {
      socket.destroy();
      resolve(certificate);
    };
    socket.once('secureConnect', () => finish(socket.getPeerX509Certificate()));
    socket.once('error', () => finish());
    socket.once('timeout', () => finish());
  });
}

function authorities(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const names = blocks.slice(0, 3).map((block) => {
    try {
      return oneLine(new X509Certificate(block).subject);
    } catch {
      return 'an unreadable certificate';
    }
  });
  return names.length === 0 ? 'no certificate' : names.join('; ') + (blocks.length > 3 ? ' …' : '');
}

function oneLine(name: string): string {
  return name.split('\n').reverse().join(', ');
}

function isoDate(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z');
}
