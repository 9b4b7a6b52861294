import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from './client-config.ts';
import type { ClientCertificate } from './credentials.ts';

/** TLS for users of a connection other than https-transport.ts, such as WebSockets. @throws ClientError 'credentials' */
export async function tlsOptions(config: ClientConfig): Promise<ConnectionOptions> {
  return tlsOf(config, await config.credentials.certificate());
}

export function tlsOf(config: ClientConfig, certificate: ClientCertificate | undefined): ConnectionOptions {
  return {
    ...(config.caCertificates === undefined ? {} : { ca: config.caCertificates }),
    ...(config.tlsServerName === undefined ? {} : { servername: config.tlsServerName }),
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    rejectUnauthorized: !config.insecureSkipTlsVerify,
  };
}
