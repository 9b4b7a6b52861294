/** Endpoints (deprecated by EndpointSlice); imitates core validation ValidateEndpoints and pkg/registry/core/endpoint. */
import { equalJson } from '../../../api/object.ts';
import type { Endpoints } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { endpointsText, endpointsWarnings, validateEndpointSubsets } from '../shared/endpoints.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';

export const endpoints = defineKind<Endpoints>('', 'v1', 'endpoints', {
  createOnUpdate: true,
  metadataOnUpdate: 'update+full',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  applyDefaults(obj) {
    for (const port of (obj.subsets ?? []).flatMap((subset) => subset.ports ?? [])) port.protocol ||= 'TCP';
  },
  validate: (obj, errors) => validateEndpointSubsets(obj.subsets ?? [], errors),
  /** What is stored may stay as it is. */
  validateUpdate(obj, old, errors) {
    if (!equalJson(obj.subsets ?? [], old.subsets ?? [])) validateEndpointSubsets(obj.subsets ?? [], errors);
  },
  warnings: (obj) =>
    obj.metadata?.labels?.[MANAGED_BY] === 'endpoint-controller' ? [] : endpointsWarnings(obj.subsets ?? []),
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    endpointsText(obj.subsets ?? []),
    age(obj.metadata?.creationTimestamp, now),
  ],
});
