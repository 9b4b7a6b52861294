/** Rules for resource slices; imitates pkg/apis/resource/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../../api/names.ts';
import type { NodeSelector } from '../../../api/types/core-v1.ts';
import type { CounterSet, Device, ResourcePool, ResourceSliceSpec } from '../../../api/types/resource-v1.ts';
import { validateCounters, validateDevice } from '../shared/dra-device.ts';
import { validateSet } from '../shared/dra-lists.ts';
import { validatePoolName } from '../shared/dra-names.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { reportInvalid, validateCSIDriverName } from '../shared/name-rules.ts';
import { goValue, NODE_SELECTOR_TERM } from '../shared/pod-go-values.ts';
import { validateNodeSelector } from '../shared/scheduling-node-selector.ts';

const SPEC = Path.root('spec');
const MAX_DEVICES = 128;
/** When some device has taints or consumes counters. */
const MAX_ADVANCED_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const NODE_RULE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

export function validateSliceSpec(
  spec: ResourceSliceSpec,
  old: ResourceSliceSpec | undefined,
  errors: FieldErrors,
): void {
  validateCSIDriverName(spec.driver ?? '', SPEC.child('driver'), errors);
  validatePool(spec.pool ?? {}, SPEC.child('pool'), errors);
  if (old !== undefined) {
    validateImmutable(spec.pool?.name, old.pool?.name, SPEC.child('pool', 'name'), errors);
    validateImmutable(spec.driver, old.driver, SPEC.child('driver'), errors);
    validateImmutable(spec.nodeName, old.nodeName, SPEC.child('nodeName'), errors);
  }
  validateNodes(spec, errors);
  if (spec.sharedCounters !== undefined && spec.devices !== undefined)
    errors.invalid(SPEC, '', 'only one of `sharedCounters` or `devices` is allowed');
  validateDevices(spec, old, errors);
  const sets = SPEC.child('sharedCounters');
  validateSet(spec.sharedCounters, MAX_COUNTER_SETS, validateCounterSet, (set) => set.name ?? '', sets, errors);
}

function validatePool(
  { name = '', resourceSliceCount = 0, generation = 0 }: ResourcePool,
  path: Path,
  errors: FieldErrors,
): void {
  validatePoolName(name, path.child('name'), errors);
  if (resourceSliceCount <= 0)
    errors.invalid(path.child('resourceSliceCount'), resourceSliceCount, 'must be greater than zero');
  if (generation < 0) errors.invalid(path.child('generation'), generation, 'must be greater than or equal to zero');
}

function validateCounterSet(set: CounterSet, path: Path, errors: FieldErrors): void {
  validateCounters(set.name ?? '', set.counters ?? {}, path, path.child('name'), errors);
}

function validateDevices(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined, errors: FieldErrors): void {
  const { devices = [] } = spec;
  const advanced = devices.some(
    ({ taints = [], consumesCounters = [] }) => taints.length + consumesCounters.length > 0,
  );
  const validate = (device: Device, path: Path): void => {
    const before = old?.devices?.find((known) => known.name === device.name);
    validateDevice(device, before, spec.perDeviceNodeSelection === true, path, errors);
  };
  const max = advanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES;
  validateSet(devices, max, validate, (device) => device.name ?? '', SPEC.child('devices'), errors);
}

function validateNodes(spec: ResourceSliceSpec, errors: FieldErrors): void {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  const set: string[] = [];
  if (nodeName === '') errors.invalid(SPEC.child('nodeName'), '', 'must be either unset or set to a non-empty string');
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    reportInvalid(isDNS1123Subdomain(nodeName), nodeName, SPEC.child('nodeName'), errors);
  }
  if (nodeSelector !== undefined) {
    set.push('`nodeSelector`');
    validateSelector(nodeSelector, SPEC.child('nodeSelector'), errors);
  }
  for (const [field, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value === true) set.push(`\`${field}\``);
    else if (value === false) errors.invalid(SPEC.child(field), false, 'must be either unset or set to true');
  }
  if (set.length === 0) errors.required(SPEC, NODE_RULE);
  else if (set.length > 1) errors.invalid(SPEC, `{${set.join(', ')}}`, `${NODE_RULE}, but multiple fields are set`);
}

/** One term only: selectors of several slices can then be merged. */
function validateSelector(selector: NodeSelector, path: Path, errors: FieldErrors): void {
  validateNodeSelector(selector, path, errors);
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 1) return;
  const shown = goValue(selector.nodeSelectorTerms, NODE_SELECTOR_TERM);
  errors.invalid(path.child('nodeSelectorTerms'), shown, 'must have exactly one node selector term');
}
