/** Classes: of storage and of priority. */
import type { PriorityClass } from '../../api/types/scheduling-v1.ts';
import type { StorageClass } from '../../api/types/storage-v1.ts';
import type { Describer } from './describer.ts';
import { boolText, flatLabels } from './description.ts';
import { describeEvents } from './events-text.ts';

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const describePriorityClass: Describer = async (object, out, around) => {
  const {
    metadata,
    value = 0,
    globalDefault = false,
    preemptionPolicy = '',
    description = '',
  } = object as PriorityClass;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Value:\t${value}`);
  out.line(0, `GlobalDefault:\t${globalDefault}`);
  out.line(0, `PreemptionPolicy:\t${preemptionPolicy}`);
  out.line(0, `Description:\t${description}`);
  out.line(0, `Annotations:\t${flatLabels(metadata?.annotations)}`);
  await describeEvents(object, out, around);
};

export const describeStorageClass: Describer = async (object, out, around) => {
  const {
    metadata,
    provisioner,
    parameters,
    allowVolumeExpansion,
    mountOptions = [],
    reclaimPolicy,
    volumeBindingMode,
  } = object as StorageClass;
  const isDefault = DEFAULT_CLASS.some((key) => metadata?.annotations?.[key] === 'true');
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `IsDefaultClass:\t${isDefault ? 'Yes' : 'No'}`);
  out.line(0, `Annotations:\t${flatLabels(metadata?.annotations)}`);
  out.line(0, `Provisioner:\t${provisioner}`);
  out.line(0, `Parameters:\t${flatLabels(parameters)}`);
  out.line(0, `AllowVolumeExpansion:\t${boolText(allowVolumeExpansion)}`);
  if (mountOptions.length === 0) out.line(0, 'MountOptions:\t<none>');
  else out.line(0, 'MountOptions:');
  for (const option of mountOptions) out.line(1, option);
  if (reclaimPolicy !== undefined) out.line(0, `ReclaimPolicy:\t${reclaimPolicy}`);
  if (volumeBindingMode !== undefined) out.line(0, `VolumeBindingMode:\t${volumeBindingMode}`);
  await describeEvents(object, out, around);
};
