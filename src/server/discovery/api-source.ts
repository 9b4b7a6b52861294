/** What discovery tells about: the kinds of this server and the groups that aggregated API servers bring. */
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { AggregatedResource } from './aggregated-documents.ts';
import { orderGroups, priorityOf, type VersionPriority } from './group-order.ts';

/** One version of a group that another API server serves (an APIService with a service). */
export interface RemoteVersion extends VersionPriority {
  /** Undefined while its discovery could not be read: then it shows as stale. */
  readonly resources: readonly AggregatedResource[] | undefined;
}

export interface RemoteApis {
  versions(): readonly RemoteVersion[];
  /** Grows with every change. */
  readonly generation: number;
}

export class ApiSource {
  readonly #kinds: KindTable;
  readonly #remote: RemoteApis | undefined;
  #seen = '';
  #byVersion = new Map<string, Kind[]>();
  #groups: VersionPriority[][] = [];

  constructor(kinds: KindTable, remote?: RemoteApis) {
    this.#kinds = kinds;
    this.#remote = remote;
  }

  /** Changes whenever any answer below may. */
  get generation(): string {
    return `${this.#kinds.generation}.${this.#remote?.generation ?? 0}`;
  }

  /** All groups in order, the core group among them, versions preferred first. */
  groups(): readonly (readonly VersionPriority[])[] {
    this.#refresh();
    return this.#groups;
  }

  /** Versions of one group, preferred first; undefined when there is no such group. */
  group(name: string): readonly VersionPriority[] | undefined {
    return this.groups().find((versions) => versions[0]?.group === name);
  }

  /** The kinds of one version, in order; empty for remote and unknown ones. */
  kinds(group: string, version: string): readonly Kind[] {
    this.#refresh();
    return this.#byVersion.get(`${group}/${version}`) ?? [];
  }

  remote(group: string, version: string): RemoteVersion | undefined {
    return this.#remote?.versions().find((entry) => entry.group === group && entry.version === version);
  }

  /** Whether the group is compiled in: its unknown versions answer a Status, those of other groups plain text. */
  isBuiltIn(group: string): boolean {
    return (this.group(group) ?? []).some(({ version }) =>
      this.kinds(group, version).some((kind) => kind.source === 'builtin'),
    );
  }

  #refresh(): void {
    const generation = this.generation;
    if (this.#seen === generation) return;
    this.#seen = generation;
    this.#byVersion = new Map();
    const entries = new Map<string, VersionPriority>();
    for (const kind of this.#kinds.all()) {
      const key = `${kind.group}/${kind.version}`;
      const kinds = this.#byVersion.get(key);
      if (kinds === undefined) this.#byVersion.set(key, [kind]);
      else kinds.push(kind);
      entries.set(key, priorityOf(kind.group, kind.version));
    }
    for (const entry of this.#remote?.versions() ?? []) entries.set(`${entry.group}/${entry.version}`, entry);
    for (const kinds of this.#byVersion.values()) kinds.sort((a, b) => (a.resource < b.resource ? -1 : 1));
    this.#groups = orderGroups([...entries.values()]);
  }
}
