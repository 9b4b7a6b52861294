/** ResourceClaim; imitates pkg/apis/resource and pkg/registry/resource/resourceclaim. */
import { Path } from '../../../api/field-errors.ts';
import type { ResourceClaim } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateAdminRequests, validateAdminResults } from '../shared/dra-admin-access.ts';
import { applyClaimDefaults, validateClaimSpec } from '../shared/dra-claim-spec.ts';
import { dropDeallocatedDevices, validateClaimStatus } from '../shared/dra-claim-status.ts';
import { CLAIM_SPEC } from '../shared/dra-go-values.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

const SPEC = Path.root('spec');

export const resourceclaims = defineKind<ResourceClaim>('resource.k8s.io', 'v1', 'resourceclaims', {
  metadataOnUpdate: 'update+full',
  deleteReturns: 'object',
  applyDefaults: ({ spec }) => applyClaimDefaults(spec),
  prepareForCreate(obj) {
    obj.status = {};
  },
  validate({ metadata = {}, spec = {} }, errors, ctx) {
    validateAdminRequests(spec.devices?.requests, metadata.namespace ?? '', errors, ctx);
    validateClaimSpec(spec, SPEC, errors);
  },
  validateUpdate: (obj, old, errors) =>
    validateImmutable(obj.spec, old.spec, SPEC, errors, goValue(obj.spec ?? {}, CLAIM_SPEC)),
  status: {
    tables: false,
    prepareForUpdate(obj, old) {
      keepSpec(obj, old);
      keepMetadata(obj, old);
      dropDeallocatedDevices(obj, old);
    },
    validateUpdate(obj, old, errors, ctx) {
      const results = obj.status?.allocation?.devices?.results ?? [];
      const before = old.status?.allocation?.devices?.results ?? [];
      validateAdminResults(results, before, obj.metadata?.namespace ?? '', errors, ctx);
      validateClaimStatus(obj, old, errors);
    },
  },
  cells: (obj, now) => [obj.metadata?.name ?? '', stateText(obj), age(obj.metadata?.creationTimestamp, now)],
});

/** `pending`, `allocated,reserved`, `deleted,allocated` … */
function stateText({ metadata = {}, status = {} }: ResourceClaim): string {
  const deleted = metadata.deletionTimestamp !== undefined;
  const states = deleted ? ['deleted'] : [];
  if (status.allocation !== undefined) states.push('allocated');
  else if (!deleted) states.push('pending');
  if (status.allocation !== undefined && (status.reservedFor ?? []).length > 0) states.push('reserved');
  return states.join(',');
}
