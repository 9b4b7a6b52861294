/** One device of a resource slice; imitates pkg/apis/resource/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type {
  Counter,
  Device,
  DeviceAttribute,
  DeviceCapacity,
  DeviceCounterConsumption,
  DeviceTaint,
} from '../../../api/types/resource-v1.ts';
import { validateBindingConditions } from './dra-binding-conditions.ts';
import { validateCapacity } from './dra-capacity.ts';
import { TAINT_EFFECTS } from './dra-claim-spec.ts';
import { validateList, validateMap, validateSet } from './dra-lists.ts';
import {
  MAX_QUALIFIED_NAME,
  validateDeviceLabelName,
  validateLabelText,
  validateQualifiedAttribute,
} from './dra-names.ts';
import { reportInvalid } from './name-rules.ts';
import { type GoShape, goValue } from './pod-go-values.ts';
import { validateNodeSelector } from './scheduling-node-selector.ts';

const MAX_ATTRIBUTES_AND_CAPACITIES = 32;
const MAX_ATTRIBUTE_VALUES = 48;
const MAX_ATTRIBUTE_VALUE = 64;
const MAX_TAINTS = 16;
const MAX_CONSUMPTIONS = 2;
const MAX_COUNTERS = 32;
const VALUE_FIELDS = ['bool', 'int', 'string', 'version'] as const;
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;
const GO_ATTRIBUTE: GoShape = [
  ['IntValue', 'int'],
  ['BoolValue', 'bool'],
  ['StringValue', 'string'],
  ['VersionValue', 'version'],
  ['IntValues', 'ints'],
  ['BoolValues', 'bools'],
  ['StringValues', 'strings'],
  ['VersionValues', 'versions'],
];
const NODE_RULE =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const NO_NODE_RULE =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

/** Capacity and taints that are as stored are not looked at again. */
export function validateDevice(
  device: Device,
  old: Device | undefined,
  perDeviceNodes: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  const { name = '', attributes = {}, capacity = {}, taints = [] } = device;
  reportInvalid(isDNS1123Label(name), name, path.child('name'), errors);
  const entries = Object.keys(attributes).length + Object.keys(capacity).length;
  if (entries > MAX_ATTRIBUTES_AND_CAPACITIES) {
    const message = `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES_AND_CAPACITIES}`;
    errors.invalid(path, entries, message);
  }
  const values = Object.keys(attributes).length;
  if (values > MAX_ATTRIBUTE_VALUES)
    errors.invalid(path, values, `the total number of attribute values must not exceed ${MAX_ATTRIBUTE_VALUES}`);
  const named = { maxShownKey: MAX_QUALIFIED_NAME, key: validateQualifiedAttribute };
  validateMap(attributes, { ...named, item: validateAttribute }, path.child('attributes'), errors);
  if (old === undefined || !equalJson(old.capacity ?? {}, capacity)) {
    const item = (value: DeviceCapacity, at: Path): void =>
      validateCapacity(value, device.allowMultipleAllocations === true, at, errors);
    validateMap(capacity, { ...named, item }, path.child('capacity'), errors);
  }
  if (old === undefined || !equalJson(old.taints ?? [], taints))
    validateList(taints, MAX_TAINTS, validateTaint, path.child('taints'), errors);
  const consumed = path.child('consumesCounters');
  validateSet(device.consumesCounters, MAX_CONSUMPTIONS, validateConsumption, counterSetOf, consumed, errors);
  validateNodes(device, perDeviceNodes, path, errors);
  validateBindingConditions(device, path, errors);
}

function counterSetOf({ counterSet = '' }: DeviceCounterConsumption): string {
  return counterSet;
}

function validateAttribute(attribute: DeviceAttribute, path: Path, errors: FieldErrors): void {
  const { string, version } = attribute;
  if (string !== undefined) validateValueLength(string, path.child('string'), errors);
  if (version !== undefined) {
    if (!SEMVER.test(version))
      errors.invalid(path.child('version'), version, 'must be a string compatible with semver.org spec 2.0.0');
    validateValueLength(version, path.child('version'), errors);
  }
  const count = VALUE_FIELDS.filter((field) => attribute[field] !== undefined).length;
  if (count === 1) return;
  const shown = count === 0 ? '' : goValue(attribute, GO_ATTRIBUTE);
  errors.invalid(path, shown, 'exactly one value must be specified');
}

function validateValueLength(value: string, path: Path, errors: FieldErrors): void {
  if (byteLength(value) > MAX_ATTRIBUTE_VALUE) errors.tooLong(path, MAX_ATTRIBUTE_VALUE);
}

function validateTaint({ key = '', value = '', effect = '' }: DeviceTaint, path: Path, errors: FieldErrors): void {
  validateDeviceLabelName(key, path.child('key'), errors);
  if (value !== '') validateLabelText(value, path.child('value'), errors);
  if (effect === '') errors.required(path.child('effect'));
  else if (!TAINT_EFFECTS.includes(effect)) errors.notSupported(path.child('effect'), effect, TAINT_EFFECTS);
}

function validateConsumption(consumption: DeviceCounterConsumption, path: Path, errors: FieldErrors): void {
  validateCounters(consumption.counterSet ?? '', consumption.counters ?? {}, path, path.child('counterSet'), errors);
}

/** A named set of counters: of a slice, or what a device takes from one. */
export function validateCounters(
  name: string,
  counters: Readonly<Record<string, Counter>>,
  path: Path,
  namePath: Path,
  errors: FieldErrors,
): void {
  if (name === '') errors.required(namePath);
  else reportInvalid(isDNS1123Label(name), name, namePath, errors);
  const at = path.child('counters');
  const key = (counter: string): void => reportInvalid(isDNS1123Label(counter), counter, at, errors);
  if (Object.keys(counters).length === 0) errors.required(at);
  else validateMap(counters, { max: MAX_COUNTERS, maxShownKey: 63, key }, at, errors);
}

function validateNodes(device: Device, perDeviceNodes: boolean, path: Path, errors: FieldErrors): void {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!perDeviceNodes) {
    if (nodeName !== undefined || nodeSelector !== undefined || allNodes !== undefined)
      errors.invalid(path, null, NO_NODE_RULE);
    return;
  }
  const set: string[] = [];
  if (nodeName === '') errors.invalid(path.child('nodeName'), '', 'must not be empty');
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    reportInvalid(isDNS1123Subdomain(nodeName), nodeName, path.child('nodeName'), errors);
  }
  if (nodeSelector !== undefined) {
    set.push('`nodeSelector`');
    validateNodeSelector(nodeSelector, path.child('nodeSelector'), errors);
  }
  if (allNodes === true) set.push('`allNodes`');
  else if (allNodes === false) errors.invalid(path.child('allNodes'), false, 'must be either unset or set to true');
  if (set.length === 0) errors.required(path, NODE_RULE);
  else if (set.length > 1) errors.invalid(path, `{${set.join(', ')}}`, NODE_RULE);
}
