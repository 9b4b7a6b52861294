/** Keeps kubelets to their own node and its pods, where authorization cannot see what is written. Imitates kubernetes plugin/pkg/admission/noderestriction. */
import { quote } from '../../../api/field-errors.ts';
import { cloneJson, equalJson, type KubeObject } from '../../../api/object.ts';
import { notFound } from '../../../api/status-error.ts';
import type { TokenRequest } from '../../../api/types/authentication-v1.ts';
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import type { Node, PersistentVolumeClaim, Pod } from '../../../api/types/core-v1.ts';
import { parseCertificateRequest } from '../../../util/certificate-request.ts';
import { nodeIdentity } from '../../authorization/node/node-identity.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { forbiddenNodeLabels } from './node-labels.ts';
import { audienceRefusal } from './node-token-audience.ts';
import { apiReference } from './static-pod-references.ts';

/** Why it is refused; undefined when it is not. */
type Verdict = string | undefined | Promise<string | undefined>;
type Rule = (node: string, attributes: AdmissionAttributes, context: AdmissionContext) => Verdict;

const LEASE_NAMESPACE = 'kube-node-lease';
const MIRROR = 'kubernetes.io/config.mirror';
const NODE_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

const RULES: Readonly<Record<string, Rule>> = {
  '/pods': pods,
  '/nodes': nodes,
  '/persistentvolumeclaims': claims,
  '/serviceaccounts': serviceAccounts,
  'coordination.k8s.io/leases': leases,
  'storage.k8s.io/csinodes': csiNodes,
  'resource.k8s.io/resourceslices': resourceSlices,
  'certificates.k8s.io/certificatesigningrequests': signingRequests,
};

export const nodeRestriction: AdmissionPluginFactory = (context) => ({
  name: 'NodeRestriction',
  admit(attributes) {
    const { user, operation, kind } = attributes;
    const node = nodeIdentity(user);
    if (node === undefined || operation === 'CONNECT') return;
    if (node === '') throw admissionForbidden(attributes, `could not determine node from user ${quote(user.name)}`);
    const key = `${kind.group}/${kind.resource}`;
    return Object.hasOwn(RULES, key) ? refuse(attributes, RULES[key]?.(node, attributes, context)) : undefined;
  },
});

/** @throws StatusError 403 with the reason */
async function refuse(attributes: AdmissionAttributes, verdict: Verdict): Promise<void> {
  const why = await verdict;
  if (why !== undefined) throw admissionForbidden(attributes, why);
}

function unexpected({ operation }: AdmissionAttributes): string {
  return `unexpected operation ${quote(operation)}`;
}

function pods(node: string, attributes: AdmissionAttributes, context: AdmissionContext): Verdict {
  const { subresource, operation } = attributes;
  if (subresource === 'status') return podStatus(node, attributes);
  if (subresource === 'eviction') return podEviction(node, attributes, context);
  if (subresource !== '')
    return `unexpected pod subresource ${quote(subresource)}, only 'status' and 'eviction' are allowed`;
  if (operation === 'CREATE') return podCreate(node, attributes, context);
  if (operation === 'DELETE') {
    const { spec } = attributes.old as Pod;
    return spec?.nodeName === node
      ? undefined
      : `node ${quote(node)} can only delete pods with spec.nodeName set to itself`;
  }
  return `unexpected operation ${quote(operation)}, node ${quote(node)} can only create and delete mirror pods`;
}

async function podCreate(
  node: string,
  { object }: AdmissionAttributes,
  { objects }: AdmissionContext,
): Promise<string | undefined> {
  const pod = object as Pod & KubeObject;
  const who = `node ${quote(node)}`;
  if (!Object.hasOwn(pod.metadata.annotations ?? {}, MIRROR)) {
    return `pod does not have ${quote(MIRROR)} annotation, ${who} can only create mirror pods`;
  }
  if (pod.spec?.nodeName !== node) return `${who} can only create pods with spec.nodeName set to itself`;
  const owners = pod.metadata.ownerReferences ?? [];
  const [owner] = owners;
  if (owners.length > 1) return `${who} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${who} can only create pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${who} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `${who} must not set blockOwnerDeletion on an owner reference`;
  const live = await objects.get('', 'nodes', '', node);
  if (live === undefined) throw notFound({ group: '', resource: 'nodes' }, node);
  if (live.metadata.uid !== owner.uid) {
    return `node ${node} UID mismatch: expected ${owner.uid ?? ''} got ${live.metadata.uid ?? ''}`;
  }
  const reference = apiReference(pod);
  return reference === undefined ? undefined : `${who} can not create pods that reference ${reference}`;
}

function podStatus(node: string, attributes: AdmissionAttributes): Verdict {
  if (attributes.operation !== 'UPDATE') return unexpected(attributes);
  const pod = attributes.object as Pod;
  const old = attributes.old as Pod;
  const who = `node ${quote(node)}`;
  if (old.spec?.nodeName !== node) return `${who} can only update pod status for pods with spec.nodeName set to itself`;
  if (!equalJson(pod.metadata?.labels ?? {}, old.metadata?.labels ?? {})) {
    return `${who} cannot update labels through pod status`;
  }
  const claimsOf = ({ status }: Pod) => status?.resourceClaimStatuses ?? [];
  if (!equalJson(claimsOf(pod), claimsOf(old))) return `${who} cannot update resource claim statues`;
  const extendedOf = ({ status }: Pod) => status?.extendedResourceClaimStatus;
  return equalJson(extendedOf(pod), extendedOf(old))
    ? undefined
    : `${who} cannot update extended resource claim status`;
}

async function podEviction(
  node: string,
  attributes: AdmissionAttributes,
  { objects }: AdmissionContext,
): Promise<string | undefined> {
  if (attributes.operation !== 'CREATE') return unexpected(attributes);
  const name = attributes.name || attributes.object?.metadata.name || '';
  if (name === '') return 'could not determine pod from request data';
  const pod = (await objects.get('', 'pods', attributes.namespace, name)) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, name);
  return pod.spec?.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
}

function nodes(node: string, attributes: AdmissionAttributes): Verdict {
  const { operation, name } = attributes;
  const who = `node ${quote(node)}`;
  if (name !== node) return `${who} is not allowed to modify node ${quote(name)}`;
  const given = attributes.object as Node | undefined;
  const labels = forbiddenNodeLabels(given?.metadata?.labels, (attributes.old as Node | undefined)?.metadata?.labels);
  if (operation === 'CREATE') {
    if (given?.spec?.configSource !== undefined)
      return `${who} is not allowed to create pods with a non-nil configSource`;
    return labels.length === 0 ? undefined : `${who} is not allowed to set the following labels: ${labels.join(', ')}`;
  }
  if (operation !== 'UPDATE') return undefined;
  const old = attributes.old as Node;
  if (given?.spec?.configSource !== undefined && !equalJson(given.spec.configSource, old.spec?.configSource)) {
    return `${who} is not allowed to update configSource to a new non-nil configSource`;
  }
  if (!equalJson(given?.spec?.taints ?? [], old.spec?.taints ?? [])) return `${who} is not allowed to modify taints`;
  if (labels.length > 0) return `${who} is not allowed to modify labels: ${labels.join(', ')}`;
  const sameOwners = equalJson(given?.metadata?.ownerReferences ?? [], old.metadata?.ownerReferences ?? []);
  return sameOwners ? undefined : `${who} is not allowed to modify ownerReferences`;
}

function claims(node: string, attributes: AdmissionAttributes): Verdict {
  if (attributes.subresource !== 'status') return 'may only update PVC status';
  if (attributes.operation !== 'UPDATE') return unexpected(attributes);
  const now = withoutGrowth(attributes.object as PersistentVolumeClaim);
  const before = withoutGrowth(attributes.old as PersistentVolumeClaim);
  if (equalJson(now, before)) return undefined;
  return `node ${quote(node)} is not allowed to update fields other than status.quantity and status.conditions`;
}

/** A claim without what a kubelet writes while it grows a volume. */
function withoutGrowth(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { status, metadata, ...rest } = cloneJson(claim);
  const {
    capacity: _c,
    conditions: _k,
    allocatedResources: _a,
    allocatedResourceStatuses: _s,
    ...other
  } = status ?? {};
  const { managedFields: _m, resourceVersion: _r, ...kept } = metadata ?? {};
  return { ...rest, metadata: kept, status: other };
}

async function serviceAccounts(
  node: string,
  attributes: AdmissionAttributes,
  context: AdmissionContext,
): Promise<string | undefined> {
  if (attributes.operation !== 'CREATE' || attributes.subresource !== 'token') return undefined;
  const { boundObjectRef: ref, audiences = [] } = (attributes.object as TokenRequest | undefined)?.spec ?? {};
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) return 'node requested token not bound to a pod';
  if (!ref.uid) return 'node requested token with a pod binding without a uid';
  const pod = (await context.objects.get('', 'pods', attributes.namespace, ref.name)) as (Pod & KubeObject) | undefined;
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, ref.name);
  if (pod.metadata.uid !== ref.uid) {
    return `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  return audienceRefusal(audiences ?? [], pod, attributes, context);
}

function leases(node: string, { namespace, operation, object, name }: AdmissionAttributes): Verdict {
  if (namespace !== LEASE_NAMESPACE) return `can only access leases in the ${quote(LEASE_NAMESPACE)} system namespace`;
  const own = operation === 'CREATE' ? object?.metadata.name : name;
  return own === node ? undefined : 'can only access node lease with the same name as the requesting node';
}

function csiNodes(node: string, { operation, object, name }: AdmissionAttributes): Verdict {
  const own = operation === 'CREATE' ? object?.metadata.name : name;
  return own === node ? undefined : 'can only access CSINode with the same name as the requesting node';
}

function resourceSlices(node: string, { operation, object, old }: AdmissionAttributes): Verdict {
  const owner = ((operation === 'DELETE' ? old : object) as { spec?: { nodeName?: string } } | undefined)?.spec
    ?.nodeName;
  if (owner === node) return undefined;
  return `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`;
}

/** Certificates for nodes are asked for in the own name only. */
function signingRequests(node: string, { operation, object, subresource }: AdmissionAttributes): Verdict {
  const { signerName = '', request = '' } = (object as CertificateSigningRequest | undefined)?.spec ?? {};
  if (operation !== 'CREATE' || subresource !== '' || !NODE_SIGNERS.includes(signerName)) return undefined;
  let commonName: string | undefined;
  try {
    ({ commonName } = parseCertificateRequest(Buffer.from(request, 'base64').toString('latin1')).subject);
  } catch (error) {
    return `unable to parse csr: ${(error as Error).message}`;
  }
  return commonName === `system:node:${node}` ? undefined : `can only create a node CSR with CN=system:node:${node}`;
}
