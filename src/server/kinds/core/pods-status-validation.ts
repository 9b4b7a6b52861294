/** The rules for status writes on pods; imitates ValidatePodStatusUpdate of pkg/apis/core/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { ipFamilyOf, isValidIPForLegacyField } from '../../../api/ip.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../../api/names.ts';
import type {
  Container,
  ContainerStatus,
  ContainerUser,
  Pod,
  PodExtendedResourceClaimStatus,
  PodResourceClaimStatus,
  PodSpec,
  PodStatus,
  ResourceStatus,
} from '../../../api/types/core-v1.ts';
import { validatePodAnnotationsUpdate } from '../shared/pod-annotations.ts';
import { goValue, IP_ITEM } from '../shared/pod-go-values.ts';
import { validateId } from '../shared/pod-security.ts';

const STATUS = Path.root('status');
const ANNOTATIONS = Path.root('metadata').child('annotations');
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];
const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];
const MAX_HEALTH_MESSAGE = 1024;
const MAX_IMAGE_REF = 256;
const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
const NOT_NEGATIVE = 'must be a non-negative integer';

export function validatePodStatusUpdate(pod: Pod, old: Pod, errors: FieldErrors): void {
  const spec = pod.spec ?? {};
  const status = pod.status ?? {};
  const before = old.status ?? {};
  validatePodAnnotationsUpdate(
    pod.metadata?.annotations ?? {},
    old.metadata?.annotations ?? {},
    spec,
    ANNOTATIONS,
    errors,
  );
  validateConditions(status, errors);
  validateNominatedNode(status.nominatedNodeName ?? '', before.nominatedNodeName ?? '', old.spec ?? {}, errors);
  if ((status.observedGeneration ?? 0) < 0)
    errors.invalid(STATUS.child('observedGeneration'), status.observedGeneration, NOT_NEGATIVE);
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    errors.invalid(STATUS.child('qosClass'), status.qosClass ?? '', 'field is immutable');
  }
  validateTransitions(status, before, old.spec ?? {}, errors);
  validateClaimStatuses(status.resourceClaimStatuses ?? [], spec, errors);
  if (status.extendedResourceClaimStatus !== undefined)
    validateExtendedClaim(status.extendedResourceClaimStatus, spec, errors);
  validateAddresses(status, before, errors);
  for (const list of STATUS_LISTS) validateUsers(status[list] ?? [], STATUS.child(list), spec, errors);
  validateAllocated(status.containerStatuses ?? [], spec.containers ?? [], STATUS.child('containerStatuses'), errors);
  validateAllocated(
    status.initContainerStatuses ?? [],
    spec.initContainers ?? [],
    STATUS.child('initContainerStatuses'),
    errors,
  );
  for (const [i, { allocatedResourcesStatus }] of (status.ephemeralContainerStatuses ?? []).entries()) {
    if ((allocatedResourcesStatus ?? []).length === 0) continue;
    const at = STATUS.child('ephemeralContainerStatuses').index(i).child('allocatedResourcesStatus');
    errors.forbidden(at, 'must not be specified in container status');
  }
  for (const list of STATUS_LISTS) validateVolumeStatuses(status[list] ?? [], STATUS.child(list), errors);
}

function validateConditions({ conditions = [] }: PodStatus, errors: FieldErrors): void {
  for (const [i, { type = '', observedGeneration = 0 }] of conditions.entries()) {
    const at = STATUS.child('conditions').index(i);
    if (observedGeneration < 0) errors.invalid(at.child('observedGeneration'), observedGeneration, NOT_NEGATIVE);
    if (SYSTEM_CONDITIONS.includes(type)) continue;
    for (const message of isQualifiedName(type)) errors.invalid(at.child('Type'), type, message);
  }
}

function validateNominatedNode(name: string, before: string, oldSpec: PodSpec, errors: FieldErrors): void {
  if (name === before || name === '') return;
  const path = STATUS.child('nominatedNodeName');
  for (const message of isDNS1123Subdomain(name)) errors.invalid(path, name, message);
  if (oldSpec.nodeName) errors.forbidden(path, 'may not be set on pods that are already bound to a node');
}

/** A container that ended may run again only if the pod's rules restart it. */
function validateTransitions(status: PodStatus, old: PodStatus, spec: PodSpec, errors: FieldErrors): void {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const anyRestartsAll = all.some((container) =>
    (container.restartPolicyRules ?? []).some((rule) => rule.action === 'RestartAllContainers'),
  );
  const containersOf = {
    containerStatuses: spec.containers,
    initContainerStatuses: spec.initContainers,
    ephemeralContainerStatuses: [],
  };
  for (const list of STATUS_LISTS) {
    if (anyRestartsAll && list !== 'ephemeralContainerStatuses') continue;
    for (const [i, before] of (old[list] ?? []).entries()) {
      const ended = before.state?.terminated;
      if (ended === undefined) continue;
      const revived =
        status[list]?.some((now) => now.name === before.name && now.state?.terminated === undefined) ?? false;
      const container = containersOf[list]?.find((c) => c.name === before.name);
      if (!revived || (container !== undefined && mayRestart(container, spec, ended.exitCode ?? 0))) continue;
      errors.forbidden(STATUS.child(list).index(i).child('state'), 'may not be transitioned to non-terminated state');
    }
  }
}

function mayRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  const policy = container.restartPolicy ?? spec.restartPolicy;
  if (container.restartPolicy !== undefined) {
    const matching = container.restartPolicyRules?.find(({ exitCodes }) => {
      const listed = (exitCodes?.values ?? []).includes(exitCode);
      return exitCodes?.operator === 'In' ? listed : exitCodes?.operator === 'NotIn' && !listed;
    });
    if (matching !== undefined) return true;
  }
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateClaimStatuses(statuses: readonly PodResourceClaimStatus[], spec: PodSpec, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, { name = '', resourceClaimName }] of statuses.entries()) {
    const at = STATUS.child('resourceClaimStatuses').index(i);
    if (!(spec.resourceClaims ?? []).some((claim) => (claim.name ?? '') === name)) {
      errors.invalid(at.child('name'), name, 'must match the name of an entry in `spec.resourceClaims`');
    }
    if (seen.has(name)) errors.duplicate(at.child('name'), name);
    seen.add(name);
    for (const message of resourceClaimName === undefined ? [] : isDNS1123Subdomain(resourceClaimName)) {
      errors.invalid(at.child('name'), resourceClaimName, message);
    }
  }
}

function validateExtendedClaim(status: PodExtendedResourceClaimStatus, spec: PodSpec, errors: FieldErrors): void {
  const path = STATUS.child('extendedResourceClaimStatus');
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const mappings = status.requestMappings ?? [];
  if (mappings.length === 0) errors.required(path.child('requestMappings'), 'at least one request mapping is required');
  const seen = new Set<string>();
  for (const [i, { containerName = '', resourceName = '', requestName = '' }] of mappings.entries()) {
    const at = path.child('requestMappings').index(i);
    const container = containers.find((c) => (c.name ?? '') === containerName);
    if (container === undefined) {
      const detail = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
      errors.invalid(at.child('containerName'), containerName, detail);
    } else if (!Object.hasOwn(container.resources?.requests ?? {}, resourceName)) {
      const detail =
        'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
      errors.invalid(at.child('resourceName'), resourceName, detail);
    }
    for (const message of isDNS1123Label(requestName)) errors.invalid(path.child('requestName'), requestName, message);
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      errors.duplicate(at.child('containerName'), containerName);
      errors.duplicate(at.child('resourceName'), resourceName);
      errors.duplicate(at.child('requestName'), requestName);
    }
    seen.add(key);
  }
  const name = status.resourceClaimName ?? '';
  if (name === '') errors.required(path.child('resourceClaimName'));
  else for (const message of isDNS1123Subdomain(name)) errors.invalid(path.child('resourceClaimName'), name, message);
}

interface Address {
  readonly ip?: string;
}

function validateAddresses(status: PodStatus, old: PodStatus, errors: FieldErrors): void {
  validateAddressList(status.podIPs ?? [], old.podIPs ?? [], STATUS.child('podIPs'), errors);
  const hostIPs = status.hostIPs ?? [];
  const first = hostIPs[0]?.ip ?? '';
  if (hostIPs.length === 0) return;
  const path = STATUS.child('hostIPs');
  if ((status.hostIP ?? '') !== first) errors.invalid(path.index(0).child('ip'), first, 'must be equal to `hostIP`');
  validateAddressList(hostIPs, old.hostIPs ?? [], path, errors);
}

/** What is stored may stay, even if it is no address. One of each family at most. */
function validateAddressList(list: readonly Address[], old: readonly Address[], path: Path, errors: FieldErrors): void {
  const known = old.map((item) => item.ip ?? '');
  for (const [i, { ip = '' }] of list.entries()) {
    if (known.includes(ip)) continue;
    for (const message of isValidIPForLegacyField(ip)) errors.invalid(path.index(i), ip, message);
  }
  if (list.length <= 1) return;
  const families = list.map(({ ip = '' }) => ipFamilyOf(ip));
  const wrong = families.indexOf('');
  if (wrong >= 0)
    errors.internal(path, `failed to check for dual stack with error:invalid IP[${wrong}]: ${list[wrong]?.ip ?? ''}`);
  const dualStack = wrong < 0 && new Set(families).size === 2;
  if (!dualStack || list.length > 2) {
    errors.invalid(path, goValue(list, IP_ITEM), 'may specify no more than one IP for each IP family');
  }
}

function validateUsers(statuses: readonly ContainerStatus[], path: Path, spec: PodSpec, errors: FieldErrors): void {
  const windows = spec.os?.name === 'windows';
  for (const [i, { user }] of statuses.entries()) {
    const at = path.index(i).child('user', 'linux');
    if (user?.linux === undefined) continue;
    if (windows) errors.forbidden(at, 'cannot be set for a windows pod');
    else validateLinuxUser(user.linux, at, errors);
  }
}

function validateLinuxUser(user: NonNullable<ContainerUser['linux']>, path: Path, errors: FieldErrors): void {
  validateId(user.uid ?? 0, path.child('uid'), errors);
  validateId(user.gid ?? 0, path.child('gid'), errors);
  for (const [i, gid] of (user.supplementalGroups ?? []).entries())
    validateId(gid, path.child('supplementalGroups').index(i), errors);
}

/** Health of devices: each belongs to something that the container asked for. */
function validateAllocated(
  statuses: readonly ContainerStatus[],
  containers: readonly Container[],
  path: Path,
  errors: FieldErrors,
): void {
  for (const [i, { name, allocatedResourcesStatus = [] }] of statuses.entries()) {
    const container = containers.find((c) => c.name === name);
    for (const [j, resource] of allocatedResourcesStatus.entries()) {
      const at = path.index(i).child('allocatedResourcesStatus').index(j);
      if (container !== undefined) validateAllocatedName(resource.name ?? '', container, at.child('name'), errors);
      validateHealth(resource, at.child('resources'), errors);
    }
  }
}

function validateAllocatedName(name: string, container: Container, path: Path, errors: FieldErrors): void {
  if (!name.startsWith('claim:')) {
    if (Object.hasOwn(container.resources?.requests ?? {}, name)) return;
    errors.invalid(path, name, "must match one of the container's resource requests");
    return;
  }
  const known = (container.resources?.claims ?? []).map(
    (claim) => `claim:${claim.name ?? ''}${claim.request ? `/${claim.request}` : ''}`,
  );
  if (known.includes(name)) return;
  const format = "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
  errors.invalid(path, name, `must match one of the container's resource claims in a format ${format}`);
}

function validateHealth({ resources = [] }: ResourceStatus, path: Path, errors: FieldErrors): void {
  const ids = new Set<string>();
  for (const [i, { resourceID = '', health = '', message }] of resources.entries()) {
    const at = path.index(i);
    if (!HEALTH.includes(health)) errors.notSupported(at.child('health'), health, HEALTH);
    if (message === '') errors.required(at.child('message'), 'must be non-empty if specified');
    else if (byteLength(message ?? '') > MAX_HEALTH_MESSAGE) errors.tooLong(at.child('message'), MAX_HEALTH_MESSAGE);
    if (ids.has(resourceID)) errors.duplicate(at.child('resourceID'), resourceID);
    ids.add(resourceID);
  }
}

function validateVolumeStatuses(statuses: readonly ContainerStatus[], path: Path, errors: FieldErrors): void {
  for (const [i, { volumeMounts = [] }] of statuses.entries()) {
    for (const [j, { volumeStatus }] of volumeMounts.entries()) {
      if (volumeStatus?.image === undefined) continue;
      const at = path.index(i).child('volumeMounts').index(j).child('volumeStatus', 'imageVolumeStatus', 'imageRef');
      const ref = volumeStatus.image.imageRef ?? '';
      if (ref === '') errors.required(at, 'imageRef must not be empty');
      else if (byteLength(ref) > MAX_IMAGE_REF) errors.tooLong(at, MAX_IMAGE_REF);
    }
  }
}
