import type { HorizontalPodAutoscaler } from '../../../api/types/autoscaling-v2.ts';
import { defineKind } from '../define.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { applyHpaDefaults } from './hpa-defaults.ts';
import { hpaCells } from './hpa-table.ts';
import { validateHpa, validateHpaStatus } from './hpa-validation.ts';

/** What Go writes of an unset status. */
export const EMPTY_HPA_STATUS = { currentMetrics: null, desiredReplicas: 0 };

/** Imitates pkg/registry/autoscaling/horizontalpodautoscaler; both versions are stored as this one. */
export const horizontalpodautoscalers = defineKind<HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'horizontalpodautoscalers',
  {
    applyDefaults: applyHpaDefaults,
    prepareForCreate(obj) {
      obj.status = { ...EMPTY_HPA_STATUS } as unknown as NonNullable<typeof obj.status>;
    },
    validate(obj, errors) {
      validateHpa(obj, undefined, errors);
    },
    validateUpdate(obj, old, errors) {
      validateHpa(obj, old, errors);
    },
    status: {
      validateUpdate(obj, _old, errors) {
        validateHpaStatus(obj, errors);
      },
    },
    cells: hpaCells,
    fieldLabelError: metadataFieldLabelError,
  },
);
