import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { getOwn } from '../../../api/object.ts';
import type {
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { shownField } from '../shared/go-maps.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import {
  CONFLICTING_SCOPES,
  EXISTENCE_SCOPES,
  isQuotaScope,
  scopeFits,
  validateQuotaResourceName,
} from '../shared/quota-names.ts';
import { type ResourceList, roundResourceList, validateResourceQuantity } from '../shared/resources.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const SCOPE_SELECTOR: GoShape = [
  [
    'MatchExpressions',
    'matchExpressions',
    null,
    [
      ['ScopeName', 'scopeName', ''],
      ['Operator', 'operator', ''],
      ['Values', 'values'],
    ],
  ],
];
const EXISTENCE_MESSAGE =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';

/** Imitates ValidateResourceQuota of pkg/apis/core/validation and pkg/registry/core/resourcequota. */
export const resourcequotas = defineKind<ResourceQuota>('', 'v1', 'resourcequotas', {
  applyDefaults(obj) {
    for (const list of [obj.spec?.hard, obj.status?.hard, obj.status?.used]) roundResourceList(list);
  },
  prepareForCreate(obj) {
    obj.status = {};
  },
  validate(obj, errors) {
    validateSpec(obj.spec ?? {}, errors);
  },
  validateUpdate(obj, old, errors) {
    const { scopes = [] } = obj.spec ?? {};
    validateSpec(obj.spec ?? {}, errors);
    if (!sameSet(scopes, old.spec?.scopes ?? [])) {
      errors.invalid(SPEC.child('scopes'), shownField(obj.spec, 'scopes'), 'field is immutable');
    }
  },
  status: {
    validateUpdate(obj, _old, errors) {
      validateResources(obj.status?.hard, STATUS.child('hard'), errors);
      validateResources(obj.status?.used, STATUS.child('used'), errors);
    },
  },
  deleteReturns: 'object',
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const all = new Set(left);
  return all.size === new Set(right).size && right.every((item) => all.has(item));
}

function validateSpec(spec: ResourceQuotaSpec, errors: FieldErrors): void {
  validateResources(spec.hard, SPEC.child('hard'), errors);
  validateScopes(spec, errors);
  validateScopeSelector(spec, errors);
}

/** In sorted order; upstream's is random. */
function validateResources(list: ResourceList | undefined, path: Path, errors: FieldErrors): void {
  for (const name of Object.keys(list ?? {}).sort()) {
    validateQuotaResourceName(name, path.key(name), errors);
    validateResourceQuantity(name, list?.[name] as string, path.key(name), errors);
  }
}

function validateScopes({ scopes = [], hard = {} }: ResourceQuotaSpec, errors: FieldErrors): void {
  const path = SPEC.child('scopes');
  for (const scope of scopes) {
    if (!isQuotaScope(scope)) errors.invalid(path, scopes, 'unsupported scope');
    for (const resource of Object.keys(hard).sort()) {
      if (!scopeFits(scope, resource)) errors.invalid(path, scopes, 'unsupported scope applied to resource');
    }
  }
  for (const pair of CONFLICTING_SCOPES) {
    if (pair.every((scope) => scopes.includes(scope))) errors.invalid(path, scopes, 'conflicting scopes');
  }
}

function validateScopeSelector(spec: ResourceQuotaSpec, errors: FieldErrors): void {
  const { scopeSelector, hard = {}, scopes } = spec;
  if (scopeSelector === undefined) return;
  const path = SPEC.child('scopeSelector', 'matchExpressions');
  const requirements = scopeSelector.matchExpressions ?? [];
  for (const requirement of requirements) {
    const { scopeName = '' } = requirement;
    if (!isQuotaScope(scopeName)) errors.invalid(path.child('scopeName'), scopeName, 'unsupported scope');
    for (const resource of Object.keys(hard).sort()) {
      if (scopeFits(scopeName, resource)) continue;
      errors.invalid(path, goValue(scopeSelector, SCOPE_SELECTOR), 'unsupported scope applied to resource');
    }
    validateOperator(requirement, path, errors);
  }
  const named = requirements.map(({ scopeName }) => scopeName);
  for (const pair of CONFLICTING_SCOPES) {
    if (pair.every((scope) => named.includes(scope))) errors.invalid(path, scopes ?? null, 'conflicting scopes');
  }
}

function validateOperator(requirement: ScopedResourceSelectorRequirement, path: Path, errors: FieldErrors): void {
  const { scopeName = '', operator = '', values = [] } = requirement;
  const operatorPath = path.child('operator');
  if (EXISTENCE_SCOPES.has(scopeName) && operator !== 'Exists')
    errors.invalid(operatorPath, operator, EXISTENCE_MESSAGE);
  if (operator === 'In' || operator === 'NotIn') {
    const message = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.required(path.child('values'), message);
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const message = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.invalid(path.child('values'), values, message);
  } else {
    errors.invalid(operatorPath, operator, 'not a valid selector operator');
  }
}

/** Requests and limits, each as `NAME: USED/HARD, …`. */
function cells(obj: ResourceQuota, now: Date): CellValue[] {
  const { hard = {}, used = {} } = obj.status ?? {};
  const parts = Object.keys(hard)
    .sort()
    .map((name) => ({ name, text: `${name}: ${(getOwn(used, name) as string | undefined) ?? '0'}/${hard[name]}` }));
  const column = (limits: boolean) =>
    parts
      .filter(({ name }) => name.startsWith('limits.') === limits)
      .map(({ text }) => text)
      .join(', ');
  return [obj.metadata?.name ?? '', column(false), column(true), age(obj.metadata?.creationTimestamp, now)];
}
