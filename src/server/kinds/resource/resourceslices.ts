/** ResourceSlice; imitates pkg/apis/resource and pkg/registry/resource/resourceslice. */
import { quote } from '../../../api/field-errors.ts';
import { formatTime } from '../../../api/time.ts';
import type { Device, ResourceSlice } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateSliceSpec } from './resourceslices-validation.ts';

/** Values of attributes that are lists: an alpha feature. */
const LIST_VALUES = ['bools', 'ints', 'strings', 'versions'] as const;

export const resourceslices = defineKind<ResourceSlice>('resource.k8s.io', 'v1', 'resourceslices', {
  generation: 'spec',
  deleteReturns: 'object',
  prepareForCreate(obj, { now }) {
    stampTaints(obj, now);
    dropAlphaFields(obj, undefined);
  },
  prepareForUpdate(obj, old, { now }) {
    stampTaints(obj, now);
    dropAlphaFields(obj, old);
  },
  validate: (obj, errors) => validateSliceSpec(obj.spec ?? {}, undefined, errors),
  validateUpdate: (obj, old, errors) => validateSliceSpec(obj.spec ?? {}, old.spec ?? {}, errors),
  warnings({ spec: { driver = '' } = {} }) {
    if (driver === driver.toLowerCase()) return [];
    return [`spec.driver: driver names should be lowercase; ${quote(driver)} contains uppercase characters`];
  },
  selectableFields: {
    'spec.nodeName': (obj) => obj.spec?.nodeName ?? '',
    'spec.driver': (obj) => obj.spec?.driver ?? '',
  },
  fieldLabelError: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
  cells: ({ metadata = {}, spec = {} }, now) => [
    metadata.name ?? '',
    spec.nodeName ?? '',
    spec.driver ?? '',
    spec.pool?.name ?? '',
    age(metadata.creationTimestamp, now),
  ],
});

function stampTaints({ spec }: ResourceSlice, now: Date): void {
  for (const taint of (spec?.devices ?? []).flatMap((device) => device.taints ?? []))
    taint.timeAdded ??= formatTime(now);
}

/** DRANodeAllocatableResources and DRAListTypeAttributes are off, but for slices that use them already. */
function dropAlphaFields(obj: ResourceSlice, old: ResourceSlice | undefined): void {
  const stored = old?.spec?.devices ?? [];
  const keepMappings = stored.some((device) => Object.keys(device.nodeAllocatableResourceMappings ?? {}).length > 0);
  const keepLists = stored.some((device) => attributesOf(device).some(hasListValue));
  for (const device of obj.spec?.devices ?? []) {
    if (!keepMappings) delete device.nodeAllocatableResourceMappings;
    if (keepLists) continue;
    for (const attribute of attributesOf(device)) for (const field of LIST_VALUES) delete attribute[field];
  }
}

type Attribute = NonNullable<Device['attributes']>[string];

function attributesOf(device: Device): Attribute[] {
  return Object.values(device.attributes ?? {});
}

function hasListValue(attribute: Attribute): boolean {
  return LIST_VALUES.some((field) => attribute[field] !== undefined);
}
