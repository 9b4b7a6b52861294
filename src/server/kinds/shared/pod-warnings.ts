/** What is accepted but probably a mistake; imitates GetWarningsForPod and GetWarningsForPodTemplate of kubernetes pkg/api/pod. */
import { type Path, quote, ROOT } from '../../../api/field-errors.ts';
import { warningsForIP } from '../../../api/ip.ts';
import { getOwn } from '../../../api/object.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type { Container, ContainerPort, EnvVar, PodSpec, PodTemplateSpec, Volume } from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import { deprecatedNodeLabel, nodeSelectorTermWarnings } from './node-selector.ts';
import { APP_ARMOR_PREFIX, SECCOMP_CONTAINER_PREFIX, SECCOMP_POD } from './pod-annotations.ts';
import { eachContainer } from './pod-visit.ts';
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
/** In upstream's order; the second word is the field as the warning spells it. */
const DEPRECATED_VOLUMES: readonly [keyof Volume, string, string][] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];
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

function warningsFor(spec: PodSpec, meta: ObjectMeta, path: Path, isTemplate: boolean): string[] {
  const specPath = path.child('spec');
  const annotationsPath = path.child('metadata', 'annotations');
  return [
    ...nodeLabelWarnings(spec, specPath),
    ...spreadWarnings(spec, specPath.child('topologySpreadConstraints')),
    ...annotationWarnings(meta, annotationsPath),
    ...volumeWarnings(spec.volumes ?? [], specPath.child('volumes')),
    ...overlappingPathWarnings(spec.volumes ?? []),
    ...addressWarnings(spec, specPath),
    ...repeatedNames(spec.imagePullSecrets ?? [], specPath.child('imagePullSecrets')),
    ...fractionalBytes(spec.overhead, specPath.child('overhead')),
    ...seccompPodWarnings(spec, meta, annotationsPath),
    ...containerWarnings(spec, meta, specPath, annotationsPath, isTemplate),
    ...portWarnings(spec, specPath),
    ...graceWarnings(spec, specPath),
    ...podAffinityWarnings(spec, specPath.child('affinity')),
  ];
}

function nodeLabelWarnings(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort()) {
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
  return warnings;
}

function spreadWarnings(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  for (const [i, { topologyKey = '', labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const deprecated = deprecatedNodeLabel(topologyKey);
    if (deprecated !== undefined)
      warnings.push(`${path.index(i).child('topologyKey')}: ${topologyKey} is ${deprecated}`);
    if (labelSelector === undefined) warnings.push(`${path.index(i).child('labelSelector')}: ${NULL_SELECTOR}`);
  }
  return warnings;
}

function annotationWarnings(meta: ObjectMeta, path: Path): string[] {
  const found = DEPRECATED_ANNOTATIONS.filter(([key]) => Object.hasOwn(meta.annotations ?? {}, key));
  return found.map(([key, message]) => `${path.key(key)}: ${message}`);
}

function volumeWarnings(volumes: readonly Volume[], path: Path): string[] {
  const warnings: string[] = [];
  for (const [i, volume] of volumes.entries()) {
    for (const [field, shown, message] of DEPRECATED_VOLUMES) {
      if (volume[field] !== undefined) warnings.push(`${path.index(i).child(shown)}: ${message}`);
    }
    const requests = volume.ephemeral?.volumeClaimTemplate?.spec?.resources?.requests;
    const at = path.index(i).child('ephemeral', 'volumeClaimTemplate', 'spec', 'resources', 'requests');
    warnings.push(...fractional(requests, 'storage', at));
  }
  return warnings;
}

function addressWarnings(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const [i, { ip = '' }] of (spec.hostAliases ?? []).entries()) {
    const at = path.child('hostAliases').index(i).child('ip');
    if (seen.has(ip)) warnings.push(`${at}: duplicate ip ${quote(ip)}`);
    seen.add(ip);
    warnings.push(...warningsForIP(at.toString(), ip));
  }
  for (const [i, server] of (spec.dnsConfig?.nameservers ?? []).entries()) {
    warnings.push(...warningsForIP(path.child('dnsConfig', 'nameservers').index(i).toString(), server));
  }
  return warnings;
}

function repeatedNames(secrets: readonly { name?: string }[], path: Path): string[] {
  const names = secrets.map((secret) => secret.name ?? '');
  const at = (i: number): Path => path.index(i).child('name');
  const repeated = names.flatMap((name, i) =>
    names.indexOf(name) < i ? [`${at(i)}: duplicate name ${quote(name)}`] : [],
  );
  return [...repeated, ...names.flatMap((name, i) => (name === '' ? [`${at(i)}: invalid empty name ""`] : []))];
}

function fractionalBytes(list: ResourceList | undefined, path: Path): string[] {
  return BYTE_RESOURCES.flatMap((name) => fractional(list, name, path));
}

function fractional(list: ResourceList | undefined, name: string, path: Path): string[] {
  const text = getOwn(list ?? {}, name) as string | undefined;
  if (text === undefined || parseQuantity(text).milliValue() % 1000n === 0n) return [];
  return [`${path.key(name)}: fractional byte value ${quote(text)} is invalid, must be an integer`];
}

const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
/** The text about an AppArmor annotation; `path` is that of the annotations. */
export function appArmorWarning(path: Path, key: string): string {
  return `${path.key(key)}: ${USE_APP_ARMOR}`;
}

const USE_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

function seccompPodWarnings(spec: PodSpec, meta: ObjectMeta, path: Path): string[] {
  const only = spec.securityContext?.seccompProfile === undefined && Object.hasOwn(meta.annotations ?? {}, SECCOMP_POD);
  return only ? [`${path.key(SECCOMP_POD)}: ${USE_SECCOMP}`] : [];
}

function containerWarnings(
  spec: PodSpec,
  meta: ObjectMeta,
  specPath: Path,
  annotationsPath: Path,
  isTemplate: boolean,
): string[] {
  const warnings: string[] = [];
  const annotated = (key: string): boolean => Object.hasOwn(meta.annotations ?? {}, key);
  for (const { container, path } of eachContainer(spec, specPath)) {
    const { name = '', securityContext, resources } = container;
    const seccomp = SECCOMP_CONTAINER_PREFIX + name;
    if (securityContext?.seccompProfile === undefined && annotated(seccomp)) {
      warnings.push(`${annotationsPath.key(seccomp)}: ${USE_SECCOMP}`);
    }
    const appArmor = APP_ARMOR_PREFIX + name;
    const hasField = (spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile) !== undefined;
    // Of a pod's own annotations the pod's strategy warns, before it makes fields of them.
    if (isTemplate && annotated(appArmor) && !hasField) warnings.push(appArmorWarning(annotationsPath, appArmor));
    for (const resource of BYTE_RESOURCES) {
      warnings.push(...fractional(resources?.limits, resource, path.child('resources', 'limits')));
      warnings.push(...fractional(resources?.requests, resource, path.child('resources', 'requests')));
    }
    warnings.push(...hiddenVariables(container, path.child('env')));
  }
  return warnings;
}

/** A variable that is defined twice, unless the second definition builds on the first. */
function hiddenVariables({ env = [] }: Container, path: Path): string[] {
  const seen = new Set<string>();
  return env.flatMap((variable, i) => {
    const name = variable.name ?? '';
    const hides = seen.has(name) && !extendsPrevious(variable, `$(${name})`);
    seen.add(name);
    return hides
      ? [`${path.index(i)}: hides previous definition of ${quote(name)}, which may be dropped when using apply`]
      : [];
  });
}

function extendsPrevious({ value = '', valueFrom }: EnvVar, reference: string): boolean {
  return valueFrom === undefined && value !== reference && value.includes(reference);
}

interface PortAt {
  readonly port: ContainerPort;
  readonly path: Path;
}

function portWarnings(spec: PodSpec, specPath: Path): string[] {
  const warnings: string[] = [];
  const known = new Map<string, PortAt[]>();
  for (const { container, path } of eachContainer(spec, specPath)) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const at = path.child('ports').index(i);
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`;
      const others = known.get(key) ?? [];
      for (const other of others) warnings.push(...portClash(port, at, other));
      known.set(key, [...others, { port, path: at }]);
    }
  }
  return warnings;
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

function graceWarnings(spec: PodSpec, path: Path): string[] {
  if ((spec.terminationGracePeriodSeconds ?? 0) >= 0) return [];
  return [
    `${path.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`,
  ];
}

function podAffinityWarnings(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  for (const field of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = spec.affinity?.[field];
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
  return warnings;
}
