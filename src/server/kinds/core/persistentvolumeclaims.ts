/** PersistentVolumeClaim; imitates core validation and pkg/registry/core/persistentvolumeclaim. */
import type { PersistentVolumeClaim } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { enforceKnownDataSources, normalizeDataSources } from '../shared/claim-data-sources.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { accessModesText, storageClassOf } from '../shared/persistent-volume-spec.ts';
import { roundResourceList } from '../shared/resources.ts';
import { applyClaimSpecDefaults } from '../shared/volume-defaults.ts';
import {
  claimWarnings,
  validateClaim,
  validateClaimStatus,
  validateClaimUpdate,
} from './persistentvolumeclaims-validation.ts';

export const persistentvolumeclaims = defineKind<PersistentVolumeClaim>('', 'v1', 'persistentvolumeclaims', {
  deleteReturns: 'object',
  metadataOnUpdate: 'full+update+full',
  applyDefaults(obj) {
    obj.status ??= {};
    obj.status.phase ||= 'Pending';
    obj.spec ??= {};
    applyClaimSpecDefaults(obj.spec);
    roundResourceList(obj.status.capacity);
    roundResourceList(obj.status.allocatedResources);
  },
  prepareForCreate(obj) {
    obj.status = { phase: 'Pending' };
    obj.spec ??= {};
    enforceKnownDataSources(obj.spec, undefined);
    normalizeDataSources(obj.spec);
  },
  prepareForUpdate(obj, old) {
    obj.spec ??= {};
    enforceKnownDataSources(obj.spec, old.spec);
    normalizeDataSources(obj.spec);
    if (old.spec !== undefined) normalizeDataSources(old.spec);
  },
  validate: (obj, errors) => validateClaim(obj, undefined, errors),
  validateUpdate: validateClaimUpdate,
  warnings: claimWarnings,
  status: { validateUpdate: validateClaimStatus },
  fieldLabelError: metadataFieldLabelError,
  cells(obj, now) {
    const { metadata = {}, spec = {}, status = {} } = obj;
    const bound = (spec.volumeName ?? '') !== '';
    return [
      metadata.name ?? '',
      metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
      spec.volumeName ?? '',
      bound ? (status.capacity?.['storage'] ?? '0') : '',
      bound ? accessModesText(status.accessModes) : '',
      storageClassOf(obj),
      spec.volumeAttributesClassName ?? '<unset>',
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ];
  },
});
