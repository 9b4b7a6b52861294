/** Values that only the kubeconfig or the server knows. */
import { RBAC_GROUP, serviceAccountUsername } from '../../api/rbac/subjects.ts';
import type { PodSpec } from '../../api/types/core-v1.ts';
import type { RoleBinding } from '../../api/types/rbac-v1.ts';
import type { ClientConfig } from '../../client/client-config.ts';
import { Discovery } from '../../client/discovery.ts';
import { DiscoveryClient } from '../../client/discovery-client.ts';
import { RestClient } from '../../client/rest-client.ts';
import { parseDuration } from '../../util/duration.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';
import { configOf, kubeconfigOf } from '../session.ts';
import { type Slot, VERBS } from './argument-slots.ts';
import { type CachedKind, KindCache } from './kind-cache.ts';
import { lightTransport } from './light-transport.ts';
import type { Candidate, Wanted } from './wanted.ts';

/** With starting up, an answer must be there within 300 ms; far clusters may be given longer by the environment. */
const TIMEOUT_MS = 180;
const MAX_TIMEOUT_MS = 10_000;
const MAX_NAMES = 2000;

/** Empty when there is no answer in time. */
export async function liveValues(wanted: Wanted, terminal: Terminal): Promise<readonly Candidate[]> {
  const { slot } = wanted;
  if (Array.isArray(slot)) return slot.map((value: string) => ({ value }));
  if (typeof slot === 'object' && 'kinds' in slot && !wanted.word.includes('/'))
    return slot.kinds.map((value) => ({ value }));
  if (slot === 'verbs') return VERBS.map((value) => ({ value }));
  if (slot === 'contexts' || slot === 'clusters' || slot === 'users') {
    const config = await kubeconfigOf({ kubeconfig: wanted.globals['kubeconfig'] }, terminal.env);
    return [...config[slot].keys()].map((value) => ({ value }));
  }
  const config = await configOf(sessionFlags(wanted), terminal.env);
  const transport = await lightTransport(config, timeoutOf(terminal.env));
  try {
    const client = new RestClient({ transport, userAgent: 'kctl' });
    return await new Lookup(config, client, wanted, terminal.env).candidates(slot);
  } finally {
    await transport.close();
  }
}

/** KCTL_COMPLETION_TIMEOUT: `1s`. */
function timeoutOf(env: Terminal['env']): number {
  const given = parseDuration(env['KCTL_COMPLETION_TIMEOUT'] ?? '') ?? 0;
  return given > 0 ? Math.min(given, MAX_TIMEOUT_MS) : TIMEOUT_MS;
}

/** Only what says where to ask. */
function sessionFlags({ globals }: Wanted): GlobalFlags {
  const list = (text: string | undefined): string[] | undefined => text?.split(',');
  const { 'as-group': groups, ...texts } = globals;
  return {
    ...texts,
    'as-group': list(groups),
    'insecure-skip-tls-verify': globals['insecure-skip-tls-verify'] === 'true',
  } as unknown as GlobalFlags;
}

type Target = Pick<CachedKind, 'group' | 'version' | 'resource' | 'namespaced'>;

const core = (resource: string, namespaced = true): Target => ({ group: '', version: 'v1', resource, namespaced });
const rbac = (resource: string, namespaced = true): Target => ({ ...core(resource, namespaced), group: RBAC_GROUP });

/** Slots that are names of one kind, and what stands before those. */
const OF_ONE_KIND: Readonly<Record<string, Target & { readonly before?: string }>> = {
  namespaces: core('namespaces', false),
  nodes: core('nodes', false),
  pods: core('pods'),
  'service accounts': core('serviceaccounts'),
  'cluster roles': rbac('clusterroles', false),
  roles: rbac('roles'),
  'cron jobs': { ...core('cronjobs'), group: 'batch', before: 'cronjob/' },
  'signing requests': { ...core('certificatesigningrequests', false), group: 'certificates.k8s.io' },
  'ingress classes': { ...core('ingressclasses', false), group: 'networking.k8s.io' },
};

const WORKLOADS: readonly Candidate[] = ['deployment/', 'statefulset/', 'daemonset/', 'job/', 'service/'].map(
  (value) => ({ value }),
);

class Lookup {
  readonly #namespace: string;
  readonly #client: RestClient;
  readonly #wanted: Wanted;
  readonly #cache: KindCache;

  constructor(config: ClientConfig, client: RestClient, wanted: Wanted, env: Terminal['env']) {
    this.#namespace = config.namespace;
    this.#client = client;
    this.#wanted = wanted;
    this.#cache = new KindCache(config.server, env);
  }

  async candidates(slot: Slot): Promise<readonly Candidate[]> {
    const { word, args } = this.#wanted;
    if (typeof slot === 'object') return this.#slashNames();
    if (Object.hasOwn(OF_ONE_KIND, slot)) {
      const { before = '', ...target } = OF_ONE_KIND[slot] as (typeof OF_ONE_KIND)[string];
      return this.#list(target, before, args);
    }
    switch (slot) {
      case 'workloads':
        return word.includes('/') ? this.#slashNames() : [...(await this.#list(core('pods'), '')), ...WORKLOADS];
      case 'kinds':
        return word.includes('/') ? this.#slashNames() : this.#kindNames();
      case 'resources':
        return word.includes('/') ? this.#subresources() : this.#kindNames(true);
      case 'names':
        return this.#namesOf(args[0] ?? '', '', args.slice(1));
      case 'containers':
        return this.#containers(args[0] ?? '');
      case 'bound service accounts':
        return (await this.#accounts()).map(({ namespace, name }) => ({ value: `${namespace}:${name}` }));
      case 'subjects':
        return this.#subjects();
      case 'users to be':
        return this.#usersToBe();
      default:
        return [];
    }
  }

  /** Behind commas too: `pods,ser`. */
  async #kindNames(all = false): Promise<Candidate[]> {
    const before = this.#beforeComma();
    const names = new Map<string, Candidate>();
    for (const { resource, group, verbs, shortNames } of await this.#kinds()) {
      if (!all && !verbs.includes('list') && !verbs.includes('get')) continue;
      const value = names.has(resource) ? `${resource}.${group}` : resource;
      const short = shortNames.length === 0 ? '' : ` (${shortNames.join(', ')})`;
      names.set(value, { value: before + value, about: `${group || 'core'}${short}` });
    }
    return [...names.values()];
  }

  #beforeComma(): string {
    return this.#wanted.word.slice(0, this.#wanted.word.lastIndexOf(',') + 1);
  }

  #slashNames(): Promise<Candidate[]> {
    const { word, args } = this.#wanted;
    const slash = word.indexOf('/');
    return this.#namesOf(word.slice(0, slash), word.slice(0, slash + 1), args);
  }

  async #namesOf(kind: string, before: string, given: readonly string[]): Promise<Candidate[]> {
    const found = await this.#find(kind);
    return found === undefined ? [] : this.#list(found, before, given);
  }

  async #find(kind: string): Promise<CachedKind | undefined> {
    return new Discovery((await this.#kinds()) as never).find(kind) as CachedKind | undefined;
  }

  async #subresources(): Promise<Candidate[]> {
    const { word } = this.#wanted;
    const slash = word.indexOf('/');
    const found = await this.#find(word.slice(0, slash));
    return (found?.subresources ?? []).map((name) => ({ value: word.slice(0, slash + 1) + name }));
  }

  async #containers(owner: string): Promise<Candidate[]> {
    const slash = owner.indexOf('/');
    const found = slash < 0 ? core('pods') : await this.#find(owner.slice(0, slash));
    if (found === undefined) return [];
    const object = await this.#client.get({ ...this.#at(found), name: owner.slice(slash + 1) });
    const { containers = [], initContainers = [], ephemeralContainers = [] } = podSpecOf(object);
    return [...containers, ...initContainers, ...ephemeralContainers].map(({ name = '', image = '' }) => ({
      value: name,
      about: image,
    }));
  }

  async #accounts(): Promise<{ namespace: string; name: string }[]> {
    const { items } = await this.#client.list(core('serviceaccounts'), { metadataOnly: true, limit: MAX_NAMES });
    return items.map(({ metadata: { namespace = '', name = '' } = {} }) => ({ namespace, name }));
  }

  /** Users and groups are known only from bindings. */
  async #subjects(): Promise<Candidate[]> {
    const before = this.#beforeComma();
    const part = this.#wanted.word.slice(before.length);
    const [kind = ''] = part.split(':');
    if (!part.includes(':')) return ['user:', 'group:', 'sa:'].map((value) => ({ value: before + value }));
    if (kind === 'sa') {
      return (await this.#accounts()).map(({ namespace, name }) => ({ value: `${before}sa:${namespace}/${name}` }));
    }
    const names = await this.#bound(kind === 'group' ? 'Group' : 'User');
    return names.map((name) => ({ value: `${before}${kind}:${name}` }));
  }

  async #usersToBe(): Promise<Candidate[]> {
    const [users, accounts] = await Promise.all([this.#bound('User'), this.#accounts()]);
    const asUsers = accounts.map(({ namespace, name }) => serviceAccountUsername(namespace, name));
    return [...users, ...asUsers].map((value) => ({ value }));
  }

  async #bound(kind: 'User' | 'Group'): Promise<string[]> {
    const lists = await Promise.all(
      ['rolebindings', 'clusterrolebindings'].map((resource) =>
        this.#client.list<RoleBinding>(rbac(resource, false), { limit: MAX_NAMES }),
      ),
    );
    const subjects = lists.flatMap(({ items }) => items.flatMap((item) => item.subjects ?? []));
    return [...new Set(subjects.flatMap(({ kind: of, name }) => (of === kind && name ? [name] : [])))].sort();
  }

  #at({ group, version, resource, namespaced }: Target): Target & { namespace?: string } {
    const target = { group, version, resource, namespaced };
    return namespaced ? { ...target, namespace: this.#namespace } : target;
  }

  /** Without those that stand on the line already. */
  async #list(target: Target, before: string, given: readonly string[] = []): Promise<Candidate[]> {
    const { items } = await this.#client.list(this.#at(target), { metadataOnly: true, limit: MAX_NAMES });
    const values = items.map(({ metadata }) => before + (metadata?.name ?? ''));
    return values.filter((value) => !given.includes(value)).map((value) => ({ value }));
  }

  async #kinds(): Promise<readonly CachedKind[]> {
    const known = await this.#cache.read(Date.now());
    if (known !== undefined) return known;
    const discovery = await new DiscoveryClient(this.#client).discovery();
    const kinds = discovery
      .preferred()
      .map(({ subresources, ...kind }) => ({ ...kind, subresources: subresources.map(({ name }) => name) }));
    await this.#cache.write(kinds, Date.now());
    return kinds;
  }
}

/** Of a pod, or of what makes pods. */
function podSpecOf(object: unknown): PodSpec {
  const { spec } = object as { spec?: { template?: PodTemplate; jobTemplate?: { spec?: { template?: PodTemplate } } } };
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  return template?.spec ?? (spec as PodSpec | undefined) ?? {};
}

interface PodTemplate {
  readonly spec?: PodSpec;
}
