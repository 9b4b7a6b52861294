/** CEL expressions and their names in webhooks and policies; imitates pkg/apis/admissionregistration/validation. */
import { type AdmissionScope, admissionEnvironment, variableType } from '../../../api/cel/admission-environment.ts';
import { RESERVED_WORDS } from '../../../api/cel/escape.ts';
import { BOOL, type CelType, DYN } from '../../../api/cel/types.ts';
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { MatchCondition, Variable } from '../../../api/types/admissionregistration-v1.ts';
import { validateExpression } from './cel-expression.ts';
import { validateQualifiedName } from './name-rules.ts';

const MAX_MATCH_CONDITIONS = 64;
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

/** Whether there is an expression; reports it as missing when it is blank. */
export function requireExpression(text: string | undefined, path: Path, errors: FieldErrors, detail = ''): boolean {
  const present = (text ?? '').trim() !== '';
  if (!present) errors.required(path, detail);
  return present;
}

/** Conditions see no variables of the policy; `params` says whether they see its parameters. */
export function validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  params: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  const list = conditions ?? [];
  if (list.length > MAX_MATCH_CONDITIONS) errors.tooMany(path, list.length, MAX_MATCH_CONDITIONS);
  const names = new Set<string>();
  for (const [i, { name = '', expression }] of list.entries()) {
    const at = path.index(i);
    const environment = admissionEnvironment({ params, authorizer: true });
    if (requireExpression(expression, at.child('expression'), errors)) {
      const trimmed = { expression: (expression ?? '').trim() };
      validateExpression(trimmed, [BOOL], environment, at.child('expression'), errors);
    }
    if (name === '') errors.required(at.child('name'));
    else validateQualifiedName(name, at.child('name'), errors);
    if (name !== '' && names.has(name)) errors.duplicate(at.child('name'), name);
    names.add(name);
  }
}

/**
 * Each variable sees those before it. Returns what the policy's other expressions see: `scope`, with the variables'
 * types when there are any.
 */
export function validateVariables(
  variables: readonly Variable[] | undefined,
  scope: AdmissionScope,
  path: Path,
  errors: FieldErrors,
): AdmissionScope {
  const types = new Map<string, CelType>();
  const inner = { ...scope, variables: types };
  for (const [i, { name = '', expression = '' }] of (variables ?? []).entries()) {
    const at = path.index(i);
    if (name.trim() === '') errors.required(at.child('name'), 'name is not specified');
    else if (!IDENTIFIER.test(name) || RESERVED_WORDS.has(name))
      errors.invalid(at.child('name'), name, 'must be a valid CEL identifier');
    if (!requireExpression(expression, at.child('expression'), errors, 'expression is not specified')) continue;
    const compiled = validateExpression(
      { expression },
      [],
      admissionEnvironment(inner),
      at.child('expression'),
      errors,
    );
    types.set(name, compiled === undefined ? DYN : variableType(compiled.type));
  }
  return (variables ?? []).length === 0 ? scope : inner;
}
