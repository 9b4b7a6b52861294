/** ResourceClaimTemplate; imitates pkg/apis/resource and pkg/registry/resource/resourceclaimtemplate. */
import { Path } from '../../../api/field-errors.ts';
import type { ResourceClaimTemplate, ResourceClaimTemplateSpec } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateAdminRequests } from '../shared/dra-admin-access.ts';
import { applyClaimDefaults, validateClaimSpec } from '../shared/dra-claim-spec.ts';
import { CLAIM_SPEC } from '../shared/dra-go-values.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { validateTemplateMetadata } from '../shared/volume-claim-spec.ts';

const SPEC = Path.root('spec');

export const resourceclaimtemplates = defineKind<ResourceClaimTemplate>(
  'resource.k8s.io',
  'v1',
  'resourceclaimtemplates',
  {
    deleteReturns: 'object',
    applyDefaults: ({ spec }) => applyClaimDefaults(spec?.spec),
    validate({ metadata = {}, spec = {} }, errors, ctx) {
      validateAdminRequests(spec.spec?.devices?.requests, metadata.namespace ?? '', errors, ctx);
      validateTemplateMetadata(spec.metadata ?? {}, SPEC.child('metadata'), errors);
      validateClaimSpec(spec.spec ?? {}, SPEC.child('spec'), errors);
    },
    validateUpdate: (obj, old, errors) => validateImmutable(obj.spec, old.spec, SPEC, errors, shown(obj.spec ?? {})),
    cells: ({ metadata = {} }, now) => [metadata.name ?? '', age(metadata.creationTimestamp, now)],
  },
);

/** The metadata is embedded in the internal struct. */
function shown({ metadata = {}, spec = {} }: ResourceClaimTemplateSpec): unknown {
  return { ...metadata, Spec: goValue(spec, CLAIM_SPEC) };
}
