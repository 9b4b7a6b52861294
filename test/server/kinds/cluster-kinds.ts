import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';

const CORE = [
  'configmaps',
  'endpoints',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'secrets',
  'serviceaccounts',
  'services',
];
const GROUPS = ['discovery.k8s.io', 'networking.k8s.io', 'rbac.authorization.k8s.io', 'storage.k8s.io'];

/** Kinds of the cluster itself, its network, its access rules and its storage. */
export const CLUSTER_KINDS: readonly Kind[] = BUILTIN_KINDS.filter(
  ({ group, resource }) => GROUPS.includes(group) || (group === '' && CORE.includes(resource)),
);
