/** ConfigMap; imitates core validation ValidateConfigMap and pkg/registry/core/configmap. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isConfigMapKey } from '../../../api/names.ts';
import type { ConfigMap } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';
import { decodedLength, MAX_DATA_BYTES, validateUnchangedData } from '../shared/object-data.ts';

export const configmaps = defineKind<ConfigMap>('', 'v1', 'configmaps', {
  metadataOnUpdate: 'update+full',
  validate,
  validateUpdate(obj, old, errors) {
    validateUnchangedData(obj, old, ['data', 'binaryData'], errors);
    validate(obj, errors);
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    Object.keys(obj.data ?? {}).length + Object.keys(obj.binaryData ?? {}).length,
    age(obj.metadata?.creationTimestamp, now),
  ],
});

function validate(obj: ConfigMap, errors: FieldErrors): void {
  const { data = {}, binaryData = {} } = obj;
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    const path = Path.root('data').key(key);
    reportInvalid(isConfigMapKey(key), key, path, errors);
    if (Object.hasOwn(binaryData, key)) errors.invalid(path, key, 'duplicate of key present in binaryData');
    size += byteLength(data[key] ?? '');
  }
  for (const key of Object.keys(binaryData).sort()) {
    reportInvalid(isConfigMapKey(key), key, Path.root('binaryData').key(key), errors);
    size += decodedLength(binaryData[key] ?? '');
  }
  if (size > MAX_DATA_BYTES)
    errors.add('FieldValueTooLong', '[]', undefined, `may not be more than ${MAX_DATA_BYTES} bytes`);
}
