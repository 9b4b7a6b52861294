/** Which kinds a server knows right now: the built-ins and what CustomResourceDefinitions add. */
import type { Kind } from './kind.ts';

export class KindTable {
  readonly #kinds = new Map<string, Kind>();
  readonly #byResource = new Map<string, readonly Kind[]>();
  /** Versions by `group/resource`, preferred first. */
  readonly #versions = new Map<string, Kind[]>();
  readonly #groups = new Map<string, Set<string>>();
  #generation = 0;
  readonly #listeners = new Set<() => void>();

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) this.#add(kind);
  }

  /** Every request comes here: few kinds share a resource's name, and comparing them is cheaper than making a key. */
  find(group: string, version: string, resource: string): Kind | undefined {
    const candidates = this.#byResource.get(resource);
    if (candidates === undefined) return undefined;
    for (const kind of candidates) if (kind.version === version && kind.group === group) return kind;
    return undefined;
  }

  /** The served versions of a resource, preferred first. */
  versions(group: string, resource: string): readonly Kind[] {
    return this.#versions.get(`${group}/${resource}`) ?? [];
  }

  /** The preferred version of a resource. */
  preferred(group: string, resource: string): Kind | undefined {
    return this.versions(group, resource)[0];
  }

  byKind(group: string, version: string, kind: string): Kind | undefined {
    for (const candidate of this.#kinds.values()) {
      if (candidate.kind === kind && candidate.group === group && candidate.version === version) return candidate;
    }
    return undefined;
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group);
  }

  /** Whether the server itself has kinds of the group: then unknown resources answer a Status, else plain text. */
  isBuiltInGroup(group: string): boolean {
    return this.all().some((kind) => kind.group === group && kind.source === 'builtin');
  }

  hasVersion(group: string, version: string): boolean {
    return this.#groups.get(group)?.has(version) ?? false;
  }

  all(): Kind[] {
    return [...this.#kinds.values()];
  }

  /** Grows with every change: what discovery and OpenAPI documents are cached by. */
  get generation(): number {
    return this.#generation;
  }

  /** Puts the versions of one resource in place of those it had; an empty list removes it. */
  replace(group: string, resource: string, kinds: readonly Kind[]): void {
    for (const [key, kind] of this.#kinds)
      if (kind.group === group && kind.resource === resource) this.#kinds.delete(key);
    this.#versions.delete(`${group}/${resource}`);
    this.#byResource.set(
      resource,
      (this.#byResource.get(resource) ?? []).filter((kind) => kind.group !== group),
    );
    for (const kind of kinds) this.#add(kind);
    this.#reindexGroups();
    this.#generation++;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(kind: Kind): void {
    this.#kinds.set(`${kind.group}/${kind.version}/${kind.resource}`, kind);
    this.#byResource.set(kind.resource, [...(this.#byResource.get(kind.resource) ?? []), kind]);
    const key = `${kind.group}/${kind.resource}`;
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), kind]);
    this.#groups.set(kind.group, (this.#groups.get(kind.group) ?? new Set()).add(kind.version));
  }

  #reindexGroups(): void {
    this.#groups.clear();
    for (const { group, version } of this.#kinds.values()) {
      this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(version));
    }
  }
}
