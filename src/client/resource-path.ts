/** Where resources live: `/api/v1/…` for the core group, `/apis/GROUP/VERSION/…` for all others. */

export interface GroupVersionResource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural: `pods`. */
  readonly resource: string;
}

/** A collection, or one object when there is a name. */
export interface ResourceTarget extends GroupVersionResource {
  /** Absent for cluster-scoped resources and for all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** `/apis/apps/v1/namespaces/default/deployments/web/status` */
export function resourcePath({ namespace, resource, name, subresource, ...version }: ResourceTarget): string {
  const parts = namespace === undefined || namespace === '' ? [resource] : ['namespaces', namespace, resource];
  if (name !== undefined && name !== '') parts.push(name);
  if (subresource !== undefined && subresource !== '') parts.push(...subresource.split('/'));
  return `${versionPath(version)}/${parts.map(encodeURIComponent).join('/')}`;
}

/** `/api/v1`, `/apis/apps/v1` */
export function versionPath({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === ''
    ? `/api/${encodeURIComponent(version)}`
    : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** `apps/v1`, `v1` */
export function groupVersion({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Splits an apiVersion. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** A path with its query; undefined and empty values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    if (typeof value === 'object') for (const item of value) params.append(name, item);
    else params.append(name, String(value));
  }
  const text = params.toString();
  if (text === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
