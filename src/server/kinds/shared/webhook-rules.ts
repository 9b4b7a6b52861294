/** Which requests a webhook or a policy is asked about; imitates pkg/apis/admissionregistration/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { RuleWithOperations } from '../../../api/types/admissionregistration-v1.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

export function applyRuleDefaults(rules: readonly RuleWithOperations[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*';
}

export function validateRuleWithOperations(rule: RuleWithOperations, path: Path, errors: FieldErrors): void {
  const { operations = [] } = rule;
  const at = path.child('operations');
  if (operations.length === 0) errors.required(at);
  if (isMixedWildcard(operations))
    errors.invalid(at, operations, "if '*' is present, must not specify other operations");
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) errors.notSupported(at.index(i), operation, OPERATIONS);
  }
  validateRule(rule, path, errors);
}

function validateRule(rule: RuleWithOperations, path: Path, errors: FieldErrors): void {
  const { apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  validateWildcardList(apiGroups, 'API groups', path.child('apiGroups'), errors);
  validateWildcardList(apiVersions, 'API versions', path.child('apiVersions'), errors);
  for (const [i, version] of apiVersions.entries())
    if (version === '') errors.required(path.child('apiVersions').index(i));
  validateResources(resources, path.child('resources'), errors);
  if (scope !== undefined && !SCOPES.includes(scope)) errors.notSupported(path.child('scope'), scope, SCOPES);
}

function validateWildcardList(list: readonly string[], what: string, path: Path, errors: FieldErrors): void {
  if (list.length === 0) errors.required(path);
  if (isMixedWildcard(list)) errors.invalid(path, list, `if '*' is present, must not specify other ${what}`);
}

function isMixedWildcard(list: readonly string[]): boolean {
  return list.length > 1 && list.includes('*');
}

/** `x`, `x/*`, all of a sub-resource, all of everything and `*`: what an earlier or wider entry covers may not be repeated. */
function validateResources(resources: readonly string[], path: Path, errors: FieldErrors): void {
  if (resources.length === 0) errors.required(path);
  validateCoverage(resources, path, errors);
  if (resources.length > 1 && resources.includes('*/*'))
    errors.invalid(path, resources, "if '*/*' is present, must not specify other resources");
  // As upstream: only the last entry without a sub-resource counts.
  const lastPlain = resources.findLast((resource) => resource !== '' && !resource.includes('/'));
  if (resources.includes('*') && lastPlain !== '*') {
    const message = "if '*' is present, must not specify other resources without subresources";
    errors.invalid(path, resources, message);
  }
}

function validateCoverage(resources: readonly string[], path: Path, errors: FieldErrors): void {
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  for (const [i, entry] of resources.entries()) {
    if (entry === '') errors.required(path.index(i));
    const slash = entry.indexOf('/');
    if (slash < 0) continue;
    const resource = entry.slice(0, slash);
    const subresource = entry.slice(slash + 1);
    if (wholeResources.has(resource))
      errors.invalid(path.index(i), entry, `if '${resource}/*' is present, must not specify ${entry}`);
    if (wholeSubresources.has(subresource))
      errors.invalid(path.index(i), entry, `if '*/${subresource}' is present, must not specify ${entry}`);
    if (subresource === '*') wholeResources.add(resource);
    if (resource === '*') wholeSubresources.add(subresource);
  }
}
