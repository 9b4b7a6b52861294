/** What a resource claim asks for; imitates pkg/apis/resource v1 defaults and validation. */
import { estimateCost } from '../../../api/cel/cost.ts';
import { deviceEnvironment, sizeInDevice } from '../../../api/cel/device-environment.ts';
import { typeName } from '../../../api/cel/types.ts';
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type {
  DeviceClaim,
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  OpaqueDeviceConfiguration,
  ResourceClaimSpec,
} from '../../../api/types/resource-v1.ts';
import { validateExpression } from './cel-expression.ts';
import { validateList, validateSet } from './dra-lists.ts';
import {
  validateDeviceLabelName,
  validateFullyQualifiedAttribute,
  validateLabelText,
  validateOpaqueObject,
} from './dra-names.ts';
import { reportInvalid, validateCSIDriverName } from './name-rules.ts';

export const MAX_REQUESTS = 32;
export const MAX_CONFIGS = 32;
const MAX_SELECTORS = 32;
const MAX_CONSTRAINTS = 32;
const MAX_ALTERNATIVES = 8;
const MAX_EXPRESSION = 10 * 1024;
const MAX_EXPRESSION_COST = 1_000_000;
const ALLOCATION_MODES = ['All', 'ExactCount'];
const OPERATORS = ['Equal', 'Exists'];
export const TAINT_EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const NO_SUCH_REQUEST =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Names of requests, each with those of its alternatives. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

export function applyClaimDefaults(spec: ResourceClaimSpec | undefined): void {
  for (const { exactly, firstAvailable = [] } of spec?.devices?.requests ?? []) {
    for (const request of exactly === undefined ? firstAvailable : [exactly, ...firstAvailable]) {
      request.allocationMode ||= 'ExactCount';
      if (request.allocationMode === 'ExactCount') request.count ||= 1;
      for (const toleration of request.tolerations ?? []) toleration.operator ||= 'Equal';
    }
  }
}

export function requestNamesOf(devices: DeviceClaim | undefined): RequestNames {
  const entries = (devices?.requests ?? []).map(({ name = '', firstAvailable = [] }): [string, Set<string>] => [
    name,
    new Set(firstAvailable.map((alternative) => alternative.name ?? '')),
  ]);
  return new Map(entries);
}

export function validateClaimSpec(spec: ResourceClaimSpec, path: Path, errors: FieldErrors): void {
  const { devices = {} } = spec;
  const at = path.child('devices');
  const names = requestNamesOf(devices);
  validateSet(devices.requests, MAX_REQUESTS, validateRequest, (r) => r.name ?? '', at.child('requests'), errors);
  const constraint = (item: DeviceConstraint, where: Path): void => validateConstraint(item, names, where, errors);
  validateList(devices.constraints, MAX_CONSTRAINTS, constraint, at.child('constraints'), errors);
  const config = (item: DeviceClaimConfiguration, where: Path): void =>
    validateClaimConfiguration(item, names, where, errors);
  validateList(devices.config, MAX_CONFIGS, config, at.child('config'), errors);
}

function validateRequest(request: DeviceRequest, path: Path, errors: FieldErrors): void {
  const { name = '', exactly, firstAvailable = [] } = request;
  reportInvalid(isDNS1123Label(name), name, path.child('name'), errors);
  const rule = 'exactly one of `exactly` or `firstAvailable` is required';
  const at = path.child('firstAvailable');
  if (exactly !== undefined && firstAvailable.length > 0)
    errors.invalid(path, null, `${rule}, but multiple fields are set`);
  else if (exactly !== undefined) validateDevices(exactly, path.child('exactly'), errors);
  else if (firstAvailable.length === 0) errors.required(path, rule);
  else validateSet(firstAvailable, MAX_ALTERNATIVES, validateSubRequest, (r) => r.name ?? '', at, errors);
}

function validateSubRequest(request: DeviceSubRequest, path: Path, errors: FieldErrors): void {
  const { name = '' } = request;
  reportInvalid(isDNS1123Label(name), name, path.child('name'), errors);
  validateDevices(request, path, errors);
}

function validateDevices(request: ExactDeviceRequest | DeviceSubRequest, path: Path, errors: FieldErrors): void {
  const { deviceClassName = '', allocationMode = '', count = 0 } = request;
  const at = path.child('deviceClassName');
  if (deviceClassName === '') errors.required(at);
  else reportInvalid(isDNS1123Subdomain(deviceClassName), deviceClassName, at, errors);
  validateSelectors(request.selectors, path.child('selectors'), errors);
  validateCount(allocationMode, count, path, errors);
  for (const [i, toleration] of (request.tolerations ?? []).entries())
    validateDeviceToleration(toleration, path.child('tolerations').index(i), errors);
}

function validateCount(mode: string, count: number, path: Path, errors: FieldErrors): void {
  if (!ALLOCATION_MODES.includes(mode)) errors.notSupported(path.child('allocationMode'), mode, ALLOCATION_MODES);
  else if (mode === 'All' && count !== 0)
    errors.invalid(path.child('count'), count, "must not be specified when allocationMode is 'All'");
  else if (mode === 'ExactCount' && count <= 0) errors.invalid(path.child('count'), count, 'must be greater than zero');
}

/** Selectors of a request or of a class; expressions that are `stored` already are taken as they are. */
export function validateSelectors(
  selectors: readonly DeviceSelector[] | undefined,
  path: Path,
  errors: FieldErrors,
  { stored = false }: { stored?: boolean } = {},
): void {
  const validateSelector = ({ cel }: DeviceSelector, at: Path): void => {
    if (cel === undefined) errors.required(at.child('cel'));
    else if (!stored) validateSelectorExpression(cel.expression ?? '', at.child('cel', 'expression'), errors);
  };
  validateList(selectors, MAX_SELECTORS, validateSelector, path, errors);
}

function validateSelectorExpression(expression: string, path: Path, errors: FieldErrors): void {
  if (byteLength(expression) > MAX_EXPRESSION) {
    errors.tooLong(path, MAX_EXPRESSION);
    return;
  }
  const compiled = validateExpression({ expression }, [], deviceEnvironment(), path, errors);
  if (compiled === undefined) return;
  const { type } = compiled;
  if (type.kind !== 'bool' && type.kind !== 'any')
    errors.invalid(path, expression, `must evaluate to bool or the unknown type, not ${typeName(type)}`);
  else if (estimateCost(compiled, sizeInDevice).max > MAX_EXPRESSION_COST)
    errors.forbidden(path, 'too complex, exceeds cost limit');
}

export function validateDeviceToleration(toleration: DeviceToleration, path: Path, errors: FieldErrors): void {
  const { key = '', operator = '', value = '', effect = '' } = toleration;
  if (key !== '') validateDeviceLabelName(key, path.child('key'), errors);
  if (operator === '') errors.required(path.child('operator'));
  else if (!OPERATORS.includes(operator)) errors.notSupported(path.child('operator'), operator, OPERATORS);
  else if (operator === 'Equal') validateLabelText(value, path.child('value'), errors);
  else if (value !== '') errors.invalid(path.child('value'), value, 'must be empty for operator `Exists`');
  if (effect !== '' && !TAINT_EFFECTS.includes(effect))
    errors.notSupported(path.child('effect'), effect, TAINT_EFFECTS);
}

function validateConstraint(constraint: DeviceConstraint, names: RequestNames, path: Path, errors: FieldErrors): void {
  validateRequestReferences(constraint.requests, names, path.child('requests'), errors);
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute !== undefined)
    validateFullyQualifiedAttribute(matchAttribute, path.child('matchAttribute'), errors);
  else if (distinctAttribute !== undefined)
    validateFullyQualifiedAttribute(distinctAttribute, path.child('distinctAttribute'), errors);
  else {
    const message = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    errors.required(path, message);
  }
}

function validateClaimConfiguration(
  config: DeviceClaimConfiguration,
  names: RequestNames,
  path: Path,
  errors: FieldErrors,
): void {
  validateRequestReferences(config.requests, names, path.child('requests'), errors);
  validateOpaqueConfiguration(config.opaque, path.child('opaque'), errors);
}

export function validateRequestReferences(
  references: readonly string[] | undefined,
  names: RequestNames,
  path: Path,
  errors: FieldErrors,
): void {
  const validate = (name: string, at: Path): void => validateRequestReference(name, names, at, errors);
  validateSet(references, MAX_REQUESTS, validate, (name) => name, path, errors);
}

/** `request` or `request/alternative`. */
export function validateRequestReference(name: string, names: RequestNames, path: Path, errors: FieldErrors): void {
  const parts = name.split('/');
  const [request = '', alternative] = parts;
  if (parts.length <= 2) for (const part of parts) reportInvalid(isDNS1123Label(part), part, path, errors);
  const known =
    parts.length <= 2 && names.has(request) && (alternative === undefined || names.get(request)?.has(alternative));
  if (known !== true) errors.invalid(path, name, NO_SUCH_REQUEST);
}

export function validateOpaqueConfiguration(
  opaque: OpaqueDeviceConfiguration | undefined,
  path: Path,
  errors: FieldErrors,
  options: { stored?: boolean } = {},
): void {
  if (opaque === undefined) {
    errors.required(path);
    return;
  }
  validateCSIDriverName(opaque.driver ?? '', path.child('driver'), errors);
  validateOpaqueObject(opaque.parameters, path.child('parameters'), errors, options);
}
