/** Aggregated discovery, apidiscovery.k8s.io/v2: all groups with all their resources in one answer (KEP-3352). */
import type { JsonObject } from '../../api/object.ts';
import type { Kind, Subresource } from '../kinds/kind.ts';
import type { ApiSource } from './api-source.ts';
import type { VersionPriority } from './group-order.ts';

interface ResponseKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** APIResourceDiscovery. */
export interface AggregatedResource {
  readonly resource: string;
  readonly responseKind: ResponseKind;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly JsonObject[];
}

/** @param core true for `/api`, which shows the core group only; false for `/apis`, which shows all others. */
export function groupDiscoveryList(source: ApiSource, core: boolean): JsonObject {
  const groups = source.groups().filter((versions) => (versions[0]?.group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((versions) => groupOf(source, versions)),
  };
}

function groupOf(source: ApiSource, versions: readonly VersionPriority[]): JsonObject {
  const name = versions[0]?.group ?? '';
  return { metadata: name === '' ? {} : { name }, versions: versions.map((entry) => versionOf(source, entry)) };
}

function versionOf(source: ApiSource, { group, version }: VersionPriority): JsonObject {
  const remote = source.remote(group, version);
  if (remote !== undefined) {
    return remote.resources === undefined
      ? { version, freshness: 'Stale' }
      : { version, resources: remote.resources, freshness: 'Current' };
  }
  return { version, resources: source.kinds(group, version).map(aggregatedResource), freshness: 'Current' };
}

export function aggregatedResource(kind: Kind): AggregatedResource {
  const subresources = [...kind.subresources.values()].map((sub) => subresourceOf(kind, sub));
  return {
    resource: kind.resource,
    responseKind: responseKind(kind, kind),
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function subresourceOf(kind: Kind, sub: Subresource): JsonObject {
  const foreign = sub.group !== undefined && sub.group !== '';
  return {
    subresource: sub.name,
    responseKind: foreign ? { group: sub.group, version: sub.version ?? '', kind: sub.kind } : responseKind(kind, sub),
    verbs: sub.verbs,
  };
}

/** Built-ins leave group and version empty (they are the enclosing ones); custom resources spell them out. */
function responseKind(kind: Kind, shown: { readonly kind: string }): ResponseKind {
  const spelled = kind.source === 'crd';
  return { group: spelled ? kind.group : '', version: spelled ? kind.version : '', kind: shown.kind };
}
