/** Node selectors: of pods, persistent volumes and resource claims. Imitates ValidateNodeSelector of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain, isLabelValue } from '../../../api/names.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../../api/types/core-v1.ts';
import { validateLabelName } from './label-selector.ts';

export function validateNodeSelector(
  selector: NodeSelector,
  path: Path,
  errors: FieldErrors,
  { allowInvalidLabelValue = false }: { allowInvalidLabelValue?: boolean } = {},
): void {
  const termsPath = path.child('nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) errors.required(termsPath, 'must have at least one node selector term');
  for (const [i, term] of terms.entries())
    validateNodeSelectorTerm(term, termsPath.index(i), errors, allowInvalidLabelValue);
}

export function validateNodeSelectorTerm(
  term: NodeSelectorTerm,
  path: Path,
  errors: FieldErrors,
  allowInvalidLabelValue: boolean,
): void {
  for (const [i, requirement] of (term.matchExpressions ?? []).entries()) {
    validateRequirement(requirement, path.child('matchExpressions').index(i), errors, allowInvalidLabelValue);
  }
  for (const [i, requirement] of (term.matchFields ?? []).entries()) {
    validateFieldRequirement(requirement, path.child('matchFields').index(i), errors);
  }
}

function validateRequirement(
  requirement: NodeSelectorRequirement,
  path: Path,
  errors: FieldErrors,
  allowInvalidValue: boolean,
): void {
  const values = requirement.values ?? [];
  validateOperator(requirement.operator ?? '', values, path, errors);
  validateLabelName(requirement.key ?? '', path.child('key'), errors);
  if (allowInvalidValue) return;
  for (const [i, value] of values.entries()) {
    for (const message of isLabelValue(value)) errors.invalid(path.child('values').index(i), value, message);
  }
}

function validateOperator(operator: string, values: readonly string[], path: Path, errors: FieldErrors): void {
  const valuesPath = path.child('values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.required(valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else errors.invalid(path.child('operator'), operator, 'not a valid selector operator');
}

/** Fields of nodes: only metadata.name can be selected by. */
function validateFieldRequirement(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  path: Path,
  errors: FieldErrors,
): void {
  if (operator !== 'In' && operator !== 'NotIn')
    errors.invalid(path.child('operator'), operator, 'not a valid selector operator');
  else if (values.length !== 1) {
    errors.required(
      path.child('values'),
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    );
  }
  if (key !== 'metadata.name') {
    errors.invalid(path.child('key'), key, 'not a valid field selector key');
    return;
  }
  for (const [i, value] of values.entries()) {
    for (const message of isDNS1123Subdomain(value)) errors.invalid(path.child('values').index(i), value, message);
  }
}
