/** What the arguments of each command are. */

export type Slot =
  /** Names of kinds, or KIND/NAME. */
  | 'kinds'
  /** Objects of the kind that the first argument names. */
  | 'names'
  | 'pods'
  | 'nodes'
  | 'namespaces'
  | 'service accounts'
  /** Pods, or KIND/NAME of what has pods. */
  | 'workloads'
  | 'contexts'
  | 'clusters'
  | 'users'
  | 'verbs'
  | 'files'
  | 'nothing'
  | readonly string[];

const KIND_AND_NAMES: readonly Slot[] = ['kinds', 'names'];
const FILES: readonly Slot[] = ['files'];
const WORKLOAD: readonly Slot[] = ['workloads', 'nothing'];

/** By position; the last slot counts for all that follow. */
const SLOTS: Readonly<Record<string, readonly Slot[]>> = {
  get: KIND_AND_NAMES,
  describe: KIND_AND_NAMES,
  delete: KIND_AND_NAMES,
  edit: KIND_AND_NAMES,
  label: KIND_AND_NAMES,
  annotate: KIND_AND_NAMES,
  patch: KIND_AND_NAMES,
  scale: KIND_AND_NAMES,
  wait: KIND_AND_NAMES,
  expose: KIND_AND_NAMES,
  autoscale: KIND_AND_NAMES,
  explain: ['kinds', 'nothing'],
  'rollout:status': KIND_AND_NAMES,
  'rollout:history': KIND_AND_NAMES,
  'rollout:restart': KIND_AND_NAMES,
  'rollout:undo': KIND_AND_NAMES,
  'rollout:pause': KIND_AND_NAMES,
  'rollout:resume': KIND_AND_NAMES,
  logs: ['workloads', 'nothing'],
  exec: WORKLOAD,
  attach: WORKLOAD,
  'port-forward': WORKLOAD,
  cordon: ['nodes'],
  uncordon: ['nodes'],
  drain: ['nodes'],
  taint: ['nodes', 'nothing'],
  'config:use-context': ['contexts', 'nothing'],
  'config:get-contexts': ['contexts'],
  'config:delete-context': ['contexts', 'nothing'],
  'config:rename-context': ['contexts', 'nothing'],
  'config:set-context': ['contexts', 'nothing'],
  'config:get-clusters': ['nothing'],
  'config:delete-cluster': ['clusters', 'nothing'],
  'config:set-cluster': ['clusters', 'nothing'],
  'config:set-credentials': ['users', 'nothing'],
  'config:delete-user': ['users', 'nothing'],
  'auth:can-i': ['verbs', 'kinds', 'nothing'],
  'rbac:who-can': ['verbs', 'kinds', 'nothing'],
  'rbac:explain': ['nothing', 'verbs', 'kinds', 'nothing'],
  'create:token': ['service accounts', 'nothing'],
  'token:create': ['service accounts', 'nothing'],
  'token:inspect': FILES,
  'token:verify': FILES,
  'certs:show': FILES,
  'certs:check': FILES,
  'certs:verify': FILES,
  'certs:renew': FILES,
  'trace:replay': FILES,
  completion: [['bash', 'zsh', 'fish'], 'nothing'],
};

export function slotFor(id: string, position: number): Slot {
  const slots = Object.hasOwn(SLOTS, id) ? (SLOTS[id] as readonly Slot[]) : [];
  return slots[Math.min(position, slots.length - 1)] ?? 'nothing';
}

const OUTPUTS = ['json', 'yaml', 'wide', 'name', 'jsonpath=', 'custom-columns=', 'go-template='];

/** By the flag's name; flags with fixed values say them themselves. */
const FLAG_SLOTS: Readonly<Record<string, Slot>> = {
  namespace: 'namespaces',
  context: 'contexts',
  cluster: 'clusters',
  user: 'users',
  output: OUTPUTS,
  'dry-run': ['none', 'client', 'server'],
  cascade: ['background', 'orphan', 'foreground'],
  trace: ['text', 'json', 'mermaid', 'html', 'teach'],
  filename: 'files',
  kustomize: 'files',
  kubeconfig: 'files',
  'certificate-authority': 'files',
  'client-certificate': 'files',
  'client-key': 'files',
  ca: 'files',
  dir: 'files',
  out: 'files',
  key: 'files',
  serviceaccount: 'service accounts',
};

export function flagSlot(name: string): Slot {
  return Object.hasOwn(FLAG_SLOTS, name) ? (FLAG_SLOTS[name] as Slot) : 'nothing';
}

export const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'impersonate',
  'bind',
  'escalate',
  'use',
];
