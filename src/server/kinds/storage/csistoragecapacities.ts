/** CSIStorageCapacity; imitates pkg/apis/storage and pkg/registry/storage/csistoragecapacity. */
import { Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../../api/names.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import type { CSIStorageCapacity } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';
import { deprecatedNodeLabel } from '../shared/node-selector.ts';
import { validateNonNegativeQuantity } from '../shared/quantity-rules.ts';

const TOPOLOGY = Path.root('nodeTopology');
const CLASS = Path.root('storageClassName');

export const csistoragecapacities = defineKind<CSIStorageCapacity>('storage.k8s.io', 'v1', 'csistoragecapacities', {
  unconditionalUpdate: false,
  validate(obj, errors) {
    validateLabelSelector(obj.nodeTopology, TOPOLOGY, errors);
    const name = obj.storageClassName ?? '';
    reportInvalid(isDNS1123Subdomain(name), name, CLASS, errors);
    if (obj.capacity !== undefined) validateNonNegativeQuantity(obj.capacity, Path.root('capacity'), errors);
  },
  validateUpdate(obj, old, errors) {
    validateImmutable(obj.nodeTopology, old.nodeTopology, TOPOLOGY, errors);
    validateImmutable(obj.storageClassName, old.storageClassName, CLASS, errors);
  },
  warnings: (obj) => topologyWarnings(obj.nodeTopology),
  fieldLabelError: metadataFieldLabelError,
});

/** pkg/api/node GetWarningsForNodeSelector. */
function topologyWarnings(selector: LabelSelector | undefined): string[] {
  const warnings: string[] = [];
  for (const [i, { key = '' }] of (selector?.matchExpressions ?? []).entries()) {
    const deprecated = deprecatedNodeLabel(key);
    const path = TOPOLOGY.child('matchExpressions').index(i).child('key');
    if (deprecated !== undefined) warnings.push(`${path}: ${key} is ${deprecated}`);
  }
  for (const label of Object.keys(selector?.matchLabels ?? {}).sort()) {
    const deprecated = deprecatedNodeLabel(label);
    if (deprecated !== undefined) warnings.push(`${TOPOLOGY.child('matchLabels', label)}: ${deprecated}`);
  }
  return warnings;
}
