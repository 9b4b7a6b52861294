import { setOwn } from '../../../api/object.ts';
import type { LimitRange, LimitRangeItem } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { type ResourceList, roundResourceList } from '../shared/resources.ts';
import { validateLimitRange } from './limitranges-validation.ts';

/** Imitates SetDefaults_LimitRangeItem of pkg/apis/core/v1 and pkg/registry/core/limitrange. */
export const limitranges = defineKind<LimitRange>('', 'v1', 'limitranges', {
  applyDefaults(obj) {
    for (const item of obj.spec?.limits ?? []) applyItemDefaults(item);
  },
  prepareForCreate(obj) {
    obj.metadata ??= {};
    obj.metadata.name ||= crypto.randomUUID();
  },
  validate: validateLimitRange,
  metadataOnUpdate: 'full',
  createOnUpdate: true,
  fieldLabelError: metadataFieldLabelError,
});

function applyItemDefaults(item: LimitRangeItem): void {
  for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) {
    roundResourceList(list);
  }
  if (item.type !== 'Container') return;
  item.default = filled(item.default, item.max);
  item.defaultRequest = filled(filled(item.defaultRequest, item.default), item.min);
}

/** `list` and what only `others` has; undefined when that is nothing. */
function filled(list: ResourceList | undefined, others: ResourceList | undefined): ResourceList | undefined {
  const result: ResourceList = { ...list };
  for (const name of Object.keys(others ?? {})) {
    if (!Object.hasOwn(result, name)) setOwn(result, name, others?.[name]);
  }
  return Object.keys(result).length === 0 ? undefined : result;
}
