/**
 * What kubelets may do: things of their own node and of the pods on it. Everything else by static rules (ClusterRole
 * system:node). Imitates kubernetes plugin/pkg/auth/authorizer/node/node_authorizer.go.
 */
import { rulesAllow } from '../../../api/rbac/rules.ts';
import type { PolicyRule } from '../../../api/types/rbac-v1.ts';
import type { AccessAttributes, Authorizer, Decision } from '../authorizer.ts';
import type { NodeGraph } from './node-graph.ts';
import { nodeIdentity } from './node-identity.ts';
import type { NodeObjectType } from './vertex.ts';

/** `''` allows; any other text is the reason of a refusal (SILENT when there is none). */
type Verdict = string;
const ALLOW: Verdict = '';
const SILENT: Verdict = '\0';

type Check = (node: string, attributes: AccessAttributes, graph: NodeGraph) => Verdict;

const LEASE_NAMESPACE = 'kube-node-lease';
const OWN_VERBS = new Set(['get', 'create', 'update', 'patch', 'delete']);

/** Checks by `group/resource`; other resources go by the static rules. */
const CHECKS: Readonly<Record<string, Check>> = {
  '/secrets': readNamespaced('secret'),
  '/configmaps': readNamespaced('configmap'),
  '/persistentvolumeclaims': claims,
  '/persistentvolumes': getRelated('pv'),
  'resource.k8s.io/resourceclaims': getRelated('resourceclaim'),
  'storage.k8s.io/volumeattachments': getRelated('volumeattachment'),
  '/serviceaccounts': serviceAccounts,
  'coordination.k8s.io/leases': leases,
  'storage.k8s.io/csinodes': csiNodes,
  'resource.k8s.io/resourceslices': resourceSlices,
  '/nodes': nodes,
  '/pods': pods,
};

/** `rules` are those of the ClusterRole system:node. Waits only for a graph that is not filled yet. */
export function nodeAuthorizer(
  graphOf: () => NodeGraph | Promise<NodeGraph>,
  rules: readonly PolicyRule[],
): Authorizer {
  return {
    name: 'Node',
    authorize(attributes) {
      const node = nodeIdentity(attributes.user);
      if (node === undefined) return { verdict: 'no-opinion', reason: '' };
      if (node === '') return { verdict: 'no-opinion', reason: `unknown node for user "${attributes.user.name}"` };
      const graph = graphOf();
      return graph instanceof Promise
        ? graph.then((filled) => decision(verdictFor(node, attributes, filled, rules)))
        : decision(verdictFor(node, attributes, graph, rules));
    },
  };
}

function verdictFor(
  node: string,
  attributes: AccessAttributes,
  graph: NodeGraph,
  rules: readonly PolicyRule[],
): Verdict {
  const key = `${attributes.group}/${attributes.resource}`;
  if (attributes.isResource && Object.hasOwn(CHECKS, key)) return (CHECKS[key] as Check)(node, attributes, graph);
  return rulesAllow(rules, attributes) ? ALLOW : SILENT;
}

function decision(verdict: Verdict): Decision {
  if (verdict === ALLOW) return { verdict: 'allow', reason: '' };
  return { verdict: 'no-opinion', reason: verdict === SILENT ? '' : verdict };
}

function related(type: NodeObjectType): Check {
  return (node, { namespace, name }, graph) => {
    if (name === '') return 'No Object name found';
    if (graph.reaches(node, type, namespace, name)) return ALLOW;
    return `no relationship found between node '${node}' and this object`;
  };
}

function readNamespaced(type: NodeObjectType): Check {
  return (node, attributes, graph) => {
    const { verb, subresource, namespace } = attributes;
    if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return 'can only read resources of this type';
    if (subresource !== '') return 'cannot read subresource';
    if (namespace === '') return 'can only read namespaced object of this type';
    return related(type)(node, attributes, graph);
  };
}

function getRelated(type: NodeObjectType): Check {
  return (node, attributes, graph) => {
    if (attributes.verb !== 'get') return 'can only get individual resources of this type';
    if (attributes.subresource !== '') return 'cannot get subresource';
    return related(type)(node, withScope(type, attributes), graph);
  };
}

/** Cluster-scoped vertices have no namespace, whatever the request says. */
function withScope(type: NodeObjectType, attributes: AccessAttributes): AccessAttributes {
  return type === 'pv' || type === 'volumeattachment' ? { ...attributes, namespace: '' } : attributes;
}

function claims(node: string, attributes: AccessAttributes, graph: NodeGraph): Verdict {
  if (attributes.subresource !== 'status') return getRelated('pvc')(node, attributes, graph);
  if (attributes.verb !== 'update' && attributes.verb !== 'patch') return 'can only get/update/patch this type';
  return related('pvc')(node, attributes, graph);
}

function serviceAccounts(node: string, attributes: AccessAttributes, graph: NodeGraph): Verdict {
  const { verb, name, subresource } = attributes;
  if (verb !== 'create' || name === '') return 'can only create tokens for individual service accounts';
  if (subresource !== 'token') return 'can only create token subresource of serviceaccount';
  return related('serviceaccount')(node, attributes, graph);
}

function leases(node: string, { verb, namespace, name }: AccessAttributes): Verdict {
  if (!OWN_VERBS.has(verb)) return 'can only get, create, update, patch, or delete a node lease';
  if (namespace !== LEASE_NAMESPACE) return `can only access leases in the "${LEASE_NAMESPACE}" system namespace`;
  // The name of a new lease is not known yet: NodeRestriction looks at it.
  if (verb !== 'create' && name !== node) {
    return 'can only access node lease with the same name as the requesting node';
  }
  return ALLOW;
}

function csiNodes(node: string, { verb, subresource, name }: AccessAttributes): Verdict {
  if (!OWN_VERBS.has(verb)) return 'can only get, create, update, patch, or delete a CSINode';
  if (subresource !== '') return 'cannot authorize CSINode subresources';
  if (verb !== 'create' && name !== node) return 'can only access CSINode with the same name as the requesting node';
  return ALLOW;
}

function resourceSlices(node: string, attributes: AccessAttributes, graph: NodeGraph): Verdict {
  const { verb, subresource, fieldSelector } = attributes;
  if (subresource !== '') return 'cannot authorize ResourceSlice subresources';
  if (verb === 'create') return ALLOW;
  if (verb === 'get' || verb === 'update' || verb === 'patch' || verb === 'delete') {
    return related('slice')(node, { ...attributes, namespace: '' }, graph);
  }
  if (verb === 'watch' || verb === 'list' || verb === 'deletecollection') {
    if (selects(fieldSelector, 'spec.nodeName', node) || selects(fieldSelector, 'nodeName', node)) return ALLOW;
    return 'can only list/watch/deletecollection resourceslices with nodeName field selector';
  }
  return 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection';
}

function nodes(node: string, { verb, subresource, name }: AccessAttributes): Verdict {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOW : SILENT;
  if (subresource !== '') return SILENT;
  if (verb === 'create' || verb === 'update' || verb === 'patch') return ALLOW;
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return SILENT;
  if (name === node) return ALLOW;
  if (name === '') return `node '${node}' cannot read all nodes, only its own Node object`;
  return `node '${node}' cannot read '${name}', only its own Node object`;
}

function pods(node: string, attributes: AccessAttributes, graph: NodeGraph): Verdict {
  const { verb, subresource, name, fieldSelector } = attributes;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOW : SILENT;
  if (subresource === 'eviction') return verb === 'create' ? ALLOW : SILENT;
  if (subresource !== '') return SILENT;
  if (verb === 'get') return getRelated('pod')(node, attributes, graph);
  if (verb === 'create' || verb === 'delete') return ALLOW;
  if (verb !== 'list' && verb !== 'watch') return SILENT;
  if (selects(fieldSelector, 'spec.nodeName', node)) return ALLOW;
  if (name !== '') return related('pod')(node, attributes, graph);
  return 'can only list/watch pods with spec.nodeName field selector';
}

/** Whether a field selector pins a field to one value. A value with an escape never matches a node's name. */
function selects(selector: string | undefined, field: string, value: string): boolean {
  return (selector ?? '').split(',').some((term) => term === `${field}=${value}` || term === `${field}==${value}`);
}
