/**
 * Pods. Their spec is shared with every workload's template (shared/pod-*.ts, container-*, volume-*, scheduling-*);
 * here is what only a pod has. Imitates kubernetes pkg/registry/core/pod.
 */
import { Path } from '../../../api/field-errors.ts';
import { warningsForIP } from '../../../api/ip.ts';
import { isDNS1123Label } from '../../../api/names.ts';
import type { Pod } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { applyPodSpecDefaults, dropInitContainerAnnotations } from '../shared/pod-defaults.ts';
import { semanticEqual } from '../shared/pod-equality.ts';
import { appArmorWarning, podWarnings } from '../shared/pod-warnings.ts';
import { bindPod } from './pods-binding.ts';
import { evictPod } from './pods-eviction.ts';
import { forwardPorts, proxyPod, readLog, streamToContainer } from './pods-node-access.ts';
import {
  deprecatedAppArmorAnnotations,
  preparePodForCreate,
  preparePodForUpdate,
  preparePodStatus,
} from './pods-prepare.ts';
import { validatePodStatusUpdate } from './pods-status-validation.ts';
import { podCells, podRowConditions } from './pods-table.ts';
import { validatePodCreate, validatePodUpdate } from './pods-validation.ts';

const ANNOTATIONS = Path.root('metadata').child('annotations');
const SURPRISING_NAME =
  "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";

export const pods = defineKind<Pod>('', 'v1', 'pods', {
  applyDefaults: applyPodDefaults,
  prepareForCreate: preparePodForCreate,
  prepareForUpdate: preparePodForUpdate,
  validate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  metadataOnUpdate: 'update+full',
  warnings: (pod, old) => (old === undefined ? createWarnings(pod) : []),
  generation: (pod, old) => !semanticEqual(pod.spec, old.spec),
  status: { prepareForUpdate: preparePodStatus, validateUpdate: validatePodStatusUpdate, warnings: statusWarnings },
  gracePeriod: gracePeriodSeconds,
  deleteReturns: 'object',
  cells: podCells,
  rowConditions: podRowConditions,
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.host': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? '',
    // Upstream knows the label but has no value for it.
    'status.podIPs': () => '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  handlers: {
    binding: bindPod,
    eviction: evictPod,
    log: readLog,
    exec: streamToContainer,
    attach: streamToContainer,
    portforward: forwardPorts,
    proxy: proxyPod,
  },
});

function applyPodDefaults(pod: Pod): void {
  dropInitContainerAnnotations(pod.metadata?.annotations);
  pod.spec ??= {};
  applyPodSpecDefaults(pod.spec, { isTemplate: false });
  applyPodIpAlias(pod);
}

/** podIP is the first of podIPs; where they differ, the older field is believed. */
function applyPodIpAlias({ status }: Pod): void {
  if (status === undefined) return;
  const first = status.podIPs?.[0]?.ip;
  if (status.podIP && status.podIP !== first) status.podIPs = [{ ip: status.podIP }];
  else if (!status.podIP && first) status.podIP = first;
}

function createWarnings(pod: Pod): string[] {
  const warnings = deprecatedAppArmorAnnotations(pod).map((key) => appArmorWarning(ANNOTATIONS, key));
  const messages = isDNS1123Label(pod.metadata?.name ?? '');
  if (messages.length > 0) warnings.push(`${SURPRISING_NAME}: [${messages.join(' ')}]`);
  warnings.push(...podWarnings(pod.spec ?? {}, pod.metadata ?? {}));
  return warnings;
}

function statusWarnings({ status }: Pod): string[] {
  return (['podIPs', 'hostIPs'] as const).flatMap((field) =>
    (status?.[field] ?? []).flatMap(({ ip = '' }, i) => warningsForIP(`status.${field}[${i}].ip`, ip)),
  );
}

/** Only a pod that runs somewhere needs time to end. */
function gracePeriodSeconds({ spec, status }: Pod, requested: number | undefined): number {
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
