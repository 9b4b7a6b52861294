/** Topology spread constraints; imitates validateTopologySpreadConstraints of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { TopologySpreadConstraint } from '../../../api/types/core-v1.ts';
import { validateLabelSelector } from './label-selector.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateMatchLabelKeys, validateMatchLabelKeysLegacy } from './scheduling-label-keys.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];
const NOT_POSITIVE = 'must be greater than zero';

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  for (const [i, constraint] of (constraints ?? []).entries()) {
    const at = path.index(i);
    validateShape(constraint, at, errors);
    reportRepeated(constraint, (constraints ?? []).slice(i + 1), at, errors);
    validateMinDomains(constraint, at.child('minDomains'), errors);
    validateNodePolicy(constraint.nodeAffinityPolicy, at.child('nodeAffinityPolicy'), errors);
    validateNodePolicy(constraint.nodeTaintsPolicy, at.child('nodeTaintsPolicy'), errors);
    validateSelector(constraint, at, errors, options);
  }
}

function validateShape(
  { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '' }: TopologySpreadConstraint,
  path: Path,
  errors: FieldErrors,
): void {
  if (maxSkew <= 0) errors.invalid(path.child('maxSkew'), maxSkew, NOT_POSITIVE);
  if (topologyKey === '') errors.required(path.child('topologyKey'), 'can not be empty');
  if (!ACTIONS.includes(whenUnsatisfiable))
    errors.notSupported(path.child('whenUnsatisfiable'), whenUnsatisfiable, ACTIONS);
}

function reportRepeated(
  constraint: TopologySpreadConstraint,
  rest: readonly TopologySpreadConstraint[],
  path: Path,
  errors: FieldErrors,
): void {
  const { topologyKey = '', whenUnsatisfiable = '' } = constraint;
  const again = rest.some(
    (other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
  );
  if (again) errors.duplicate(path.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`);
}

function validateMinDomains(
  { minDomains, whenUnsatisfiable = '' }: TopologySpreadConstraint,
  path: Path,
  errors: FieldErrors,
): void {
  if (minDomains === undefined) return;
  if (minDomains <= 0) errors.invalid(path, minDomains, NOT_POSITIVE);
  if (whenUnsatisfiable === 'DoNotSchedule') return;
  errors.invalid(
    path,
    minDomains,
    `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
  );
}

function validateNodePolicy(policy: string | undefined, path: Path, errors: FieldErrors): void {
  if (policy !== undefined && !NODE_POLICIES.includes(policy)) errors.notSupported(path, policy, NODE_POLICIES);
}

function validateSelector(
  constraint: TopologySpreadConstraint,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const { matchLabelKeys = [], labelSelector } = constraint;
  if (options.legacyMatchLabelKeys === true) validateMatchLabelKeysLegacy(path, matchLabelKeys, labelSelector, errors);
  else validateMatchLabelKeys(path, matchLabelKeys, [], labelSelector, errors);
  if (options.allowInvalidTopologySpreadLabelSelector === true) return;
  validateLabelSelector(labelSelector, path.child('labelSelector'), errors);
}
