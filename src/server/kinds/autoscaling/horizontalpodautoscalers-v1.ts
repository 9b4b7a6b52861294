import type { HorizontalPodAutoscaler } from '../../../api/types/autoscaling-v1.ts';
import { defineKind } from '../define.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { hpaCells } from './hpa-table.ts';
import {
  copyAnnotations,
  hpaConversion,
  SPEC_ANNOTATIONS,
  STATUS_ANNOTATIONS,
  toV1,
  toV2,
} from './hpa-v1-conversion.ts';
import { validateHpa, validateHpaStatus } from './hpa-validation.ts';

/** The older face of autoscaling/v2: what v1 has no field for stands in annotations. */
export const horizontalpodautoscalersV1 = defineKind<HorizontalPodAutoscaler>(
  'autoscaling',
  'v1',
  'horizontalpodautoscalers',
  {
    applyDefaults,
    prepareForCreate(obj) {
      obj.status = { currentReplicas: 0, desiredReplicas: 0 };
      copyAnnotations(obj, {}, STATUS_ANNOTATIONS);
    },
    prepareForUpdate(obj, old) {
      copyAnnotations(obj, old, STATUS_ANNOTATIONS);
    },
    validate(obj, errors) {
      validateHpa(toV2(obj), undefined, errors);
    },
    validateUpdate(obj, old, errors) {
      validateHpa(toV2(obj), toV2(old), errors);
    },
    status: {
      prepareForUpdate(obj, old) {
        if (old.spec !== undefined) obj.spec = old.spec;
        copyAnnotations(obj, old, SPEC_ANNOTATIONS);
      },
      validateUpdate(obj, _old, errors) {
        validateHpaStatus(toV2(obj), errors);
      },
    },
    cells: (obj, now) => hpaCells(toV2(obj), now),
    fieldLabelError: metadataFieldLabelError,
    storedAs: { group: 'autoscaling', version: 'v2', conversion: hpaConversion },
  },
);

/** Metrics get their default by way of the stored version; behavior gets its own only once it is stored and read. */
function applyDefaults(obj: HorizontalPodAutoscaler): void {
  obj.spec ??= {};
  obj.spec.minReplicas ??= 1;
  Object.assign(obj, toV1(toV2(obj)));
}
