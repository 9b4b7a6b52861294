/** The table of `api-resources`. */
import type { DiscoveredResource } from '../../client/discovery.ts';
import { groupVersion } from '../../client/resource-path.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ColumnWriter } from '../print/columns.ts';

export interface ResourceFilter {
  /** undefined: any. '' is the core group. */
  readonly group: string | undefined;
  readonly namespaced: boolean | undefined;
  /** All of them. */
  readonly verbs: readonly string[];
  readonly categories: readonly string[];
  readonly sortBy: '' | 'name' | 'kind';
}

export function selectedResources(all: readonly DiscoveredResource[], filter: ResourceFilter): DiscoveredResource[] {
  const { group, namespaced, verbs, categories, sortBy } = filter;
  const chosen = all.filter(
    (entry) =>
      (group === undefined || entry.group === group) &&
      (namespaced === undefined || entry.namespaced === namespaced) &&
      verbs.every((verb) => entry.verbs.includes(verb)) &&
      categories.every((category) => entry.categories.includes(category)) &&
      entry.verbs.length > 0,
  );
  const key = (entry: DiscoveredResource): string[] =>
    sortBy === 'name' ? [entry.resource] : sortBy === 'kind' ? [entry.kind] : [entry.group, entry.resource];
  return chosen.sort((a, b) => compareAll(key(a), key(b)));
}

function compareAll(a: readonly string[], b: readonly string[]): number {
  return a.map((part, i) => compareUtf8(part, b[i] ?? '')).find((order) => order !== 0) ?? 0;
}

export function resourceTable(
  resources: readonly DiscoveredResource[],
  { wide, noHeaders }: { wide: boolean; noHeaders: boolean },
): string {
  const names = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
  const rows = resources.map((entry) => [
    entry.resource,
    entry.shortNames.join(','),
    groupVersion(entry),
    String(entry.namespaced),
    entry.kind,
    ...(wide ? [entry.verbs.join(','), entry.categories.join(',')] : []),
  ]);
  return new ColumnWriter().format(noHeaders ? rows : [names, ...rows]);
}

/** What `-o json|yaml` prints. */
export function resourceList(resources: readonly DiscoveredResource[]): Record<string, unknown> {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: '',
    resources: resources.map((entry) => ({
      name: entry.resource,
      singularName: entry.singular,
      namespaced: entry.namespaced,
      ...(entry.group === '' ? {} : { group: entry.group }),
      version: entry.version,
      kind: entry.kind,
      verbs: entry.verbs,
      ...(entry.shortNames.length === 0 ? {} : { shortNames: entry.shortNames }),
      ...(entry.categories.length === 0 ? {} : { categories: entry.categories }),
    })),
  };
}
