/** StorageClass; imitates pkg/apis/storage and pkg/registry/storage/storageclass. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { TopologySelectorTerm } from '../../../api/types/core-v1.ts';
import type { StorageClass } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { deprecatedNodeLabel, validateTopologySelectorTerm } from '../shared/node-selector.ts';
import { validateParameters, validateProvisioner } from '../shared/storage-class-rules.ts';

const TOPOLOGIES = Path.root('allowedTopologies');
const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const storageclasses = defineKind<StorageClass>('storage.k8s.io', 'v1', 'storageclasses', {
  deleteReturns: 'object',
  metadataOnUpdate: 'update+full',
  applyDefaults(obj) {
    obj.reclaimPolicy ??= 'Delete';
    obj.volumeBindingMode ??= 'Immediate';
  },
  validate,
  validateUpdate(obj, old, errors) {
    validate(obj, errors);
    for (const field of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const)
      validateImmutable(obj[field], old[field], Path.root(field), errors);
  },
  warnings: (obj) => topologyWarnings(obj.allowedTopologies ?? []),
  fieldLabelError: metadataFieldLabelError,
  cells(obj, now) {
    const name = obj.metadata?.name ?? '';
    return [
      isDefaultClass(obj) ? `${name} (default)` : name,
      obj.provisioner ?? '',
      obj.reclaimPolicy ?? 'Delete',
      obj.volumeBindingMode ?? '<unset>',
      obj.allowVolumeExpansion ?? false,
      age(obj.metadata?.creationTimestamp, now),
    ];
  },
});

function validate(obj: StorageClass, errors: FieldErrors): void {
  validateProvisioner(obj.provisioner ?? '', Path.root('provisioner'), errors);
  validateParameters(obj.parameters, true, Path.root('parameters'), errors);
  const { reclaimPolicy = '', volumeBindingMode } = obj;
  if (reclaimPolicy !== '' && !RECLAIM_POLICIES.includes(reclaimPolicy))
    errors.notSupported(Path.root('reclaimPolicy'), reclaimPolicy, RECLAIM_POLICIES);
  if (volumeBindingMode === undefined) errors.required(Path.root('volumeBindingMode'));
  else if (!BINDING_MODES.includes(volumeBindingMode))
    errors.notSupported(Path.root('volumeBindingMode'), volumeBindingMode, BINDING_MODES);
  validateTopologies(obj.allowedTopologies ?? [], errors);
}

/** No two terms alike. Upstream starts with as many empty terms as there are, so that an empty one repeats them all. */
function validateTopologies(topologies: readonly TopologySelectorTerm[], errors: FieldErrors): void {
  const seen: string[] = topologies.map(() => '[]');
  for (const [i, term] of topologies.entries()) {
    const path = TOPOLOGIES.index(i);
    const expressions = [...validateTopologySelectorTerm(term, path, errors)];
    const fingerprint = JSON.stringify(expressions.map(([key, values]) => [key, [...values].sort()]).sort());
    for (const other of seen) {
      if (equalJson(other, fingerprint)) errors.duplicate(path.child('matchLabelExpressions'), '');
    }
    seen.push(fingerprint);
  }
}

function topologyWarnings(topologies: readonly TopologySelectorTerm[]): string[] {
  return topologies.flatMap((term, i) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key = '' }, j) => {
      const deprecated = deprecatedNodeLabel(key);
      const path = TOPOLOGIES.index(i).child('matchLabelExpressions').index(j).child('key');
      return deprecated === undefined ? [] : [`${path}: ${deprecated}`];
    }),
  );
}

function isDefaultClass(obj: StorageClass): boolean {
  return DEFAULT_CLASS.some((key) => obj.metadata?.annotations?.[key] === 'true');
}
