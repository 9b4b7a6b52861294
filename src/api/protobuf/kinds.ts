/** Which protobuf message a kind is. */
import { typeNameOfKind } from '../schema/type-table.ts';

const META = 'k8s.io.apimachinery.pkg.apis.meta.v1.';
const CORE = 'k8s.io.api.core.v1.';
const APIEXTENSIONS = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.';

/** Kinds that apimachinery adds to every group and version. */
const EVERYWHERE = new Set([
  'ApplyOptions',
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'Status',
  'UpdateOptions',
]);

/** Kinds that OpenAPI does not know. */
const UNPUBLISHED = new Map([
  ['v1 List', `${CORE}List`],
  ['v1 NodeProxyOptions', `${CORE}NodeProxyOptions`],
  ['v1 PodAttachOptions', `${CORE}PodAttachOptions`],
  ['v1 PodExecOptions', `${CORE}PodExecOptions`],
  ['v1 PodLogOptions', `${CORE}PodLogOptions`],
  ['v1 PodPortForwardOptions', `${CORE}PodPortForwardOptions`],
  ['v1 PodProxyOptions', `${CORE}PodProxyOptions`],
  ['v1 PodStatusResult', `${CORE}PodStatusResult`],
  ['v1 RangeAllocation', `${CORE}RangeAllocation`],
  ['v1 SerializedReference', `${CORE}SerializedReference`],
  ['v1 ServiceProxyOptions', `${CORE}ServiceProxyOptions`],
  ['apiextensions.k8s.io/v1 ConversionReview', `${APIEXTENSIONS}ConversionReview`],
  ['meta.k8s.io/v1 PartialObjectMetadata', `${META}PartialObjectMetadata`],
  ['meta.k8s.io/v1 PartialObjectMetadataList', `${META}PartialObjectMetadataList`],
  ['meta.k8s.io/v1 TableOptions', `${META}TableOptions`],
  ['meta.k8s.io/v1beta1 PartialObjectMetadata', `${META}PartialObjectMetadata`],
  [
    'meta.k8s.io/v1beta1 PartialObjectMetadataList',
    'k8s.io.apimachinery.pkg.apis.meta.v1beta1.PartialObjectMetadataList',
  ],
  ['meta.k8s.io/v1beta1 TableOptions', `${META}TableOptions`],
]);

/** `k8s.io.api.core.v1.Pod` for a v1 Pod; undefined for custom resources, Table and what else has no message. */
export function messageOfKind(apiVersion: string, kind: string): string | undefined {
  const slash = apiVersion.indexOf('/');
  const typeName = typeNameOfKind(apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1), kind);
  if (typeName !== undefined) return messageOfType(typeName);
  return UNPUBLISHED.get(`${apiVersion} ${kind}`) ?? (EVERYWHERE.has(kind) ? `${META}${kind}` : undefined);
}

/** The message of a type by its OpenAPI name, `io.k8s.api.core.v1.Pod`. */
export function messageOfType(typeName: string): string {
  return typeName
    .replace(/^io\.k8s\./, 'k8s.io.')
    .replace('.apiextensions-apiserver.', '.apiextensions_apiserver.')
    .replace('.kube-aggregator.', '.kube_aggregator.');
}
