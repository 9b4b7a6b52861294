/** CSINode; imitates pkg/apis/storage and pkg/registry/storage/csinode. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';
import type { CSINode, CSINodeDriver } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { CSI_NODE_DRIVER } from '../shared/go-structs.ts';
import { metadataFieldLabelError, validateCSIDriverName, validateQualifiedName } from '../shared/name-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';

const DRIVERS = Path.root('spec').child('drivers');
const MAX_NODE_ID = 256;

export const csinodes = defineKind<CSINode>('storage.k8s.io', 'v1', 'csinodes', {
  deleteReturns: 'object',
  unconditionalUpdate: false,
  metadataOnUpdate: 'full',
  validate,
  validateUpdate(obj, old, errors) {
    validate(obj, errors);
    for (const before of old.spec?.drivers ?? []) {
      for (const after of obj.spec?.drivers ?? []) {
        if (before.name === after.name) validateSameDriver(after, before, errors);
      }
    }
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    (obj.spec?.drivers ?? []).length,
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** All but the allocatable count stays (MutableCSINodeAllocatableCount is on). */
function validateSameDriver(after: CSINodeDriver, before: CSINodeDriver, errors: FieldErrors): void {
  const { allocatable: _, ...now } = after;
  const { allocatable: __, ...then } = before;
  validateImmutable(now, then, DRIVERS, errors, goValue(now, CSI_NODE_DRIVER));
}

function validate(obj: CSINode, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [i, driver] of (obj.spec?.drivers ?? []).entries()) {
    const path = DRIVERS.index(i);
    validateDriver(driver, path, errors);
    const { name = '' } = driver;
    if (names.has(name)) errors.duplicate(path.child('name'), name);
    names.add(name);
    validateTopologyKeys(driver.topologyKeys ?? [], path, errors);
  }
}

function validateDriver({ name = '', nodeID = '', allocatable }: CSINodeDriver, path: Path, errors: FieldErrors): void {
  validateCSIDriverName(name, path.child('name'), errors);
  if (nodeID === '') errors.required(path.child('nodeID'));
  if (byteLength(nodeID) > MAX_NODE_ID)
    errors.invalid(path.child('nodeID'), nodeID, `must be ${MAX_NODE_ID} characters or less`);
  const count = allocatable?.count;
  if (count !== undefined && count < 0)
    errors.invalid(path.child('allocatable', 'count'), count, 'must be greater than or equal to 0');
}

function validateTopologyKeys(keys: readonly string[], path: Path, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (key === '') errors.required(path);
    if (seen.has(key)) errors.duplicate(path, key);
    seen.add(key);
    validateQualifiedName(key, path, errors);
  }
}
