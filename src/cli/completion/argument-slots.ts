/** What the arguments and the values of the flags of each command are. */

export type Slot =
  /** Names of kinds, or KIND/NAME. */
  | 'kinds'
  /** Only these kinds, or one of them with /NAME. */
  | { readonly kinds: readonly string[] }
  /** Kinds, and behind a slash their sub-resources: what roles name. */
  | 'resources'
  /** Objects of the kind that the first argument names. */
  | 'names'
  /** Containers of the pod that is named, or of the pods that the named workload makes. */
  | 'containers'
  | 'pods'
  | 'nodes'
  | 'namespaces'
  | 'cluster roles'
  | 'roles'
  | 'ingress classes'
  | 'signing requests'
  /** `cronjob/NAME` */
  | 'cron jobs'
  | 'service accounts'
  /** NAMESPACE:NAME, of all namespaces. */
  | 'bound service accounts'
  /** As whom a request may be made. */
  | 'users to be'
  /** `user:`, `group:`, `sa:NAMESPACE/NAME` */
  | 'subjects'
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
const QUESTION: readonly Slot[] = ['verbs', 'resources', 'nothing'];
const ROLLOUT: readonly Slot[] = [{ kinds: ['deployment', 'daemonset', 'statefulset'] }, 'names'];
const SCALABLE = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'];
const POD_MAKER: readonly Slot[] = [
  { kinds: ['deployment', 'statefulset', 'daemonset', 'replicaset', 'replicationcontroller', 'cronjob', 'pod'] },
  'names',
];
const NODE: readonly Slot[] = [{ kinds: ['node'] }, 'names'];

/** By position; the last slot counts for all that follow. */
const SLOTS: Readonly<Record<string, readonly Slot[]>> = {
  get: KIND_AND_NAMES,
  describe: KIND_AND_NAMES,
  delete: KIND_AND_NAMES,
  edit: KIND_AND_NAMES,
  label: KIND_AND_NAMES,
  annotate: KIND_AND_NAMES,
  patch: KIND_AND_NAMES,
  scale: [{ kinds: SCALABLE }, 'names'],
  wait: KIND_AND_NAMES,
  expose: [{ kinds: ['deployment', 'pod', 'replicaset', 'replicationcontroller', 'service'] }, 'names'],
  autoscale: [{ kinds: SCALABLE }, 'names'],
  explain: ['kinds', 'nothing'],
  'rollout:status': ROLLOUT,
  'rollout:history': ROLLOUT,
  'rollout:restart': ROLLOUT,
  'rollout:undo': ROLLOUT,
  'rollout:pause': ROLLOUT,
  'rollout:resume': ROLLOUT,
  logs: ['workloads', 'containers', 'nothing'],
  exec: WORKLOAD,
  attach: WORKLOAD,
  'port-forward': WORKLOAD,
  debug: WORKLOAD,
  'apply:edit-last-applied': KIND_AND_NAMES,
  'apply:view-last-applied': KIND_AND_NAMES,
  'set:env': POD_MAKER,
  'set:image': POD_MAKER,
  'set:resources': POD_MAKER,
  'set:serviceaccount': POD_MAKER,
  'set:selector': [{ kinds: ['service'] }, 'names'],
  'set:subject': [{ kinds: ['rolebinding', 'clusterrolebinding'] }, 'names'],
  'certificate:approve': ['signing requests'],
  'certificate:deny': ['signing requests'],
  cordon: ['nodes'],
  uncordon: ['nodes'],
  drain: ['nodes'],
  taint: NODE,
  'top:node': ['nodes', 'nothing'],
  'top:pod': ['pods', 'nothing'],
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
  'auth:can-i': QUESTION,
  'auth:whoami': FILES,
  'rbac:who-can': QUESTION,
  'rbac:explain': ['subjects', ...QUESTION],
  'rbac:lookup': ['subjects', 'nothing'],
  'rbac:diff': ['subjects', 'subjects', 'nothing'],
  'rbac:matrix': ['resources'],
  kubeconfig: ['subjects', 'nothing'],
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

const DOCUMENT: Slot = ['json', 'yaml'];
const PRINTED: Slot = [
  'json',
  'yaml',
  'kyaml',
  'name',
  'wide',
  'jsonpath=',
  'jsonpath-as-json=',
  'jsonpath-file=',
  'custom-columns=',
  'custom-columns-file=',
  'go-template=',
  'go-template-file=',
];
const CASCADES: Slot = ['background', 'orphan', 'foreground'];
const SUBRESOURCES: Slot = ['status', 'scale', 'resize'];

/** By the flag's name, or by COMMAND and name where they differ. Flags with fixed values say them themselves. */
const FLAG_SLOTS: Readonly<Record<string, Slot>> = {
  namespace: 'namespaces',
  namespaces: 'namespaces',
  context: 'contexts',
  cluster: 'clusters',
  user: 'users',
  as: 'users to be',
  'as-group': ['system:authenticated', 'system:masters', 'system:serviceaccounts', 'system:unauthenticated'],
  container: 'containers',
  'debug target': 'containers',
  output: PRINTED,
  'api-resources output': ['wide', 'name', 'json', 'yaml'],
  'auth:can-i output': DOCUMENT,
  'auth:check output': DOCUMENT,
  'auth:whoami output': DOCUMENT,
  'cluster-info:dump output': DOCUMENT,
  'config:get-contexts output': ['name'],
  'delete output': ['name'],
  'explain output': ['plaintext', 'plaintext-openapiv2'],
  'rbac:diff output': DOCUMENT,
  'rbac:explain output': DOCUMENT,
  'rbac:graph output': ['mermaid', 'dot', 'json', 'yaml'],
  'rbac:lint output': DOCUMENT,
  'rbac:lookup output': DOCUMENT,
  'rbac:matrix output': DOCUMENT,
  'rbac:who-can output': DOCUMENT,
  'version output': DOCUMENT,
  'dry-run': ['none', 'client', 'server'],
  cascade: CASCADES,
  validate: ['strict', 'warn', 'ignore'],
  trace: ['text', 'json', 'mermaid', 'html', 'teach'],
  subresource: SUBRESOURCES,
  'patch type': ['json', 'merge', 'strategic'],
  'wait for': ['create', 'delete', 'condition=', 'jsonpath='],
  'events for': 'kinds',
  'events types': ['Normal', 'Warning'],
  'api-resources sort-by': ['name', 'kind'],
  verb: 'verbs',
  resource: 'resources',
  clusterrole: 'cluster roles',
  role: 'roles',
  'create:job from': 'cron jobs',
  'create:ingress class': 'ingress classes',
  'create:cronjob restart': ['OnFailure', 'Never'],
  'create:priorityclass preemption-policy': ['PreemptLowerPriority', 'Never'],
  'bound-object-kind': ['Pod', 'Secret', 'Node'],
  'rbac:lint fail-on': ['error', 'warning', 'note', 'never'],
  serviceaccount: 'bound service accounts',
  subject: 'subjects',
  filename: 'files',
  kustomize: 'files',
  kubeconfig: 'files',
  'certificate-authority': 'files',
  'client-certificate': 'files',
  'client-key': 'files',
  'client-ca-file': 'files',
  'tls-cert-file': 'files',
  'tls-private-key-file': 'files',
  'token-auth-file': 'files',
  'data-dir': 'files',
  'output-directory': 'files',
  'from-env-file': 'files',
  'from-file': 'files',
  'patch-file': 'files',
  pkcs12: 'files',
  request: 'files',
  'unix-socket': 'files',
  file: 'files',
  cert: 'files',
  ca: 'files',
  dir: 'files',
  out: 'files',
  key: 'files',
};

/** @param id the command, `auth:can-i` */
export function flagSlot(id: string, name: string): Slot {
  const key = [`${id} ${name}`, name].find((known) => Object.hasOwn(FLAG_SLOTS, known));
  return key === undefined ? 'nothing' : (FLAG_SLOTS[key] as Slot);
}

/** Whether a slash in such an argument stands between kind and name. */
export function namesByKind(slot: Slot): boolean {
  return slot === 'kinds' || (typeof slot === 'object' && 'kinds' in slot);
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
