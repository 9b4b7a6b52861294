/** Things that the node authorizer relates to nodes. */
export type NodeObjectType =
  | 'secret'
  | 'configmap'
  | 'serviceaccount'
  | 'pvc'
  | 'pv'
  | 'resourceclaim'
  | 'volumeattachment'
  | 'slice'
  | 'pod';

/** A vertex: `secret shop/tls`; the namespace is '' for cluster-scoped things. */
export function vertex(type: NodeObjectType, namespace: string, name: string): string {
  return `${type} ${namespace}/${name}`;
}
