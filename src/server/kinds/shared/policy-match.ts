/** What a policy or its binding matches: resources, selectors, parameters. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName } from '../../../api/names.ts';
import type {
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
} from '../../../api/types/admissionregistration-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { validateLabelSelector } from './label-selector.ts';
import { reportInvalid } from './name-rules.ts';
import { applyRuleDefaults, validateRuleWithOperations } from './webhook-rules.ts';

export const FAILURE_POLICIES = ['Fail', 'Ignore'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];
/** A mutation cannot be made of what is deleted. */
const MUTABLE_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const EXCLUSIVE = 'name and selector are mutually exclusive';

export function applyMatchDefaults(match: MatchResources | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  applyRuleDefaults(match.resourceRules);
  applyRuleDefaults(match.excludeResourceRules);
}

export function validateFailurePolicy(policy: string | undefined, path: Path, errors: FieldErrors): void {
  if (policy === undefined) errors.required(path);
  else if (!FAILURE_POLICIES.includes(policy)) errors.notSupported(path, policy, FAILURE_POLICIES);
}

/** A policy must match something; `mutating` ones cannot match deletions. */
export function validateMatchConstraints(
  match: MatchResources | undefined,
  path: Path,
  errors: FieldErrors,
  { mutating }: { mutating: boolean },
): void {
  if (match === undefined) {
    errors.required(path);
    return;
  }
  validateMatchResources(match, path, errors);
  if ((match.resourceRules ?? []).length === 0) errors.required(path.child('resourceRules'));
  if (mutating) validateMutableOperations(match, path, errors);
}

export function validateMatchResources(match: MatchResources | undefined, path: Path, errors: FieldErrors): void {
  if (match === undefined) return;
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules, excludeResourceRules } = match;
  if (matchPolicy === undefined) errors.required(path.child('matchPolicy'));
  else if (!MATCH_POLICIES.includes(matchPolicy))
    errors.notSupported(path.child('matchPolicy'), matchPolicy, MATCH_POLICIES);
  validateSelector(namespaceSelector, path.child('namespaceSelector'), errors);
  validateSelector(objectSelector, path.child('objectSelector'), errors);
  validateNamedRules(resourceRules, path.child('resourceRules'), errors);
  validateNamedRules(excludeResourceRules, path.child('excludeResourceRules'), errors);
}

export function validateMutableOperations(match: MatchResources | undefined, path: Path, errors: FieldErrors): void {
  const at = path.child('resourceRules', 'operations');
  for (const operation of (match?.resourceRules ?? []).flatMap((rule) => rule.operations ?? [])) {
    if (!MUTABLE_OPERATIONS.includes(operation)) errors.notSupported(at, operation, MUTABLE_OPERATIONS);
  }
}

function validateSelector(selector: LabelSelector | undefined, path: Path, errors: FieldErrors): void {
  if (selector === undefined) errors.required(path);
  else validateLabelSelector(selector, path, errors);
}

function validateNamedRules(
  rules: readonly NamedRuleWithOperations[] | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  for (const [i, rule] of (rules ?? []).entries()) {
    const names = rule.resourceNames ?? [];
    const at = path.index(i).child('resourceNames');
    for (const [j, name] of names.entries()) {
      reportInvalid(isPathSegmentName(name), name, at.index(j), errors);
      if (names.indexOf(name) < j) errors.duplicate(at.index(j), name);
    }
    validateRuleWithOperations(rule, path.index(i), errors);
  }
}

export function validateParamKind(paramKind: ParamKind | undefined, path: Path, errors: FieldErrors): void {
  if (paramKind === undefined) return;
  const { apiVersion = '', kind = '' } = paramKind;
  validateApiVersion(apiVersion, path.child('apiVersion'), errors);
  const faults = isDNS1035Label(kind.toLowerCase());
  if (kind === '') errors.required(path.child('kind'));
  else if (faults.length > 0) {
    const message = `may have mixed case, but should otherwise match: ${faults.join(',')}`;
    errors.invalid(path.child('kind'), kind, message);
  }
}

function validateApiVersion(apiVersion: string, path: Path, errors: FieldErrors): void {
  const parts = apiVersion.split('/');
  if (apiVersion === '') errors.required(path);
  else if (parts.length > 2) errors.invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else {
    const [version = '', group = ''] = parts.reverse();
    const groupFaults = group === '' ? [] : isDNS1123Subdomain(group);
    if (groupFaults.length > 0) errors.invalid(path, group, groupFaults.join(','));
    const versionFaults = isDNS1035Label(version);
    if (version === '') errors.invalid(path, apiVersion, 'version must be specified');
    else if (versionFaults.length > 0) errors.invalid(path, version, versionFaults.join(','));
  }
}

export function validateParamRef(ref: ParamRef | undefined, path: Path, errors: FieldErrors): void {
  if (ref === undefined) return;
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref;
  if (name !== '') reportInvalid(isPathSegmentName(name), name, path.child('name'), errors);
  if (name !== '' && selector !== undefined) errors.forbidden(path.child('name'), EXCLUSIVE);
  validateLabelSelector(selector, path.child('selector'), errors);
  if (name !== '' && selector !== undefined) errors.forbidden(path.child('selector'), EXCLUSIVE);
  if (name === '' && selector === undefined) errors.required(path, 'one of name or selector must be specified');
  const at = path.child('parameterNotFoundAction');
  if (action === '') errors.required(at);
  else if (!NOT_FOUND_ACTIONS.includes(action)) errors.notSupported(at, action, NOT_FOUND_ACTIONS);
}

export function validatePolicyName(name: string | undefined, path: Path, errors: FieldErrors): void {
  if (name === undefined || name === '') errors.required(path);
  else reportInvalid(isDNS1123Subdomain(name), name, path, errors);
}
