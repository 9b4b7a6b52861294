/**
 * What a request is about, read from its method, path and query once. Imitates apiserver pkg/endpoints/request.
 * (parseRequestInfo is in this file too.)
 */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; for non-resource requests the lower-case method. */
  readonly verb: string;
  readonly apiPrefix: '' | 'api' | 'apis';
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Plural, '' for non-resource requests. */
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Path segments after namespace: resource, name, subresource, … */
  readonly parts: readonly string[];
  /** Raw selector texts of list, watch and deletecollection, for field-selector-aware authorization. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}
