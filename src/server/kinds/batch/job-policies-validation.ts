/** Rules for podFailurePolicy and successPolicy; imitates kubernetes pkg/apis/batch/validation. */
import { type FieldErrors, OMITTED, type Path, quote } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from '../../../api/types/batch-v1.ts';
import { validateNonNegative } from '../shared/field-rules.ts';
import { shownField } from '../shared/go-maps.ts';
import { validateQualifiedName } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { countIndexes } from './job-indexes.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX_FAILURE_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_CONDITION_PATTERNS = 20;
const MAX_SUCCESS_RULES = 20;
const MAX_SUCCEEDED_INDEXES = 64 * 1024;

const POD_FAILURE_POLICY: GoShape = [
  [
    'Rules',
    'rules',
    null,
    [
      ['Action', 'action', ''],
      [
        'OnExitCodes',
        'onExitCodes',
        null,
        [
          ['ContainerName', 'containerName'],
          ['Operator', 'operator', ''],
          ['Values', 'values'],
        ],
      ],
      [
        'OnPodConditions',
        'onPodConditions',
        null,
        [
          ['Type', 'type', ''],
          ['Status', 'status', ''],
        ],
      ],
    ],
  ],
];

const SUCCESS_POLICY: GoShape = [
  [
    'Rules',
    'rules',
    null,
    [
      ['SucceededIndexes', 'succeededIndexes'],
      ['SucceededCount', 'succeededCount'],
    ],
  ],
];

/** How messages show a podFailurePolicy; null when absent. */
export function shownFailurePolicy(policy: PodFailurePolicy | undefined): unknown {
  return goValue(policy, POD_FAILURE_POLICY);
}

/** How messages show a successPolicy; null when absent. */
export function shownSuccessPolicy(policy: SuccessPolicy | undefined): unknown {
  return goValue(policy, SUCCESS_POLICY);
}

export function validatePodFailurePolicy(
  spec: JobSpec,
  policy: PodFailurePolicy,
  path: Path,
  errors: FieldErrors,
): void {
  const rules = policy.rules ?? [];
  if (rules.length > MAX_FAILURE_RULES) errors.tooMany(path.child('rules'), rules.length, MAX_FAILURE_RULES);
  const pod = spec.template?.spec ?? {};
  const names = new Set([...(pod.containers ?? []), ...(pod.initContainers ?? [])].map(({ name = '' }) => name));
  for (const [i, rule] of rules.entries()) validateFailureRule(spec, rule, names, path.child('rules').index(i), errors);
}

function validateFailureRule(
  spec: JobSpec,
  rule: PodFailurePolicyRule,
  containerNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
): void {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const actionPath = path.child('action');
  if (action === 'FailIndex') {
    const message = 'requires the backoffLimitPerIndex to be set';
    if (spec.backoffLimitPerIndex === undefined) errors.invalid(actionPath, action, message);
  } else {
    validateChoice(action, ACTIONS, actionPath, errors);
  }
  if (onExitCodes !== undefined) validateExitCodes(onExitCodes, containerNames, path.child('onExitCodes'), errors);
  if (onPodConditions.length > 0) validatePodConditions(onPodConditions, path.child('onPodConditions'), errors);
  if (onExitCodes !== undefined && onPodConditions.length > 0) {
    errors.invalid(path, OMITTED, 'specifying both OnExitCodes and OnPodConditions is not supported');
  }
  if (onExitCodes === undefined && onPodConditions.length === 0) {
    errors.invalid(path, OMITTED, 'specifying one of OnExitCodes and OnPodConditions is required');
  }
}

/** Upstream prints the choices of a missing value as a Go list. */
function validateChoice(value: string, allowed: readonly string[], path: Path, errors: FieldErrors): void {
  if (value === '') errors.required(path, `valid values: [${allowed.map(quote).join(' ')}]`);
  else if (!allowed.includes(value)) errors.notSupported(path, value, allowed);
}

function validatePodConditions(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: Path,
  errors: FieldErrors,
): void {
  if (patterns.length > MAX_CONDITION_PATTERNS) errors.tooMany(path, patterns.length, MAX_CONDITION_PATTERNS);
  for (const [i, { type = '', status = '' }] of patterns.entries()) {
    validateQualifiedName(type, path.index(i).child('type'), errors);
    validateChoice(status, STATUSES, path.index(i).child('status'), errors);
  }
}

function validateExitCodes(
  requirement: PodFailurePolicyOnExitCodesRequirement,
  containerNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
): void {
  const { operator = '', containerName } = requirement;
  const values = requirement.values ?? [];
  validateChoice(operator, OPERATORS, path.child('operator'), errors);
  if (containerName !== undefined && !containerNames.has(containerName)) {
    const message = 'must be one of the container or initContainer names in the pod template';
    errors.invalid(path.child('containerName'), containerName, message);
  }
  const valuesPath = path.child('values');
  if (values.length === 0)
    errors.invalid(valuesPath, shownField(requirement, 'values'), 'at least one value is required');
  else if (values.length > MAX_EXIT_CODES) errors.tooMany(valuesPath, values.length, MAX_EXIT_CODES);
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0)
      errors.invalid(valuesPath.index(i), value, 'must not be 0 for the In operator');
    if (seen.has(value)) errors.duplicate(valuesPath.index(i), value);
    seen.add(value);
  }
  const ordered = values.every((value, i) => i === 0 || (values[i - 1] as number) <= value);
  if (!ordered) errors.invalid(valuesPath, values, 'must be ordered');
}

export function validateSuccessPolicy(spec: JobSpec, policy: SuccessPolicy, path: Path, errors: FieldErrors): void {
  if (spec.completionMode !== 'Indexed') {
    errors.invalid(path, shownSuccessPolicy(policy), 'requires indexed completion mode');
    return;
  }
  const rules = policy.rules ?? [];
  const rulesPath = path.child('rules');
  if (rules.length === 0) {
    errors.required(rulesPath, 'at least one rules must be specified when the successPolicy is specified');
  }
  if (rules.length > MAX_SUCCESS_RULES) errors.tooMany(rulesPath, rules.length, MAX_SUCCESS_RULES);
  for (const [i, rule] of rules.entries()) validateSuccessRule(spec.completions ?? 0, rule, rulesPath.index(i), errors);
}

function validateSuccessRule(completions: number, rule: SuccessPolicyRule, path: Path, errors: FieldErrors): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    errors.required(path, 'at least one of succeededCount or succeededIndexes must be specified');
  }
  const total = indexes === undefined ? 0 : validateSucceededIndexes(indexes, completions, path, errors);
  if (count === undefined) return;
  const countPath = path.child('succeededCount');
  validateNonNegative(count, countPath, errors);
  if (count > completions) {
    const message = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.invalid(countPath, count, message);
  }
  if (indexes !== undefined && count > total) {
    const message = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.invalid(countPath, count, message);
  }
}

/** Returns how many indexes there are, 0 when they are malformed. */
function validateSucceededIndexes(indexes: string, completions: number, path: Path, errors: FieldErrors): number {
  const indexesPath = path.child('succeededIndexes');
  if (byteLength(indexes) > MAX_SUCCEEDED_INDEXES) errors.tooLong(indexesPath, MAX_SUCCEEDED_INDEXES);
  const counted = countIndexes(indexes, completions);
  if (typeof counted === 'number') return counted;
  errors.invalid(indexesPath, indexes, `error parsing succeededIndexes: ${counted.error}`);
  return 0;
}
