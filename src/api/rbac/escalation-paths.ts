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

interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Somebody from whom a way to everything is known. */
interface Target {
  readonly steps: readonly string[];
  /** Absent for users. */
  readonly account?: Account;
  readonly user: RbacUser;
}

/** Longer ways are not looked for. */
const MAX_STEPS = 6;
const ADMIN_ROLE = 'cluster-admin';
const MASTERS = 'system:masters';
const RBAC = 'rbac.authorization.k8s.io';

/**
 * The ways of everybody whom a policy's bindings name, found backwards from those who may do everything.
 *
 *   0 steps  sa:kube-system/admin      a rule allows everything
 *   1 step   user:jane                 may create pods in "kube-system", which run as ServiceAccount "admin"
 *   2 steps  user:joe                  may impersonate User "jane"; who …
 */
export class EscalationPaths {
  readonly #index: RbacIndex;
  /** By the length of their way. */
  readonly #targets: Target[][] = [];

  constructor(index: RbacIndex) {
    this.#index = index;
    let left = identitiesOf(index);
    for (let length = 0; length <= MAX_STEPS && left.length > 0; length++) {
      const found = left.flatMap((identity) => {
        const steps = this.#stepsOf(identity.user, length);
        return steps === undefined ? [] : [{ ...identity, steps }];
      });
      if (found.length === 0 && length > 1) break;
      this.#targets.push(found);
      const names = new Set(found.map(({ user }) => user.name));
      left = left.filter(({ user }) => !names.has(user.name));
    }
  }

  /**
   * The shortest way, a sentence without a subject each: `may create pods in the namespace "x", which run as …`.
   * Empty when a rule allows everything already; undefined when no way is seen.
   */
  of(user: RbacUser): readonly string[] | undefined {
    for (let length = 0; length <= this.#targets.length; length++) {
      const steps = this.#stepsOf(user, length);
      if (steps !== undefined) return steps;
    }
    return undefined;
  }

  /** A way of just this many steps. */
  #stepsOf(user: RbacUser, length: number): readonly string[] | undefined {
    if (length < 2) {
      const last = lastStep(this.#index, user);
      if (last !== undefined && (last === '' ? 0 : 1) === length) return last === '' ? [] : [last];
    }
    return length === 0 ? undefined : this.#takeover(user, this.#targets[length - 1] ?? []);
  }

  #takeover(user: RbacUser, targets: readonly Target[]): readonly string[] | undefined {
    const powers = new Map<string, string | undefined>();
    for (const { account, user: other, steps } of targets) {
      if (other.name === user.name) continue;
      const step =
        account === undefined ? userStep(this.#index, user, other) : this.#accountStep(user, account, powers);
      if (step !== undefined) return [step, ...steps];
    }
    return undefined;
  }

  /** `powers`: what was found out about namespaces. */
  #accountStep(user: RbacUser, account: Account, powers: Map<string, string | undefined>): string | undefined {
    const named = namedStep(this.#index, user, account);
    if (named !== undefined) return named;
    const { namespace, name } = account;
    if (!powers.has(namespace)) powers.set(namespace, namespaceStep(this.#index, user, namespace));
    const power = powers.get(namespace);
    return power === undefined ? undefined : `${power} ServiceAccount ${JSON.stringify(name)}`;
  }
}

/** Service accounts and users that bindings name: whom it is worth to become. */
function identitiesOf(index: RbacIndex): Omit<Target, 'steps'>[] {
  const found = new Map<string, Omit<Target, 'steps'>>();
  const add = (account: Account): void => {
    const user = accountUser(account);
    found.set(user.name, { user, account });
  };
  for (const scope of index.scopes()) {
    for (const { kind, name = '', namespace } of index.bindings(scope).flatMap(({ subjects }) => subjects)) {
      const account = kind === 'User' ? splitServiceAccountUsername(name) : undefined;
      if (kind === 'ServiceAccount') add({ namespace: namespace || scope, name });
      else if (account !== undefined) add(account);
      else if (kind === 'User') found.set(name, { user: { name, groups: ['system:authenticated'] } });
    }
  }
  return [...found.values()];
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

function userStep(index: RbacIndex, user: RbacUser, { name }: RbacUser): string | undefined {
  const may = index.decide(user, ask('impersonate', '', 'users', { name })).allowed;
  return may ? `may impersonate User ${JSON.stringify(name)}` : undefined;
}

function namedStep(index: RbacIndex, user: RbacUser, { namespace, name }: Account): string | undefined {
  const account = `ServiceAccount ${JSON.stringify(name)} in the namespace ${JSON.stringify(namespace)}`;
  const may = (verb: string, more: Partial<RbacRequest>): boolean =>
    index.decide(user, ask(verb, '', 'serviceaccounts', { namespace, name, ...more })).allowed;
  if (may('impersonate', {})) return `may impersonate ${account}`;
  return may('create', { subresource: 'token' }) ? `may make tokens of ${account}` : undefined;
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

/** What makes one any service account of a namespace; its name is to follow. */
function namespaceStep(index: RbacIndex, user: RbacUser, namespace: string): string | undefined {
  const may = (verb: string, group: string, resource: string, subresource = ''): boolean =>
    index.decide(user, ask(verb, group, resource, { namespace, subresource })).allowed;
  const here = `in the namespace ${JSON.stringify(namespace)}`;
  const workload = WORKLOADS.find(([group, resource]) => may('create', group, resource));
  if (workload !== undefined) return `may create ${workload[1]} ${here}, which run as`;
  if (may('create', '', 'pods', 'exec')) return `may run commands in the pods ${here} (pods/exec), also those of`;
  if (may('patch', '', 'pods', 'ephemeralcontainers')) {
    return `may add containers to the pods ${here} (pods/ephemeralcontainers), also those of`;
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
