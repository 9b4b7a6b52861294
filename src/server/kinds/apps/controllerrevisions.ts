import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isObject } from '../../../api/object.ts';
import type { ControllerRevision } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { validateImmutable, validateNonNegative } from '../shared/field-rules.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';

const DATA = Path.root('data');
const REVISION = Path.root('revision');

/** Imitates pkg/registry/apps/controllerrevision and its validation. */
export const controllerrevisions = defineKind<ControllerRevision>('apps', 'v1', 'controllerrevisions', {
  validate,
  validateUpdate(obj, old, errors) {
    validateNonNegative(obj.revision, REVISION, errors);
    validateImmutable(obj.data, old.data, DATA, errors);
  },
  metadataOnUpdate: 'update+full',
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function validate(obj: ControllerRevision, errors: FieldErrors): void {
  validateNonNegative(obj.revision, REVISION, errors);
  if (obj.data === undefined || obj.data === null) errors.required(DATA, 'data is mandatory');
  else if (!isObject(obj.data)) errors.required(DATA, 'data must be a valid JSON object');
}

function cells(obj: ControllerRevision, now: Date): CellValue[] {
  const { name, creationTimestamp } = obj.metadata ?? {};
  return [name ?? '', controllerText(obj), obj.revision ?? 0, age(creationTimestamp, now)];
}

/** `statefulset.apps/db` of the owner that controls it. */
function controllerText(obj: ControllerRevision): string {
  const owner = obj.metadata?.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return '<none>';
  const [group, version] = (owner.apiVersion ?? '').split('/');
  const kind = version === undefined ? (owner.kind ?? '') : `${owner.kind}.${group}`;
  return `${kind.toLowerCase()}/${owner.name}`;
}
