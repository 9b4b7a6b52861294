/** In which order groups and versions are shown: by the priorities of their APIServices (kube-aggregator SortedByGroupAndVersion). */
import apiServices from '../bootstrap/facts/apiservices.json' with { type: 'json' };
import { compareKubeVersions } from './version-order.ts';

export interface VersionPriority {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
}

/** The aggregator shows its own group first. It has no APIService of its own. */
const AGGREGATOR_GROUP = 'apiregistration.k8s.io';

/** What the registration controller gives a CustomResourceDefinition's APIService. */
const CUSTOM_GROUP_PRIORITY = 1000;
const CUSTOM_VERSION_PRIORITY = 100;

const BUILT_IN = new Map(
  apiServices.map(({ spec }) => [
    `${'group' in spec ? spec.group : ''}/${spec.version}`,
    { groupPriority: spec.groupPriorityMinimum, versionPriority: spec.versionPriority },
  ]),
);

export function priorityOf(group: string, version: string): VersionPriority {
  if (group === AGGREGATOR_GROUP) return { group, version, groupPriority: Number.MAX_SAFE_INTEGER, versionPriority: 1 };
  const known = BUILT_IN.get(`${group}/${version}`);
  return {
    group,
    version,
    groupPriority: known?.groupPriority ?? CUSTOM_GROUP_PRIORITY,
    versionPriority: known?.versionPriority ?? CUSTOM_VERSION_PRIORITY,
  };
}

/** Groups in order, each with its versions, preferred first. */
export function orderGroups(entries: readonly VersionPriority[]): VersionPriority[][] {
  const groups = new Map<string, VersionPriority[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const ordered = [...groups.values()].map((versions) => versions.sort(compareVersions));
  return ordered.sort((a, b) => compareGroups(a[0] as VersionPriority, b[0] as VersionPriority));
}

function compareVersions(a: VersionPriority, b: VersionPriority): number {
  return b.versionPriority - a.versionPriority || compareKubeVersions(a.version, b.version);
}

/** Ties go by the name of the preferred version's APIService. */
function compareGroups(a: VersionPriority, b: VersionPriority): number {
  if (a.groupPriority !== b.groupPriority) return b.groupPriority - a.groupPriority;
  const left = `${a.version}.${a.group}`;
  const right = `${b.version}.${b.group}`;
  return left < right ? -1 : Number(left > right);
}
