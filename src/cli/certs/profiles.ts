/** What certificates of a cluster look like: who is in the subject, what they may be used for (kubeadm's certs.go). */
import type { LeafFields } from './issue.ts';

export type Profile = 'user' | 'client' | 'server' | 'kubelet' | 'front-proxy';

/** Names by which pods reach the API server; its service address is `kctl serve`'s default range's first. */
export const API_SERVER_HOSTS: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '10.0.0.1',
];

export interface Wishes {
  readonly name: string;
  readonly groups: readonly string[];
  readonly hosts: readonly string[];
}

/** The fields of a certificate of one kind. */
export function profileFields(profile: Profile, { name, groups, hosts }: Wishes): LeafFields {
  switch (profile) {
    case 'user':
    case 'client':
      return { subject: { commonName: name, organizations: groups }, purposes: ['client'], hosts };
    case 'server':
      return { subject: { commonName: name, organizations: groups }, purposes: ['server'], hosts };
    case 'kubelet':
      // Client to the API server (the node authorizer wants this name and group) and server on port 10250.
      return {
        subject: { commonName: `system:node:${name}`, organizations: ['system:nodes', ...groups] },
        purposes: ['client', 'server'],
        hosts: [...new Set([name, ...hosts])],
      };
    case 'front-proxy':
      return { subject: { commonName: name, organizations: groups }, purposes: ['client'], hosts };
  }
}
