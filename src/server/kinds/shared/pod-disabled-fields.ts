/**
 * Fields behind feature gates that are off by default in v1.36 vanish silently, unless the stored object has them.
 * Imitates DropDisabledPodFields of kubernetes pkg/api/pod.
 */
import type { PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { allContainers } from './pod-visit.ts';

/** Removes them from `spec`, in place. What becomes empty by it stays as upstream leaves it. */
export function dropDisabledPodFields(spec: PodSpec | undefined, old: PodSpec | undefined): void {
  if (spec === undefined) return;
  // Removing what is not there costs a call into the engine's runtime each.
  if (spec.schedulingGroup !== undefined && old?.schedulingGroup === undefined) delete spec.schedulingGroup;
  if (!usesStopSignal(old)) dropStopSignals(spec);
  if (!usesProjection(old, 'clusterTrustBundle')) dropProjection(spec, 'clusterTrustBundle');
  if (!usesProjection(old, 'podCertificate')) dropProjection(spec, 'podCertificate');
}

export function dropDisabledTemplateFields(
  template: PodTemplateSpec | undefined,
  old: PodTemplateSpec | undefined,
): void {
  dropDisabledPodFields(template?.spec, old?.spec);
}

function usesStopSignal(spec: PodSpec | undefined): boolean {
  return spec !== undefined && allContainers(spec).some(({ lifecycle }) => lifecycle?.stopSignal !== undefined);
}

/** A lifecycle that held nothing else goes too. */
function dropStopSignals(spec: PodSpec): void {
  for (const container of allContainers(spec)) {
    if (container.lifecycle?.stopSignal === undefined) continue;
    delete container.lifecycle.stopSignal;
    if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
  }
}

type GatedProjection = 'clusterTrustBundle' | 'podCertificate';

function usesProjection(spec: PodSpec | undefined, field: GatedProjection): boolean {
  return (spec?.volumes ?? []).some((volume) =>
    (volume.projected?.sources ?? []).some((source) => source[field] !== undefined),
  );
}

function dropProjection(spec: PodSpec, field: GatedProjection): void {
  for (const volume of spec.volumes ?? []) {
    for (const source of volume.projected?.sources ?? []) if (source[field] !== undefined) delete source[field];
  }
}
