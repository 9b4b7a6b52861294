import { stringifyYaml } from '../../api/yaml-writer.ts';
import type { KeyedCertificate } from '../../util/certificates.ts';

export interface UserKubeconfig {
  readonly server: string;
  /** PEM; absent: the machine's own authorities. */
  readonly ca?: string;
  readonly user: string;
  readonly credentials: KeyedCertificate | { readonly token: string };
  readonly namespace?: string;
  /** Name of the cluster; default kctl. */
  readonly cluster?: string;
  readonly tlsServerName?: string;
}

/** A kubeconfig with everything in it, for one user. YAML. */
export function userKubeconfig(options: UserKubeconfig): string {
  const { server, ca, user, credentials, namespace, cluster = 'kctl', tlsServerName } = options;
  const context = `${user}@${cluster}`;
  const secret =
    'token' in credentials
      ? { token: credentials.token }
      : { 'client-certificate-data': base64(credentials.cert), 'client-key-data': base64(credentials.key) };
  const place = {
    server,
    ...(ca === undefined ? {} : { 'certificate-authority-data': base64(ca) }),
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
  };
  return stringifyYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: place }],
    users: [{ name: user, user: secret }],
    contexts: [{ name: context, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': context,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
