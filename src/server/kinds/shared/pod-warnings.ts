/** What is accepted but probably a mistake; imitates GetWarningsForPod and GetWarningsForPodTemplate of kubernetes pkg/api/pod. */

import { type Path, quote, ROOT } from '../../../api/field-errors.ts';
import { warningsForIP } from '../../../api/ip.ts';
import { sortedKeys } from '../../../api/object.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type {
  Affinity,
  Container,
  ContainerPort,
  EnvVar,
  PodSpec,
  PodTemplateSpec,
  ResourceRequirements,
  TopologySpreadConstraint,
  Volume,
} from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import { deprecatedNodeLabel, nodeSelectorTermWarnings } from './node-selector.ts';
import { type Annotations, APP_ARMOR_PREFIX, SECCOMP_CONTAINER_PREFIX, SECCOMP_POD } from './pod-annotations.ts';
import { allContainers, containerPath } from './pod-visit.ts';
import { isFractional } from './quantity-rules.ts';
import type { ResourceList } from './resources.ts';
import { overlappingPathWarnings } from './volume-overlaps.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NULL_SELECTOR = 'a null labelSelector results in matching no pod';
const DEPRECATED_ANNOTATIONS: readonly [string, string][] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];
/** By field: how the warning spells it, and what it says. A valid volume has one of them at most. */
const DEPRECATED_VOLUMES: ReadonlyMap<string, readonly [string, string]> = new Map<keyof Volume, [string, string]>([
  ['photonPersistentDisk', ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+']],
  ['gitRepo', ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+']],
  ['scaleIO', ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+']],
  ['flocker', ['flocker', 'deprecated in v1.22, non-functional in v1.25+']],
  ['storageos', ['storageOS', 'deprecated in v1.22, non-functional in v1.25+']],
  ['quobyte', ['quobyte', 'deprecated in v1.22, non-functional in v1.25+']],
  ['glusterfs', ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+']],
  ['cephfs', ['cephfs', 'deprecated in v1.28, non-functional in v1.31+']],
  ['rbd', ['rbd', 'deprecated in v1.28, non-functional in v1.31+']],
]);
const BYTE_RESOURCES = ['memory', 'ephemeral-storage'];

/** For a pod itself. */
export function podWarnings(spec: PodSpec, meta: ObjectMeta): string[] {
  return warningsFor(spec, meta, ROOT, false);
}

/** For a template at `path`; upstream compares nothing with the old template. */
export function podTemplateWarnings(
  template: PodTemplateSpec | undefined,
  path: Path,
  _old?: PodTemplateSpec,
): string[] {
  return template === undefined ? [] : warningsFor(template.spec ?? {}, template.metadata ?? {}, path, true);
}

/** Each part adds what it finds; most find nothing, so that paths are made only where something is found. */
function warningsFor(spec: PodSpec, meta: ObjectMeta, path: Path, isTemplate: boolean): string[] {
  const warnings: string[] = [];
  const specPath = path.child('spec');
  if (spec.nodeSelector || spec.affinity) nodeLabelWarnings(spec, specPath, warnings);
  if (spec.topologySpreadConstraints) spreadWarnings(spec.topologySpreadConstraints, specPath, warnings);
  if (meta.annotations) annotationWarnings(meta.annotations, path.child('metadata', 'annotations'), warnings);
  if (spec.volumes) {
    volumeWarnings(spec.volumes, specPath, warnings);
    overlappingPathWarnings(spec.volumes, warnings);
  }
  if (spec.hostAliases || spec.dnsConfig) addressWarnings(spec, specPath, warnings);
  if (spec.imagePullSecrets) repeatedNames(spec.imagePullSecrets, specPath.child('imagePullSecrets'), warnings);
  if (spec.overhead) fractionalBytes(spec.overhead, specPath.child('overhead'), warnings);
  if (meta.annotations) seccompPodWarnings(spec, meta.annotations, path.child('metadata', 'annotations'), warnings);
  containerWarnings(spec, meta, path, isTemplate, warnings);
  portWarnings(spec, specPath, warnings);
  graceWarnings(spec, specPath, warnings);
  if (spec.affinity) podAffinityWarnings(spec.affinity, specPath.child('affinity'), warnings);
  return warnings;
}

function nodeLabelWarnings(spec: PodSpec, path: Path, warnings: string[]): void {
  for (const key of sortedKeys(spec.nodeSelector ?? {})) {
    const deprecated = deprecatedNodeLabel(key);
    if (deprecated !== undefined) warnings.push(`${path.child('nodeSelector').key(key)}: ${deprecated}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const affinityPath = path.child('affinity', 'nodeAffinity');
  for (const [i, term] of (affinity?.[REQUIRED]?.nodeSelectorTerms ?? []).entries()) {
    warnings.push(...nodeSelectorTermWarnings(term, false, affinityPath.child(REQUIRED, 'nodeSelectorTerms').index(i)));
  }
  for (const [i, { preference = {} }] of (affinity?.[PREFERRED] ?? []).entries()) {
    warnings.push(
      ...nodeSelectorTermWarnings(preference, true, affinityPath.child(PREFERRED).index(i).child('preference')),
    );
  }
}

function spreadWarnings(constraints: readonly TopologySpreadConstraint[], specPath: Path, warnings: string[]): void {
  const path = specPath.child('topologySpreadConstraints');
  for (const [i, { topologyKey = '', labelSelector }] of constraints.entries()) {
    const deprecated = deprecatedNodeLabel(topologyKey);
    if (deprecated !== undefined)
      warnings.push(`${path.index(i).child('topologyKey')}: ${topologyKey} is ${deprecated}`);
    if (labelSelector === undefined) warnings.push(`${path.index(i).child('labelSelector')}: ${NULL_SELECTOR}`);
  }
}

function annotationWarnings(annotations: Annotations, path: Path, warnings: string[]): void {
  for (const [key, message] of DEPRECATED_ANNOTATIONS)
    if (Object.hasOwn(annotations, key)) warnings.push(`${path.key(key)}: ${message}`);
}

function volumeWarnings(volumes: readonly Volume[], specPath: Path, warnings: string[]): void {
  for (const [i, volume] of volumes.entries()) {
    for (const field of Object.keys(volume)) {
      const found = DEPRECATED_VOLUMES.get(field);
      if (found !== undefined) warnings.push(`${specPath.child('volumes').index(i).child(found[0])}: ${found[1]}`);
    }
    const requests = volume.ephemeral?.volumeClaimTemplate?.spec?.resources?.requests;
    if (!requests || !isFractionalIn(requests, 'storage')) continue;
    const template = specPath.child('volumes').index(i).child('ephemeral', 'volumeClaimTemplate');
    warnings.push(fractional(requests, 'storage', template.child('spec', 'resources', 'requests')));
  }
}

function addressWarnings({ hostAliases, dnsConfig }: PodSpec, path: Path, warnings: string[]): void {
  const seen = new Set<string>();
  for (const [i, { ip = '' }] of (hostAliases ?? []).entries()) {
    const at = path.child('hostAliases').index(i).child('ip');
    if (seen.has(ip)) warnings.push(`${at}: duplicate ip ${quote(ip)}`);
    seen.add(ip);
    warnings.push(...warningsForIP(at.toString(), ip));
  }
  for (const [i, server] of (dnsConfig?.nameservers ?? []).entries()) {
    warnings.push(...warningsForIP(path.child('dnsConfig', 'nameservers').index(i).toString(), server));
  }
}

function repeatedNames(secrets: readonly { name?: string }[], path: Path, warnings: string[]): void {
  const names = secrets.map((secret) => secret.name ?? '');
  const at = (i: number): Path => path.index(i).child('name');
  for (const [i, name] of names.entries())
    if (names.indexOf(name) < i) warnings.push(`${at(i)}: duplicate name ${quote(name)}`);
  for (const [i, name] of names.entries()) if (name === '') warnings.push(`${at(i)}: invalid empty name ""`);
}

function fractionalBytes(list: ResourceList, path: Path, warnings: string[]): void {
  for (const name of BYTE_RESOURCES) if (isFractionalIn(list, name)) warnings.push(fractional(list, name, path));
}

function isFractionalIn(list: ResourceList, name: string): boolean {
  return Object.hasOwn(list, name) && isFractional(parseQuantity(list[name] as string));
}

function fractional(list: ResourceList, name: string, path: Path): string {
  return `${path.key(name)}: fractional byte value ${quote(list[name] as string)} is invalid, must be an integer`;
}

const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
/** The text about an AppArmor annotation; `path` is that of the annotations. */
export function appArmorWarning(path: Path, key: string): string {
  return `${path.key(key)}: ${USE_APP_ARMOR}`;
}

const USE_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

function seccompPodWarnings(spec: PodSpec, annotations: Annotations, path: Path, warnings: string[]): void {
  const only = spec.securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, SECCOMP_POD);
  if (only) warnings.push(`${path.key(SECCOMP_POD)}: ${USE_SECCOMP}`);
}

function containerWarnings(
  spec: PodSpec,
  { annotations }: ObjectMeta,
  path: Path,
  isTemplate: boolean,
  warnings: string[],
): void {
  for (const [i, container] of allContainers(spec).entries()) {
    const { env, resources } = container;
    if (annotations) profileWarnings(spec, container, annotations, path, isTemplate, warnings);
    if (resources) {
      const at = containerPath(spec, i, path.child('spec')).child('resources');
      resourceWarnings(resources, at, warnings);
    }
    if (env && env.length > 1) hiddenVariables(env, containerPath(spec, i, path.child('spec')).child('env'), warnings);
  }
}

/** Of a container's fields that were annotations once. */
function profileWarnings(
  spec: PodSpec,
  { name = '', securityContext }: Container,
  annotations: Annotations,
  path: Path,
  isTemplate: boolean,
  warnings: string[],
): void {
  const annotationsPath = path.child('metadata', 'annotations');
  const seccomp = SECCOMP_CONTAINER_PREFIX + name;
  if (securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, seccomp)) {
    warnings.push(`${annotationsPath.key(seccomp)}: ${USE_SECCOMP}`);
  }
  const appArmor = APP_ARMOR_PREFIX + name;
  const hasField = (spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile) !== undefined;
  // Of a pod's own annotations the pod's strategy warns, before it makes fields of them.
  if (isTemplate && Object.hasOwn(annotations, appArmor) && !hasField)
    warnings.push(appArmorWarning(annotationsPath, appArmor));
}

function resourceWarnings({ limits, requests }: ResourceRequirements, path: Path, warnings: string[]): void {
  for (const name of BYTE_RESOURCES) {
    if (limits && isFractionalIn(limits, name)) warnings.push(fractional(limits, name, path.child('limits')));
    if (requests && isFractionalIn(requests, name)) warnings.push(fractional(requests, name, path.child('requests')));
  }
}

/** A variable that is defined twice, unless the second definition builds on the first. */
function hiddenVariables(env: readonly EnvVar[], path: Path, warnings: string[]): void {
  const seen = new Set<string>();
  for (const [i, variable] of env.entries()) {
    const name = variable.name ?? '';
    const hides = seen.has(name) && !extendsPrevious(variable, `$(${name})`);
    seen.add(name);
    if (hides)
      warnings.push(
        `${path.index(i)}: hides previous definition of ${quote(name)}, which may be dropped when using apply`,
      );
  }
}

function extendsPrevious({ value = '', valueFrom }: EnvVar, reference: string): boolean {
  return valueFrom === undefined && value !== reference && value.includes(reference);
}

interface PortAt {
  readonly port: ContainerPort;
  readonly path: Path;
}

function portWarnings(spec: PodSpec, specPath: Path, warnings: string[]): void {
  const known = new Map<string, PortAt[]>();
  for (const [position, { ports }] of allContainers(spec).entries()) {
    for (const [i, port] of (ports ?? []).entries()) {
      const path = containerPath(spec, position, specPath).child('ports').index(i);
      if (port.hostIP && !port.hostPort) warnings.push(`${path}: hostIP set without hostPort: ${goPort(port)}`);
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`;
      const others = known.get(key);
      for (const other of others ?? []) warnings.push(...portClash(port, path, other));
      if (others === undefined) known.set(key, [{ port, path }]);
      else others.push({ port, path });
    }
  }
}

function portClash(port: ContainerPort, path: Path, other: PortAt): string[] {
  const [ip, otherIp] = [port.hostIP ?? '', other.port.hostIP ?? ''];
  const [host, otherHost] = [port.hostPort ?? 0, other.port.hostPort ?? 0];
  if (ip === otherIp && host === otherHost) return [`${path}: duplicate port definition with ${other.path}`];
  if (host === 0 || otherHost === 0) return [`${path}: overlapping port definition with ${other.path}`];
  const ambiguous = host === otherHost && (ip === '') !== (otherIp === '');
  return ambiguous ? [`${path}: dangerously ambiguous port definition with ${other.path}`] : [];
}

/** As Go prints the struct with %+v. */
function goPort({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function graceWarnings(spec: PodSpec, path: Path, warnings: string[]): void {
  if ((spec.terminationGracePeriodSeconds ?? 0) >= 0) return;
  const at = path.child('terminationGracePeriodSeconds');
  warnings.push(`${at}: must be >= 0; negative values are invalid and will be treated as 1`);
}

function podAffinityWarnings(affinities: Affinity, path: Path, warnings: string[]): void {
  for (const field of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = affinities[field];
    for (const [i, term] of (affinity?.[REQUIRED] ?? []).entries()) {
      if (term.labelSelector === undefined)
        warnings.push(`${path.child(field, REQUIRED).index(i).child('labelSelector')}: ${NULL_SELECTOR}`);
    }
    for (const [i, { podAffinityTerm = {} }] of (affinity?.[PREFERRED] ?? []).entries()) {
      if (podAffinityTerm.labelSelector !== undefined) continue;
      warnings.push(
        `${path.child(field, PREFERRED).index(i).child('podAffinityTerm', 'labelSelector')}: ${NULL_SELECTOR}`,
      );
    }
  }
}
