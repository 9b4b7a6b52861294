/** ConfigMap; imitates core validation ValidateConfigMap and pkg/registry/core/configmap. */

import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isConfigMapKey } from '../../../api/names.ts';
import { sortedKeys } from '../../../api/object.ts';
import type { ConfigMap } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { decodedLength, MAX_DATA_BYTES, textLength, validateUnchangedData } from '../shared/object-data.ts';

const DATA = Path.root('data');
const BINARY_DATA = Path.root('binaryData');

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
  const size = validateTexts(obj, errors) + validateBinary(obj.binaryData, errors);
  if (size > MAX_DATA_BYTES)
    errors.add('FieldValueTooLong', '[]', undefined, `may not be more than ${MAX_DATA_BYTES} bytes`);
}

/** Answers the bytes of all values; so does validateBinary. */
function validateTexts({ data, binaryData }: ConfigMap, errors: FieldErrors): number {
  let size = 0;
  if (data === undefined) return size;
  for (const key of sortedKeys(data)) {
    for (const message of isConfigMapKey(key)) errors.invalid(DATA.key(key), key, message);
    if (binaryData !== undefined && Object.hasOwn(binaryData, key))
      errors.invalid(DATA.key(key), key, 'duplicate of key present in binaryData');
    size += textLength(data[key] ?? '');
  }
  return size;
}

function validateBinary(binaryData: ConfigMap['binaryData'], errors: FieldErrors): number {
  let size = 0;
  if (binaryData === undefined) return size;
  for (const key of sortedKeys(binaryData)) {
    for (const message of isConfigMapKey(key)) errors.invalid(BINARY_DATA.key(key), key, message);
    size += decodedLength(binaryData[key] ?? '');
  }
  return size;
}
