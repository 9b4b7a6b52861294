/** Which resources a server has: aggregated discovery (KEP-3352), or one request a version where there is none. */

import { parseJson } from '../api/json.ts';
import type { JsonObject } from '../api/object.ts';
import { isStatusError, StatusError } from '../api/status-error.ts';
import type { APIGroupList, APIResourceList } from '../api/types/meta-v1.ts';
import { type DiscoveredResource, type DiscoveredSubresource, Discovery, type StaleVersion } from './discovery.ts';
import { versionPath } from './resource-path.ts';
import type { RestClient } from './rest-client.ts';

const AGGREGATED = ['v2', 'v2beta1'].map(
  (v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`,
);
const ACCEPT = [...AGGREGATED, 'application/json'].join(',');

const NO_CREDENTIALS = 'the server has asked for the client to provide credentials';

export class DiscoveryClient {
  readonly #client: RestClient;
  readonly #onAmbiguous: ((warning: string) => void) | undefined;
  #cached: Promise<Discovery> | undefined;

  /** @param onAmbiguous told about short names that several resources have */
  constructor(client: RestClient, onAmbiguous?: (warning: string) => void) {
    this.#client = client;
    this.#onAmbiguous = onAmbiguous;
  }

  /** Asked for once per process, until `invalidate`. @throws StatusError, ClientError */
  discovery(): Promise<Discovery> {
    if (this.#cached === undefined) {
      const asked = this.#ask();
      this.#cached = asked;
      asked.catch(() => {
        if (this.#cached === asked) this.#cached = undefined;
      });
    }
    return this.#cached;
  }

  /** The next `discovery()` asks again. */
  invalidate(): void {
    this.#cached = undefined;
  }

  async #ask(): Promise<Discovery> {
    const [core, groups] = await Promise.all([this.#document('/api'), this.#document('/apis')]);
    const parts = await Promise.all([
      isAggregated(core) ? fromAggregated(core) : this.#fromVersions(coreVersions(core)),
      isAggregated(groups) ? fromAggregated(groups) : this.#fromVersions(groupVersions(groups)),
    ]);
    return new Discovery(
      parts.flatMap((part) => part.resources),
      parts.flatMap((part) => part.stale),
      this.#onAmbiguous,
    );
  }

  /** An empty document where the server has no such path: some serve only `/apis`. */
  async #document(path: string): Promise<JsonObject> {
    try {
      const text = await this.#client.text('GET', path, { headers: { accept: ACCEPT } });
      return parseJson(text) as JsonObject;
    } catch (error) {
      if (isStatusError(error, 'NotFound') || isStatusError(error, 'NotAcceptable')) return {};
      // client-go does not read the answer here.
      if (isStatusError(error, 'Unauthorized')) throw new StatusError(401, 'Unauthorized', NO_CREDENTIALS);
      throw error;
    }
  }

  async #fromVersions(versions: readonly ServedVersion[]): Promise<Part> {
    const parts = await Promise.all(versions.map((version) => this.#fromVersion(version)));
    return { resources: parts.flatMap((part) => part.resources), stale: parts.flatMap((part) => part.stale) };
  }

  async #fromVersion(served: ServedVersion): Promise<Part> {
    try {
      const list = await this.#client.json<APIResourceList>('GET', versionPath(served));
      return { resources: fromResourceList(list, served), stale: [] };
    } catch (error) {
      if (!isStatusError(error)) throw error;
      return { resources: [], stale: [{ group: served.group, version: served.version }] };
    }
  }
}

interface Part {
  readonly resources: readonly DiscoveredResource[];
  readonly stale: readonly StaleVersion[];
}

interface ServedVersion {
  readonly group: string;
  readonly version: string;
  readonly preferred: boolean;
}

interface AggregatedKind {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

interface AggregatedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly responseKind?: AggregatedKind | null;
      readonly scope?: string;
      readonly singularResource?: string;
      readonly verbs?: readonly string[];
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
      readonly subresources?: readonly {
        readonly subresource: string;
        readonly responseKind?: AggregatedKind | null;
        readonly verbs?: readonly string[];
      }[];
    }[];
  }[];
}

function isAggregated(document: JsonObject): boolean {
  return document['kind'] === 'APIGroupDiscoveryList';
}

function fromAggregated(document: JsonObject): Part {
  const resources: DiscoveredResource[] = [];
  const stale: StaleVersion[] = [];
  for (const { metadata, versions = [] } of (document['items'] ?? []) as readonly AggregatedGroup[]) {
    const group = metadata?.name ?? '';
    for (const [i, { version, freshness, resources: served = [] }] of versions.entries()) {
      if (freshness === 'Stale') stale.push({ group, version });
      for (const entry of served) {
        resources.push({
          group,
          version,
          preferred: i === 0,
          resource: entry.resource,
          singular: entry.singularResource ?? '',
          kind: entry.responseKind?.kind ?? '',
          namespaced: entry.scope === 'Namespaced',
          verbs: entry.verbs ?? [],
          shortNames: entry.shortNames ?? [],
          categories: entry.categories ?? [],
          subresources: (entry.subresources ?? []).map((sub) => ({
            name: sub.subresource,
            group: sub.responseKind?.group || group,
            version: sub.responseKind?.version || version,
            kind: sub.responseKind?.kind ?? '',
            verbs: sub.verbs ?? [],
          })),
        });
      }
    }
  }
  return { resources, stale };
}

function coreVersions(document: JsonObject): ServedVersion[] {
  const versions = (document['versions'] ?? []) as readonly string[];
  return versions.map((version, i) => ({ group: '', version, preferred: i === 0 }));
}

function groupVersions(document: JsonObject): ServedVersion[] {
  const { groups = [] } = document as APIGroupList;
  return groups.flatMap(({ name = '', versions = [], preferredVersion }) =>
    versions.map(({ version = '' }) => ({
      group: name,
      version,
      preferred: version === (preferredVersion?.version ?? versions[0]?.version),
    })),
  );
}

function fromResourceList(list: APIResourceList, { group, version, preferred }: ServedVersion): DiscoveredResource[] {
  const entries = list.resources ?? [];
  const subresources = new Map<string, DiscoveredSubresource[]>();
  for (const entry of entries) {
    const [owner = '', ...rest] = (entry.name ?? '').split('/');
    if (rest.length === 0) continue;
    const sub = {
      name: rest.join('/'),
      group: entry.group || group,
      version: entry.version || version,
      kind: entry.kind ?? '',
      verbs: entry.verbs ?? [],
    };
    subresources.set(owner, [...(subresources.get(owner) ?? []), sub]);
  }
  return entries
    .filter(({ name = '' }) => !name.includes('/'))
    .map((entry) => ({
      group,
      version,
      preferred,
      resource: entry.name ?? '',
      singular: entry.singularName ?? '',
      kind: entry.kind ?? '',
      namespaced: entry.namespaced === true,
      verbs: entry.verbs ?? [],
      shortNames: entry.shortNames ?? [],
      categories: entry.categories ?? [],
      subresources: subresources.get(entry.name ?? '') ?? [],
    }));
}
