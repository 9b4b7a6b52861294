/** FlowSchema; imitates pkg/apis/flowcontrol and pkg/registry/flowcontrol/flowschema. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { FlowSchema, FlowSchemaSpec } from '../../../api/types/flowcontrol-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateFlowConditions } from '../shared/flow-conditions.ts';
import { FLOW_SCHEMA_SPEC } from '../shared/flow-go-values.ts';
import { mandatorySpec } from '../shared/flow-mandatory.ts';
import { validateFlowRule } from '../shared/flow-rules.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

const SPEC = Path.root('spec');
const DEFAULT_PRECEDENCE = 1000;
const MAX_PRECEDENCE = 10_000;
const DISTINGUISHERS = ['ByNamespace', 'ByUser'];

export const flowschemas = defineKind<FlowSchema>('flowcontrol.apiserver.k8s.io', 'v1', 'flowschemas', {
  generation: 'spec',
  metadataOnUpdate: 'full',
  applyDefaults(obj) {
    obj.spec ??= {};
    obj.spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
  },
  prepareForCreate(obj) {
    obj.status = {};
  },
  validate(obj, errors) {
    const name = obj.metadata?.name ?? '';
    validateSpec(obj.spec ?? {}, name, errors);
    const fixed = mandatorySpec('flowschemas', name);
    if (fixed !== undefined && !equalJson(obj.spec, fixed))
      errors.invalid(SPEC, goValue(obj.spec, FLOW_SCHEMA_SPEC), `spec of '${name}' must equal the fixed value`);
    validateFlowConditions(obj.status?.conditions, errors);
  },
  status: {
    resetFields: ['metadata', 'spec'],
    prepareForUpdate(obj, old) {
      keepSpec(obj, old);
      keepMetadata(obj, old);
    },
    validateUpdate: (obj, _old, errors) => validateFlowConditions(obj.status?.conditions, errors),
  },
  cells: ({ metadata = {}, spec = {}, status = {} }, now) => [
    metadata.name ?? '',
    spec.priorityLevelConfiguration?.name ?? '',
    spec.matchingPrecedence ?? 0,
    spec.distinguisherMethod === undefined ? '<none>' : (spec.distinguisherMethod.type ?? ''),
    age(metadata.creationTimestamp, now),
    status.conditions?.find((condition) => condition.type === 'Dangling')?.status ?? '?',
  ],
});

function validateSpec(spec: FlowSchemaSpec, name: string, errors: FieldErrors): void {
  validatePrecedence(spec.matchingPrecedence ?? 0, name, SPEC.child('matchingPrecedence'), errors);
  const { distinguisherMethod: method, priorityLevelConfiguration, rules = [] } = spec;
  if (method !== undefined && !DISTINGUISHERS.includes(method.type ?? '')) {
    const path = SPEC.child('distinguisherMethod', 'type');
    errors.notSupported(path, { Type: method.type ?? '' }, DISTINGUISHERS);
  }
  const level = priorityLevelConfiguration?.name ?? '';
  const path = SPEC.child('priorityLevelConfiguration', 'name');
  if (level === '') errors.required(path, 'must reference a priority level');
  else reportInvalid(isDNS1123Subdomain(level), level, path, errors);
  for (const [i, rule] of rules.entries()) validateFlowRule(rule, SPEC.child('rules').index(i), errors);
}

function validatePrecedence(precedence: number, name: string, path: Path, errors: FieldErrors): void {
  if (precedence <= 0) errors.invalid(path, precedence, 'must be a positive value');
  if (precedence > MAX_PRECEDENCE) errors.invalid(path, precedence, `must not be greater than ${MAX_PRECEDENCE}`);
  if (precedence === 1 && name !== 'exempt')
    errors.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
}
