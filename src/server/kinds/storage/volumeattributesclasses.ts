/** VolumeAttributesClass; imitates pkg/apis/storage and pkg/registry/storage/volumeattributesclass. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { VolumeAttributesClass } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { validateParameters, validateProvisioner } from '../shared/storage-class-rules.ts';

const DEFAULT_CLASS = 'volumeattributesclass.kubernetes.io/is-default-class';

export const volumeattributesclasses = defineKind<VolumeAttributesClass>(
  'storage.k8s.io',
  'v1',
  'volumeattributesclasses',
  {
    deleteReturns: 'object',
    metadataOnUpdate: 'update+full',
    validate,
    validateUpdate(obj, old, errors) {
      if (obj.driverName !== old.driverName)
        errors.forbidden(Path.root('driverName'), 'updates to driverName are forbidden.');
      if (!equalJson(obj.parameters, old.parameters))
        errors.forbidden(Path.root('parameters'), 'updates to parameters are forbidden.');
      validate(obj, errors);
    },
    fieldLabelError: metadataFieldLabelError,
    cells(obj, now) {
      const { name = '', annotations, creationTimestamp } = obj.metadata ?? {};
      const shown = annotations?.[DEFAULT_CLASS] === 'true' ? `${name} (default)` : name;
      return [shown, obj.driverName ?? '', age(creationTimestamp, now)];
    },
  },
);

function validate(obj: VolumeAttributesClass, errors: FieldErrors): void {
  validateProvisioner(obj.driverName ?? '', Path.root('driverName'), errors);
  validateParameters(obj.parameters, false, Path.root('parameters'), errors);
}
