/** What a server has, and the names that people call it by. */

export interface DiscoveredSubresource {
  /** `status`, `scale`, `log` */
  readonly name: string;
  /** Of the kind that it reads and writes. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface DiscoveredResource {
  readonly group: string;
  readonly version: string;
  /** Plural: `deployments`. */
  readonly resource: string;
  /** `deployment`; '' where the server tells none. */
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly DiscoveredSubresource[];
  /** Whether this is the version that its group prefers. */
  readonly preferred: boolean;
}

/** A version whose server does not answer. */
export interface StaleVersion {
  readonly group: string;
  readonly version: string;
}

export class Discovery {
  /** Groups in the server's order, versions by preference. */
  readonly resources: readonly DiscoveredResource[];
  readonly stale: readonly StaleVersion[];
  readonly #onAmbiguous: ((warning: string) => void) | undefined;

  /** @param onAmbiguous told about a short name that several resources have, in kubectl's words */
  constructor(
    resources: readonly DiscoveredResource[],
    stale: readonly StaleVersion[] = [],
    onAmbiguous?: (warning: string) => void,
  ) {
    this.resources = resources;
    this.stale = stale;
    this.#onAmbiguous = onAmbiguous;
  }

  /**
   * The resource that somebody means by `pods`, `po`, `pod`, `Pod`, `deploy.apps` or `deployments.v1.apps`, in the
   * order in which kubectl looks: names before short names, the server's order among groups.
   */
  find(text: string): DiscoveredResource | undefined {
    const { name, candidates } = splitResource(text);
    for (const { resource, version, group } of candidates) {
      const served = this.#ofGroup(group, version);
      const found = findNamed(served, resource) ?? this.#findShort(served, resource);
      if (found !== undefined) return found;
    }
    return candidates.length === 0
      ? (findNamed(this.resources, name) ?? this.#findShort(this.resources, name))
      : undefined;
  }

  /** What `get CATEGORY` shows, such as `all`: each resource once, in its preferred version. */
  category(name: string): DiscoveredResource[] {
    return this.preferred().filter(({ categories }) => categories.includes(name));
  }

  /** Each resource once: in the version that its group prefers, or the first that has it. */
  preferred(): DiscoveredResource[] {
    const chosen = new Map<string, DiscoveredResource>();
    for (const entry of this.resources) {
      const key = `${entry.resource}.${entry.group}`;
      const known = chosen.get(key);
      if (known === undefined || (entry.preferred && !known.preferred)) chosen.set(key, entry);
    }
    return [...chosen.values()];
  }

  /** The resource of a kind; without `version` in the version that the group prefers. */
  ofKind(group: string, version: string | undefined, kind: string): DiscoveredResource | undefined {
    const matches = this.#ofGroup(group, version).filter((entry) => entry.kind === kind);
    return matches.find((entry) => entry.preferred) ?? matches[0];
  }

  ofResource(group: string, version: string | undefined, resource: string): DiscoveredResource | undefined {
    const matches = this.#ofGroup(group, version).filter((entry) => entry.resource === resource);
    return matches.find((entry) => entry.preferred) ?? matches[0];
  }

  /** The first that has the short name; imitates client-go restmapper/shortcut.go. */
  #findShort(served: readonly DiscoveredResource[], text: string): DiscoveredResource | undefined {
    const lower = text.toLowerCase();
    const matches = served.filter(({ shortNames }) => shortNames.includes(lower));
    const found = matches.find((entry) => entry.preferred) ?? matches[0];
    if (found !== undefined) this.#warnOfOthers(lower, found, matches);
    return found;
  }

  #warnOfOthers(shortName: string, found: DiscoveredResource, matches: readonly DiscoveredResource[]): void {
    const names = matches.map(({ resource, group }) => (group === '' ? resource : `${resource}.${group}`));
    const own = found.group === '' ? found.resource : `${found.resource}.${found.group}`;
    for (const other of new Set(names)) {
      if (other === own) continue;
      this.#onAmbiguous?.(`short name "${shortName}" could also match lower priority resource ${other}`);
    }
  }

  #ofGroup(group: string, version: string | undefined): DiscoveredResource[] {
    return this.resources.filter(
      (entry) => entry.group === group && (version === undefined || entry.version === version),
    );
  }
}

interface SplitResource {
  readonly name: string;
  readonly candidates: readonly { resource: string; version: string | undefined; group: string }[];
}

/** `a.b.c` may be resource a, version b, group c, or resource a of group b.c. */
function splitResource(text: string): SplitResource {
  const [name = '', second, ...rest] = text.split('.');
  if (second === undefined) return { name, candidates: [] };
  const group = { resource: name, version: undefined, group: [second, ...rest].join('.') };
  if (rest.length === 0) return { name, candidates: [group, { resource: name, version: second, group: '' }] };
  return { name, candidates: [{ resource: name, version: second, group: rest.join('.') }, group] };
}

function findNamed(served: readonly DiscoveredResource[], text: string): DiscoveredResource | undefined {
  const lower = text.toLowerCase();
  const matches = served.filter(
    ({ resource, singular, kind }) => resource === lower || singular === lower || kind.toLowerCase() === lower,
  );
  return matches.find((entry) => entry.preferred) ?? matches[0];
}
