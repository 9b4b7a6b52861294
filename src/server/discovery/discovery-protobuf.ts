/** Discovery documents in Kubernetes' protobuf envelope; field numbers of meta/v1 and apidiscovery/v2 generated.proto. */
import type { JsonObject } from '../../api/object.ts';
import { encodeMessage, type Messages } from '../openapi/protobuf-encoder.ts';

const MESSAGES: Messages = {
  Unknown: { typeMeta: [1, 'TypeMeta'], raw: [2, 'bytes'], contentEncoding: [3, 'string'], contentType: [4, 'string'] },
  TypeMeta: { apiVersion: [1, 'string'], kind: [2, 'string'] },
  APIVersions: { versions: [1, 'string[]'], serverAddressByClientCIDRs: [2, 'ServerAddress[]'] },
  ServerAddress: { clientCIDR: [1, 'string'], serverAddress: [2, 'string'] },
  APIGroupList: { groups: [1, 'APIGroup[]'] },
  APIGroup: { name: [1, 'string'], versions: [2, 'GroupVersion[]'], preferredVersion: [3, 'GroupVersion'] },
  GroupVersion: { groupVersion: [1, 'string'], version: [2, 'string'] },
  APIResourceList: { groupVersion: [1, 'string'], resources: [2, 'APIResource[]'] },
  APIResource: {
    name: [1, 'string'],
    namespaced: [2, 'bool'],
    kind: [3, 'string'],
    verbs: [4, 'Verbs'],
    shortNames: [5, 'string[]'],
    singularName: [6, 'string'],
    categories: [7, 'string[]'],
    group: [8, 'string'],
    version: [9, 'string'],
    storageVersionHash: [10, 'string'],
  },
  Verbs: { items: [1, 'string[]'] },
  APIGroupDiscoveryList: { metadata: [1, 'ListMeta'], items: [2, 'GroupDiscovery[]'] },
  ListMeta: { resourceVersion: [2, 'string'] },
  GroupDiscovery: { metadata: [1, 'ObjectMeta'], versions: [2, 'VersionDiscovery[]'] },
  ObjectMeta: { name: [1, 'string'] },
  VersionDiscovery: { version: [1, 'string'], resources: [2, 'ResourceDiscovery[]'], freshness: [3, 'string'] },
  ResourceDiscovery: {
    resource: [1, 'string'],
    responseKind: [2, 'GroupVersionKind'],
    scope: [3, 'string'],
    singularResource: [4, 'string'],
    verbs: [5, 'string[]'],
    shortNames: [6, 'string[]'],
    categories: [7, 'string[]'],
    subresources: [8, 'SubresourceDiscovery[]'],
  },
  SubresourceDiscovery: { subresource: [1, 'string'], responseKind: [2, 'GroupVersionKind'], verbs: [4, 'string[]'] },
  GroupVersionKind: { group: [1, 'string'], version: [2, 'string'], kind: [3, 'string'] },
};
const MAGIC = Buffer.from('k8s\0', 'latin1');

/** @param document a discovery document with `kind` and (but for the core group's) `apiVersion` */
export function discoveryProtobuf(document: JsonObject): Buffer {
  const kind = document.kind as string;
  const raw = encodeMessage(MESSAGES, kind, wireForm(document));
  const typeMeta = { apiVersion: document.apiVersion ?? 'v1', kind };
  return Buffer.concat([
    MAGIC,
    encodeMessage(MESSAGES, 'Unknown', { typeMeta, raw, contentEncoding: '', contentType: '' }),
  ]);
}

/** `verbs` of an APIResource is a message of its own. */
function wireForm(document: JsonObject): JsonObject {
  if (document.kind !== 'APIResourceList') return document;
  const resources = (document.resources as JsonObject[]).map((resource) => ({
    ...resource,
    verbs: { items: resource.verbs },
  }));
  return { ...document, resources };
}
