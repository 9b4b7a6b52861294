import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isQualifiedName } from '../../../api/names.ts';
import type { Lease, LeaseSpec } from '../../../api/types/coordination-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateNonNegative } from '../shared/field-rules.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';

const SPEC = Path.root('spec');
const STRATEGIES = ['OldestEmulationVersion'];

/** Imitates pkg/apis/coordination/validation and pkg/registry/coordination/lease. */
export const leases = defineKind<Lease>('coordination.k8s.io', 'v1', 'leases', {
  prepareForCreate(obj) {
    dropElectionFields(obj.spec, undefined);
  },
  prepareForUpdate(obj, old) {
    dropElectionFields(obj.spec, old.spec);
  },
  validate(obj, errors) {
    validateSpec(obj.spec ?? {}, errors);
  },
  createOnUpdate: true,
  unconditionalUpdate: false,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.spec?.holderIdentity ?? '',
    age(obj.metadata?.creationTimestamp, now),
  ],
  fieldLabelError: metadataFieldLabelError,
});

/** Coordinated leader election is behind a gate that is off; what uses it already keeps it. */
function dropElectionFields(spec: LeaseSpec | undefined, old: LeaseSpec | undefined): void {
  for (const field of ['strategy', 'preferredHolder'] as const) {
    if (old?.[field] === undefined) delete spec?.[field];
  }
}

function validateSpec(spec: LeaseSpec, errors: FieldErrors): void {
  const { leaseDurationSeconds, strategy, preferredHolder } = spec;
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.invalid(SPEC.child('leaseDurationSeconds'), leaseDurationSeconds, 'must be greater than 0');
  }
  validateNonNegative(spec.leaseTransitions, SPEC.child('leaseTransitions'), errors);
  if (strategy !== undefined) validateStrategy(strategy, SPEC.child('strategy', 'strategy'), errors);
  if (preferredHolder && !strategy) {
    errors.forbidden(SPEC.child('preferredHolder'), 'may only be specified if `strategy` is defined');
  }
}

/** One of Kubernetes' own, or a name with a domain. */
function validateStrategy(strategy: string, path: Path, errors: FieldErrors): void {
  if (strategy.includes('/')) reportInvalid(isQualifiedName(strategy), strategy, path, errors);
  else if (!STRATEGIES.includes(strategy)) errors.notSupported(path, strategy, STRATEGIES);
}
