import { stringifyYaml } from '../../api/yaml-writer.ts';
import type { KeyedCertificate } from '../../util/certificates.ts';

export interface UserKubeconfig {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user: string;
  readonly certificate: KeyedCertificate;
  readonly namespace?: string;
}

/** A kubeconfig with everything in it, for one user. YAML. */
export function userKubeconfig({ server, ca, user, certificate, namespace }: UserKubeconfig): string {
  const cluster = 'kctl';
  const context = `${user}@${cluster}`;
  return stringifyYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(certificate.cert), 'client-key-data': base64(certificate.key) },
      },
    ],
    contexts: [{ name: context, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': context,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
