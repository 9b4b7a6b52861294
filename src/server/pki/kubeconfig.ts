import { join } from 'node:path';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { writeFileAtomic } from '../../util/write-file.ts';
import type { Pki } from './pki.ts';

export const ADMIN_KUBECONFIG = 'admin.kubeconfig';

export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user: string;
  readonly credentials: KeyedCertificate | { readonly token: string };
  /** Name of the cluster and the context; default kctl. */
  readonly cluster?: string;
}

/** A kubeconfig with everything in it: no other file is needed. YAML. */
export function kubeconfig({ server, ca, user, credentials, cluster = 'kctl' }: KubeconfigOptions): string {
  const secret =
    'token' in credentials
      ? `    token: ${JSON.stringify(credentials.token)}\n`
      : `    client-certificate-data: ${base64(credentials.cert)}\n    client-key-data: ${base64(credentials.key)}\n`;
  return `apiVersion: v1
kind: Config
clusters:
- name: ${JSON.stringify(cluster)}
  cluster:
    server: ${JSON.stringify(server)}
    certificate-authority-data: ${base64(ca)}
users:
- name: ${JSON.stringify(user)}
  user:
${secret}contexts:
- name: ${JSON.stringify(cluster)}
  context:
    cluster: ${JSON.stringify(cluster)}
    user: ${JSON.stringify(user)}
current-context: ${JSON.stringify(cluster)}
`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** For a member of system:masters. */
export function adminKubeconfig(pki: Pki, server: string): string {
  return kubeconfig({ server, ca: pki.ca.cert, user: 'kubernetes-admin', credentials: pki.admin });
}

/** Writes DIR/admin.kubeconfig, 0600; each start does so anew. @returns its path */
export async function writeAdminKubeconfig(directory: string, pki: Pki, server: string): Promise<string> {
  const file = join(directory, ADMIN_KUBECONFIG);
  await writeFileAtomic(file, adminKubeconfig(pki, server), 0o600, false);
  return file;
}
