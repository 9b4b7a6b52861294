/** Values that only the kubeconfig or the server knows. */

import type { ClientConfig } from '../../client/client-config.ts';
import { Discovery } from '../../client/discovery.ts';
import { DiscoveryClient } from '../../client/discovery-client.ts';
import { RestClient } from '../../client/rest-client.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';
import { configOf, kubeconfigOf } from '../session.ts';
import { type Slot, VERBS } from './argument-slots.ts';
import { type CachedKind, KindCache } from './kind-cache.ts';
import { lightTransport } from './light-transport.ts';
import type { Candidate, Wanted } from './wanted.ts';

/** With starting up, an answer must be there within 300 ms. */
const TIMEOUT_MS = 180;
const MAX_NAMES = 500;

/** Empty when there is no answer in time. */
export async function liveValues(wanted: Wanted, terminal: Terminal): Promise<readonly Candidate[]> {
  const { slot } = wanted;
  if (typeof slot !== 'string') return slot.map((value) => ({ value }));
  if (slot === 'verbs') return VERBS.map((value) => ({ value }));
  if (slot === 'contexts' || slot === 'clusters' || slot === 'users') {
    const config = await kubeconfigOf({ kubeconfig: wanted.globals['kubeconfig'] }, terminal.env);
    return [...config[slot].keys()].map((value) => ({ value }));
  }
  const config = await configOf(sessionFlags(wanted), terminal.env);
  const transport = await lightTransport(config, TIMEOUT_MS);
  try {
    return await new Lookup(config, new RestClient({ transport, userAgent: 'kctl' }), wanted, terminal.env).candidates(
      slot,
    );
  } finally {
    await transport.close();
  }
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

  async candidates(slot: Extract<Slot, string>): Promise<readonly Candidate[]> {
    switch (slot) {
      case 'namespaces':
        return this.#core('namespaces');
      case 'nodes':
        return this.#core('nodes');
      case 'pods':
        return this.#core('pods');
      case 'service accounts':
        return this.#core('serviceaccounts');
      case 'workloads':
        return this.#wanted.word.includes('/') ? this.#slashNames() : [...(await this.#core('pods')), ...WORKLOADS];
      case 'kinds':
        return this.#wanted.word.includes('/') ? this.#slashNames() : this.#kindNames();
      case 'names':
        return this.#namesOf(this.#wanted.kind ?? '', '');
      default:
        return [];
    }
  }

  #core(resource: string): Promise<Candidate[]> {
    const namespaced = resource !== 'namespaces' && resource !== 'nodes';
    return this.#list({ group: '', version: 'v1', resource, namespaced }, '');
  }

  /** Behind commas too: `pods,ser`. */
  async #kindNames(): Promise<Candidate[]> {
    const before = this.#wanted.word.includes(',') ? this.#wanted.word.replace(/[^,]*$/, '') : '';
    const names = new Map<string, Candidate>();
    for (const { resource, group, verbs, shortNames } of await this.#kinds()) {
      if (!verbs.includes('list') && !verbs.includes('get')) continue;
      const value = names.has(resource) ? `${resource}.${group}` : resource;
      const short = shortNames.length === 0 ? '' : ` (${shortNames.join(', ')})`;
      names.set(value, { value: before + value, about: `${group || 'core'}${short}` });
    }
    return [...names.values()];
  }

  #slashNames(): Promise<Candidate[]> {
    const { word } = this.#wanted;
    const slash = word.indexOf('/');
    return this.#namesOf(word.slice(0, slash), word.slice(0, slash + 1));
  }

  async #namesOf(kind: string, before: string): Promise<Candidate[]> {
    const found = new Discovery((await this.#kinds()) as never).find(kind);
    return found === undefined ? [] : this.#list(found, before);
  }

  async #list(
    { group, version, resource, namespaced }: Pick<CachedKind, 'group' | 'version' | 'resource' | 'namespaced'>,
    before: string,
  ): Promise<Candidate[]> {
    const namespace = namespaced ? this.#namespace : undefined;
    const target = { group, version, resource, ...(namespace === undefined ? {} : { namespace }) };
    const { items } = await this.#client.list(target, { metadataOnly: true, limit: MAX_NAMES });
    return items.map(({ metadata }) => ({ value: before + (metadata?.name ?? '') }));
  }

  async #kinds(): Promise<readonly CachedKind[]> {
    const known = await this.#cache.read(Date.now());
    if (known !== undefined) return known;
    const discovery = await new DiscoveryClient(this.#client).discovery();
    const kinds = discovery.preferred().map(({ subresources: _, ...kind }) => kind);
    await this.#cache.write(kinds, Date.now());
    return kinds;
  }
}

const WORKLOADS: readonly Candidate[] = ['deployment/', 'statefulset/', 'daemonset/', 'job/', 'service/'].map(
  (value) => ({ value }),
);
