/** PersistentVolumes, classes of storage, and the drivers of nodes. */
import type { JsonObject } from '../../api/object.ts';
import type { NodeSelectorRequirement, PersistentVolume, TopologySelectorTerm } from '../../api/types/core-v1.ts';
import type { CSINode, StorageClass, VolumeAttributesClass } from '../../api/types/storage-v1.ts';
import { accessModesText, lifeText, storageClassOf } from './claim-text.ts';
import type { Describer } from './describer.ts';
import { boolText, type Description, flatLabels, goList, longTime } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeMeta } from './settings-text.ts';
import { persistentVolumeSource } from './volume-sources.ts';

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const describeStorageClass: Describer = async (object, out, around) => {
  const storageClass = object as StorageClass;
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions = [] } = storageClass;
  const isDefault = DEFAULT_CLASS.some((key) => metadata?.annotations?.[key] === 'true');
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `IsDefaultClass:\t${isDefault ? 'Yes' : 'No'}`);
  out.line(0, `Annotations:\t${flatLabels(metadata?.annotations)}`);
  out.line(0, `Provisioner:\t${provisioner}`);
  out.line(0, `Parameters:\t${flatLabels(parameters)}`);
  out.line(0, `AllowVolumeExpansion:\t${boolText(allowVolumeExpansion)}`);
  out.line(0, `MountOptions:${mountOptions.length === 0 ? '\t<none>' : ''}`);
  for (const option of mountOptions) out.line(1, option);
  const { reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
  if (reclaimPolicy !== undefined) out.line(0, `ReclaimPolicy:\t${reclaimPolicy}`);
  if (volumeBindingMode !== undefined) out.line(0, `VolumeBindingMode:\t${volumeBindingMode}`);
  if (allowedTopologies !== undefined) topologies(allowedTopologies, out);
  await describeEvents(object, out, around);
};

function topologies(terms: readonly TopologySelectorTerm[], out: Description): void {
  out.line(0, `AllowedTopologies:\t${terms.length === 0 ? '<none>' : ''}`);
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const texts = matchLabelExpressions.map(({ key, values }) => requirementText(key, 'in', values));
    term(1, `Term ${i}`, texts, out);
  }
}

function requirementText(key = '', operator = '', values: readonly string[] = []): string {
  return `${key} ${operator.toLowerCase()}${values.length === 0 ? '' : ` [${values.join(', ')}]`}`;
}

function term(level: number, title: string, texts: readonly string[], out: Description): void {
  const indent = '  '.repeat(level);
  out.raw(`${indent}${title}:\t${texts.join(`\n${indent}\t`) || '<none>'}\n`);
}

export const describeVolumeAttributesClass: Describer = async (object, out, around) => {
  const { metadata, driverName, parameters } = object as VolumeAttributesClass;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Annotations:\t${flatLabels(metadata?.annotations)}`);
  out.line(0, `DriverName:\t${driverName}`);
  out.line(0, `Parameters:\t${flatLabels(parameters)}`);
  await describeEvents(object, out, around);
};

export const describeCSINode: Describer = async (object, out, around) => {
  const { metadata, spec } = object as CSINode;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, `CreationTimestamp:\t${longTime(metadata?.creationTimestamp)}`);
  out.line(0, 'Spec:');
  // The server writes null for a node without drivers.
  if (Array.isArray(spec?.drivers)) out.line(1, 'Drivers:');
  for (const { name, nodeID, allocatable, topologyKeys } of spec?.drivers ?? []) {
    out.line(2, `${name}:`);
    out.line(3, `Node ID:\t${nodeID}`);
    if (allocatable?.count !== undefined) {
      out.line(3, 'Allocatables:');
      out.line(4, `Count:\t${allocatable.count}`);
    }
    if (Array.isArray(topologyKeys)) out.line(3, `Topology Keys:\t${goList(topologyKeys)}`);
  }
  await describeEvents(object, out, around);
};

export const describePersistentVolume: Describer = async (object, out, around) => {
  const volume = object as PersistentVolume;
  const { metadata = {}, spec = {}, status = {} } = volume;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  out.line(0, `StorageClass:\t${storageClassOf(volume)}`);
  out.line(0, `Status:\t${lifeText(metadata.deletionTimestamp, status.phase, around.now)}`);
  const { claimRef } = spec;
  out.line(0, `Claim:\t${claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`}`);
  out.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`);
  out.line(0, `Access Modes:\t${accessModesText(spec.accessModes)}`);
  if (spec.volumeMode !== undefined) out.line(0, `VolumeMode:\t${spec.volumeMode}`);
  out.line(0, `Capacity:\t${spec.capacity?.['storage'] ?? '0'}`);
  affinity(spec.nodeAffinity, out);
  out.line(0, `Message:\t${status.message ?? ''}`);
  out.line(0, 'Source:');
  if (!persistentVolumeSource(spec as JsonObject, out)) out.line(1, '<unknown>');
  await describeEvents(object, out, around);
};

function affinity(nodeAffinity: NonNullable<PersistentVolume['spec']>['nodeAffinity'], out: Description): void {
  const required = nodeAffinity?.required;
  out.line(0, `Node Affinity:\t${required === undefined ? '<none>' : ''}`);
  if (required === undefined) return;
  const terms = required.nodeSelectorTerms ?? [];
  out.line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`);
  for (const [i, { matchExpressions = [] }] of terms.entries()) {
    const text = ({ key, operator, values }: NodeSelectorRequirement): string => requirementText(key, operator, values);
    term(2, `Term ${i}`, matchExpressions.map(text), out);
  }
}
