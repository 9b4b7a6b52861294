/** The rules for pod specs, in pods and in templates. Imitates ValidatePodSpec of kubernetes pkg/apis/core/validation (v1.36). */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidIPForLegacyField } from '../../../api/ip.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isInRange,
  isQualifiedName,
} from '../../../api/names.ts';
import type {
  HostAlias,
  PodDNSConfig,
  PodReadinessGate,
  PodResourceClaim,
  PodSchedulingGate,
  PodSpec,
} from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import { validateFileKeyRefVolumes } from './container-env.ts';
import {
  type ContainerContext,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
  validateRequiredEnum,
} from './container-validation.ts';
import { validateLabels } from './label-selector.ts';
import { validateDNSLabel, validateDNSSubdomain } from './name-rules.ts';
import { MIRROR_POD } from './pod-annotations.ts';
import { goValue, POD_RESOURCE_CLAIM } from './pod-go-values.ts';
import { validatePodSecurityContext } from './pod-security.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { allContainers, containerPath } from './pod-visit.ts';
import { validateHostProcess, validateOs } from './pod-windows.ts';
import { validateContainerResources, validatePodLevelResources } from './resources.ts';
import { validateAffinity } from './scheduling-affinity.ts';
import { validateTopologySpreadConstraints } from './scheduling-spread.ts';
import { validateTolerations } from './scheduling-tolerations.ts';
import { validateVolumes } from './volume-validation.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_INT32 = 2147483647;
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_HOSTNAME_OVERRIDE = 64;
const NO_NAMES: ReadonlySet<string> = new Set();

/** `meta` is the pod's own metadata, absent for templates. Errors come in upstream's order. */
export function validatePodSpec(
  spec: PodSpec,
  meta: ObjectMeta | undefined,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  if (spec.terminationGracePeriodSeconds === undefined) errors.required(path.child('terminationGracePeriodSeconds'));
  validateParts(spec, meta, path, errors, options);
  validateHostPorts(spec, path.child('containers'), errors, options);
  validateRequiredEnum(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy'), errors);
  validateRequiredEnum(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy'), errors);
  if (spec.nodeSelector) validateLabels(spec.nodeSelector, path.child('nodeSelector'), errors);
  validatePodSecurityContext(spec, path.child('securityContext'), errors, options);
  if (spec.affinity) validateAffinity(spec.affinity, path.child('affinity'), errors, options);
  validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, path, errors);
  if (spec.readinessGates) validateReadinessGates(spec.readinessGates, path.child('readinessGates'), errors);
  if (spec.schedulingGates) validateSchedulingGates(spec.schedulingGates, path.child('schedulingGates'), errors);
  const constraints = spec.topologySpreadConstraints;
  if (constraints)
    validateTopologySpreadConstraints(constraints, path.child('topologySpreadConstraints'), errors, options);
  validateHostProcess(spec, path, errors);
  validateHostUsers(spec, path, errors, options);
  if (spec.hostnameOverride !== undefined) validateHostnameOverride(spec, path.child('hostnameOverride'), errors);
  validateNamesAndNumbers(spec, path, errors);
  if (spec.overhead)
    validateContainerResources({ limits: spec.overhead }, NO_NAMES, path.child('overhead'), errors, options);
  validateOs(spec, path, errors);
  validateFileKeyRefVolumes(spec, path, errors);
}

/** Volumes, claims, containers of all kinds, and what they may use together. */
function validateParts(
  spec: PodSpec,
  meta: ObjectMeta | undefined,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const volumes = validateVolumes(spec.volumes ?? [], meta?.name ?? '', path.child('volumes'), errors, options);
  const claims = spec.resourceClaims ?? [];
  const claimNames =
    claims.length === 0 ? NO_NAMES : new Set(claims.map((claim) => claim.name ?? '').filter((name) => name !== ''));
  if (claims.length > 0) validateResourceClaims(claims, meta, path.child('resourceClaims'), errors);
  const context: ContainerContext = { spec, volumes, claimNames, errors, options };
  validateContainers(path.child('containers'), context);
  if (spec.initContainers) validateInitContainers(spec.initContainers, path.child('initContainers'), context);
  if (spec.ephemeralContainers)
    validateEphemeralContainers(spec.ephemeralContainers, path.child('ephemeralContainers'), context);
  validatePodLevelResources(spec, claimNames, path.child('resources'), errors, options);
}

function validateResourceClaims(
  claims: readonly PodResourceClaim[],
  meta: ObjectMeta | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    if (Object.hasOwn(meta?.annotations ?? {}, MIRROR_POD)) {
      errors.add('FieldValueForbidden', '[]', undefined, 'static pods do not support resource claims');
      continue;
    }
    validateResourceClaim(claim, names, path.index(i), errors);
  }
}

function validateResourceClaim(claim: PodResourceClaim, names: Set<string>, path: Path, errors: FieldErrors): void {
  const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
  if (name === '') errors.required(path.child('name'));
  else if (names.has(name)) errors.duplicate(path.child('name'), name);
  else for (const message of isDNS1123Label(name)) errors.invalid(path.child('name'), name, message);
  names.add(name);
  const shown = goValue(claim, POD_RESOURCE_CLAIM);
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    errors.invalid(path, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  }
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    errors.invalid(path, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  }
  for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    for (const message of claim[field] === undefined ? [] : isDNS1123Subdomain(claim[field]))
      errors.invalid(path.child(field), claim[field], message);
  }
}

/** In the host's network, a pod's ports are the host's; templates may leave that to the pod's defaults. */
function validateHostPorts(spec: PodSpec, path: Path, errors: FieldErrors, options: PodValidationOptions): void {
  if (spec.hostNetwork !== true) return;
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const [j, { hostPort = 0, containerPort = 0 }] of (container.ports ?? []).entries()) {
      if (hostPort === containerPort || (hostPort === 0 && options.resourceIsPod !== true)) continue;
      const at = path.index(i).child('ports').index(j).child('hostPort');
      errors.invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true');
    }
  }
}

function validateDnsConfig(
  config: PodDNSConfig | undefined,
  policy: string | undefined,
  specPath: Path,
  errors: FieldErrors,
): void {
  if (config === undefined && policy !== 'None') return;
  const path = specPath.child('dnsConfig');
  if (config === undefined) errors.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
  else if (policy === 'None' && (config.nameservers ?? []).length === 0) {
    errors.required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  } else validateDnsLists(config, path, errors);
}

function validateDnsLists(config: PodDNSConfig, path: Path, errors: FieldErrors): void {
  const { nameservers = [], searches = [], options = [] } = config;
  const serversPath = path.child('nameservers');
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.invalid(serversPath, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`);
  }
  for (const [i, server] of nameservers.entries()) {
    for (const message of isValidIPForLegacyField(server)) errors.invalid(serversPath.index(i), server, message);
  }
  validateSearches(searches, path.child('searches'), errors);
  for (const [i, option] of options.entries()) {
    if (!option.name) errors.required(path.child('options').index(i), 'must not be empty');
  }
}

function validateSearches(searches: readonly string[], path: Path, errors: FieldErrors): void {
  if (searches.length > MAX_SEARCHES)
    errors.invalid(path, searches, `must not have more than ${MAX_SEARCHES} search paths`);
  if (byteLength(searches.join(' ')) > MAX_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.invalid(path, searches, detail);
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    for (const message of isDNS1123SubdomainWithUnderscore(name)) errors.invalid(path.index(i), name, message);
  }
}

function validateReadinessGates(gates: readonly PodReadinessGate[], path: Path, errors: FieldErrors): void {
  for (const [i, { conditionType = '' }] of gates.entries()) {
    const at = path.index(i).child('conditionType');
    for (const message of isQualifiedName(conditionType)) errors.invalid(at, conditionType, message);
  }
}

function validateSchedulingGates(gates: readonly PodSchedulingGate[], path: Path, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, { name = '' }] of gates.entries()) {
    const at = path.index(i);
    for (const message of isQualifiedName(name)) errors.invalid(at, name, message);
    if (seen.has(name)) errors.duplicate(at, name);
    seen.add(name);
  }
}

/** A user namespace of its own goes with none of the host's other namespaces. */
function validateHostUsers(spec: PodSpec, path: Path, errors: FieldErrors, options: PodValidationOptions): void {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) errors.forbidden(path.child('hostNetwork'), detail);
  if (spec.hostPID === true) errors.forbidden(path.child('HostPID'), detail);
  if (spec.hostIPC === true) errors.forbidden(path.child('HostIPC'), detail);
  if (options.allowUserNamespacesWithVolumeDevices === true) return;
  for (const [i, { volumeDevices }] of allContainers(spec).entries()) {
    if ((volumeDevices ?? []).length > 0) errors.forbidden(containerPath(spec, i, path).child('volumeDevices'), detail);
  }
}

function validateHostnameOverride(spec: PodSpec, path: Path, errors: FieldErrors): void {
  const name = spec.hostnameOverride ?? '';
  if (spec.setHostnameAsFQDN === true) errors.forbidden(path, 'may not be specified when setHostnameAsFQDN is true');
  if (spec.hostNetwork === true) errors.forbidden(path, 'may not be specified when hostNetwork is true');
  if (byteLength(name) > MAX_HOSTNAME_OVERRIDE) errors.tooLong(path, MAX_HOSTNAME_OVERRIDE);
  for (const message of isDNS1123Subdomain(name)) errors.invalid(path, name, message);
}

function validateNamesAndNumbers(spec: PodSpec, path: Path, errors: FieldErrors): void {
  const { activeDeadlineSeconds: deadline, tolerations, hostAliases } = spec;
  if (spec.serviceAccountName) validateDNSSubdomain(spec.serviceAccountName, path.child('serviceAccountName'), errors);
  if (spec.nodeName) validateDNSSubdomain(spec.nodeName, path.child('nodeName'), errors);
  for (const message of deadline === undefined ? [] : isInRange(deadline, 1, MAX_INT32)) {
    errors.invalid(path.child('activeDeadlineSeconds'), deadline, message);
  }
  if (spec.hostname) validateDNSLabel(spec.hostname, path.child('hostname'), errors);
  if (spec.subdomain) validateDNSLabel(spec.subdomain, path.child('subdomain'), errors);
  if (tolerations) validateTolerations(tolerations, path.child('tolerations'), errors);
  if (hostAliases) validateHostAliases(hostAliases, path.child('hostAliases'), errors);
  if (spec.priorityClassName) validateDNSSubdomain(spec.priorityClassName, path.child('priorityClassName'), errors);
  const runtimeClass = spec.runtimeClassName;
  if (runtimeClass !== undefined) validateDNSSubdomain(runtimeClass, path.child('runtimeClassName'), errors);
  const preemption = spec.preemptionPolicy;
  if (preemption !== undefined)
    validateRequiredEnum(preemption, PREEMPTION_POLICIES, path.child('preemptionPolicy'), errors);
}

function validateHostAliases(aliases: readonly HostAlias[], path: Path, errors: FieldErrors): void {
  for (const [i, { ip = '', hostnames = [] }] of aliases.entries()) {
    for (const message of isValidIPForLegacyField(ip)) errors.invalid(path.index(i).child('ip'), ip, message);
    for (const [j, name] of hostnames.entries()) {
      for (const message of isDNS1123Subdomain(name))
        errors.invalid(path.index(i).child('hostnames').index(j), name, message);
    }
  }
}
