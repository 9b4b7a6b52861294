/**
 * How somebody who may little comes to be able to do everything: by running pods as a service account that may more, by
 * impersonating, by writing roles. What is known of the bindings only; https://kubernetes.io/docs/concepts/security/rbac-good-practices
 * lists the rights that are worth more than they look.
 */
import type { RbacIndex } from './rbac-index.ts';
import type { RbacRequest } from './rules.ts';
import {
  type RbacUser,
  serviceAccountGroups,
  serviceAccountUsername,
  splitServiceAccountUsername,
} from './subjects.ts';

export interface EscalationPath {
  /** A sentence without a subject each: `may create pods in "kube-system", which run as ServiceAccount "x/kube-system"`. */
  readonly steps: readonly string[];
}

interface Account {
  readonly namespace: string;
  readonly name: string;
}

interface Reached {
  readonly user: RbacUser;
  readonly steps: readonly string[];
}

/** Identities that one search looks at. */
const MAX_VISITED = 300;
const ADMIN_ROLE = 'cluster-admin';
const MASTERS = 'system:masters';
const RBAC = 'rbac.authorization.k8s.io';

/** Service accounts and users that bindings name: whom it is worth to become. */
export interface Identities {
  readonly accounts: readonly Account[];
  readonly users: readonly string[];
}

export function identitiesOf(index: RbacIndex): Identities {
  const accounts = new Map<string, Account>();
  const users = new Set<string>();
  for (const scope of index.scopes()) {
    for (const { subjects } of index.bindings(scope)) {
      for (const { kind, name = '', namespace } of subjects) {
        const account = kind === 'User' ? splitServiceAccountUsername(name) : undefined;
        if (kind === 'ServiceAccount') add({ namespace: namespace || scope, name });
        else if (account !== undefined) add(account);
        else if (kind === 'User') users.add(name);
      }
    }
  }
  return { accounts: [...accounts.values()], users: [...users] };

  function add(account: Account): void {
    accounts.set(`${account.namespace}/${account.name}`, account);
  }
}

/** The shortest way to everything; undefined when none is seen. A user who may do everything by a rule has no steps. */
export function pathToAdmin(index: RbacIndex, user: RbacUser, identities: Identities): EscalationPath | undefined {
  const queue: Reached[] = [{ user, steps: [] }];
  const visited = new Set<string>([user.name]);
  for (let i = 0; i < queue.length && i < MAX_VISITED; i++) {
    const { user: current, steps } = queue[i] as Reached;
    const last = lastStep(index, current);
    if (last !== undefined) return { steps: last === '' ? steps : [...steps, last] };
    for (const next of takeovers(index, current, identities)) {
      if (visited.has(next.user.name)) continue;
      visited.add(next.user.name);
      queue.push({ user: next.user, steps: [...steps, ...next.steps] });
    }
  }
  return undefined;
}

/** What makes one an administrator at once; '' when a rule allows everything already. */
function lastStep(index: RbacIndex, user: RbacUser): string | undefined {
  const may = (verb: string, group: string, resource: string, more: Partial<RbacRequest> = {}): boolean =>
    index.decide(user, ask(verb, group, resource, more)).allowed;
  const mayWrite = (group: string, resource: string): boolean =>
    may('update', group, resource) || may('patch', group, resource);
  if (user.groups.includes(MASTERS) || may('*', '*', '*')) return '';
  if (may('escalate', RBAC, 'clusterroles') && mayWrite(RBAC, 'clusterroles')) {
    return 'may write into ClusterRoles what it does not hold (escalate)';
  }
  if (may('bind', RBAC, 'clusterroles', { name: ADMIN_ROLE }) && may('create', RBAC, 'clusterrolebindings')) {
    return `may bind anybody to ${ADMIN_ROLE} (bind)`;
  }
  if (may('impersonate', '', 'groups', { name: MASTERS })) return `may impersonate the group ${MASTERS}`;
  const webhooks = ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'] as const;
  if (may('create', ...webhooks) || mayWrite(...webhooks)) return 'may add a webhook that rewrites every request';
  return undefined;
}

function* takeovers(index: RbacIndex, user: RbacUser, { accounts, users }: Identities): Generator<Reached> {
  for (const account of accounts) {
    const step = accountStep(index, user, account);
    if (step !== undefined) yield { user: accountUser(account), steps: [step] };
  }
  for (const name of users) {
    if (!index.decide(user, ask('impersonate', '', 'users', { name })).allowed) continue;
    yield {
      user: { name, groups: ['system:authenticated'] },
      steps: [`may impersonate User ${JSON.stringify(name)}`],
    };
  }
}

/** Requests whose pods run as any service account of the namespace. */
const WORKLOADS: readonly (readonly [group: string, resource: string])[] = [
  ['', 'pods'],
  ['apps', 'deployments'],
  ['apps', 'daemonsets'],
  ['apps', 'statefulsets'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
  ['', 'replicationcontrollers'],
];

function accountStep(index: RbacIndex, user: RbacUser, { namespace, name }: Account): string | undefined {
  const may = (verb: string, group: string, resource: string, more: Partial<RbacRequest> = {}): boolean =>
    index.decide(user, ask(verb, group, resource, { namespace, ...more })).allowed;
  const here = `in the namespace ${JSON.stringify(namespace)}`;
  const who = `ServiceAccount ${JSON.stringify(name)}`;
  if (may('impersonate', '', 'serviceaccounts', { name })) return `may impersonate ${who} ${here}`;
  if (may('create', '', 'serviceaccounts', { subresource: 'token', name })) return `may make tokens of ${who} ${here}`;
  const workload = WORKLOADS.find(([group, resource]) => may('create', group, resource));
  if (workload !== undefined) return `may create ${workload[1]} ${here}, which run as ${who}`;
  if (may('create', '', 'pods', { subresource: 'exec' }))
    return `may run commands in the pods ${here} (pods/exec), also those of ${who}`;
  if (may('patch', '', 'pods', { subresource: 'ephemeralcontainers' })) {
    return `may add containers to the pods ${here} (pods/ephemeralcontainers), also those of ${who}`;
  }
  return undefined;
}

export function accountUser({ namespace, name }: Account): RbacUser {
  return {
    name: serviceAccountUsername(namespace, name),
    groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
  };
}

function ask(verb: string, group: string, resource: string, more: Partial<RbacRequest>): RbacRequest {
  return { verb, group, resource, isResource: true, path: '', subresource: '', namespace: '', name: '', ...more };
}
