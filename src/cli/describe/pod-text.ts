/** Pods, and the templates from which controllers make them. */
import type { KubeObject } from '../../api/object.ts';
import type { Pod, PodSpec, PodTemplateSpec, Toleration, TopologySpreadConstraint } from '../../api/types/core-v1.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ageText } from '../print/table.ts';
import { describeContainers, describeResources, seccomp } from './containers-text.ts';
import type { Describer } from './describer.ts';
import { controllerOf, type Description, longTime, selectorText } from './description.ts';
import { describeEvents, type Reference, referenceTo } from './events-text.ts';
import { describeVolumes } from './volumes-text.ts';

const MIRROR_POD = 'kubernetes.io/config.mirror';

export const describePod: Describer = async (object, out, around) => {
  const pod = object as Pod;
  identity(pod, out);
  podStatus(pod, out, around.now);
  seccomp(pod.spec?.securityContext?.seccompProfile, 0, out);
  addresses(pod, out);
  const controller = controllerOf(pod.metadata);
  if (controller !== undefined) out.line(0, `Controlled By:\t${controller}`);
  if (pod.status?.nominatedNodeName) out.line(0, `NominatedNodeName:\t${pod.status.nominatedNodeName}`);
  if (pod.spec?.resources !== undefined) {
    out.line(0, 'Resources:');
    describeResources(pod.spec.resources, out, 1);
  }
  containers(pod, out);
  conditions(pod, out);
  const { spec = {}, status = {} } = pod;
  describeVolumes(spec.volumes, out, '');
  out.line(0, `QoS Class:\t${status.qosClass ?? ''}`);
  out.labels('Node-Selectors', spec.nodeSelector);
  describeTolerations('Tolerations', spec.tolerations, out);
  spreadConstraints('Topology Spread Constraints', spec.topologySpreadConstraints ?? [], out);
  await describeEvents(object, out, around, [eventReference(object)]);
};

/** Events of static pods name the hash of their file, which the mirror pod has as an annotation. */
function eventReference(object: KubeObject): Reference {
  const { name, namespace, uid } = referenceTo(object);
  return { name, namespace, uid: object.metadata.annotations?.[MIRROR_POD] ?? uid };
}

function identity({ metadata = {}, spec = {}, status = {} }: Pod, out: Description): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.priority !== undefined) out.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) out.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) out.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) out.line(0, `Service Account:\t${spec.serviceAccountName}`);
  out.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
  if (status.startTime !== undefined) out.line(0, `Start Time:\t${longTime(status.startTime)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
}

function podStatus({ metadata = {}, status = {} }: Pod, out: Description, now: number): void {
  const { phase = '', reason, message } = status;
  if (metadata.deletionTimestamp !== undefined && phase !== 'Failed' && phase !== 'Succeeded') {
    out.line(0, `Status:\tTerminating (lasts ${ageText(metadata.deletionTimestamp, now)})`);
    out.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds}s`);
  } else out.line(0, `Status:\t${phase}`);
  if (reason) out.line(0, `Reason:\t${reason}`);
  if (message) out.line(0, `Message:\t${message}`);
}

function addresses({ status = {} }: Pod, out: Description): void {
  out.line(0, `IP:\t${status.podIP ?? ''}`);
  const ips = status.podIPs ?? [];
  out.line(0, `IPs:${ips.length === 0 ? '\t<none>' : ''}`);
  for (const { ip } of ips) out.line(1, `IP:\t${ip}`);
}

function containers(pod: Pod, out: Description): void {
  const { spec = {}, status = {} } = pod;
  const shared = { space: '', pod };
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers('Init Containers', spec.initContainers, out, {
      ...shared,
      statuses: status.initContainerStatuses ?? [],
    });
  }
  describeContainers('Containers', spec.containers, out, { ...shared, statuses: status.containerStatuses ?? [] });
  if ((spec.ephemeralContainers ?? []).length > 0) {
    describeContainers('Ephemeral Containers', spec.ephemeralContainers, out, {
      ...shared,
      statuses: status.ephemeralContainerStatuses ?? [],
    });
  }
}

function conditions({ spec = {}, status = {} }: Pod, out: Description): void {
  const found = status.conditions ?? [];
  const gates = spec.readinessGates ?? [];
  if (gates.length > 0) out.line(0, 'Readiness Gates:\n  Type\tStatus');
  for (const { conditionType = '' } of gates) {
    out.line(1, `${conditionType} \t${found.find(({ type }) => type === conditionType)?.status ?? '<none>'} `);
  }
  if (found.length > 0) out.line(0, 'Conditions:\n  Type\tStatus');
  for (const { type, status: value } of found) out.line(1, `${type} \t${value} `);
}

export function describeTolerations(
  title: string,
  tolerations: readonly Toleration[] | undefined,
  out: Description,
): void {
  const sorted = [...(tolerations ?? [])].sort((a, b) => compareUtf8(a.key ?? '', b.key ?? ''));
  out.list(title, sorted.map(tolerationText));
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  const what = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
  const exists = operator === 'Exists' && value === '' ? `${what === '' ? '' : ' '}op=Exists` : '';
  return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

function spreadConstraints(title: string, constraints: readonly TopologySpreadConstraint[], out: Description): void {
  if (constraints.length === 0) return;
  const sorted = [...constraints].sort((a, b) => compareUtf8(a.topologyKey ?? '', b.topologyKey ?? ''));
  out.list(
    title,
    sorted.map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const selector = labelSelector === undefined ? '' : ` for selector ${selectorText(labelSelector)}`;
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`;
    }),
  );
}

export function describeTemplate(template: PodTemplateSpec | undefined, out: Description): void {
  out.line(0, 'Pod Template:');
  if (template === undefined) {
    out.raw('  <unset>');
    return;
  }
  const { metadata = {}, spec = {} as PodSpec } = template;
  out.labels('  Labels', metadata.labels);
  if (Object.keys(metadata.annotations ?? {}).length > 0) out.annotations('  Annotations', metadata.annotations);
  if (spec.serviceAccountName) out.line(0, `  Service Account:\t${spec.serviceAccountName}`);
  if ((spec.initContainers ?? []).length > 0)
    describeContainers('Init Containers', spec.initContainers, out, { space: '  ' });
  describeContainers('Containers', spec.containers, out, { space: '  ' });
  describeVolumes(spec.volumes, out, '  ');
  spreadConstraints('  Topology Spread Constraints', spec.topologySpreadConstraints ?? [], out);
  if (spec.priorityClassName) out.line(0, `  Priority Class Name:\t${spec.priorityClassName}`);
  out.labels('  Node-Selectors', spec.nodeSelector);
  describeTolerations('  Tolerations', spec.tolerations, out);
}
