/** What became of a resource claim; imitates pkg/apis/resource/validation and pkg/registry/resource/resourceclaim. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidInterfaceAddress } from '../../../api/ip.ts';
import { byteLength, isDNS1123Label } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
} from '../../../api/types/resource-v1.ts';
import { validateConditions } from './conditions.ts';
import { validateBindingConditions } from './dra-binding-conditions.ts';
import {
  MAX_CONFIGS,
  type RequestNames,
  requestNamesOf,
  validateDeviceToleration,
  validateOpaqueConfiguration,
  validateRequestReference,
  validateRequestReferences,
} from './dra-claim-spec.ts';
import { ALLOCATION } from './dra-go-values.ts';
import { validateList, validateSet } from './dra-lists.ts';
import { validateOpaqueObject, validatePoolName, validateUid } from './dra-names.ts';
import { reportInvalid, validateCSIDriverName } from './name-rules.ts';
import { goValue } from './pod-go-values.ts';
import { validateNodeSelector } from './scheduling-node-selector.ts';

const STATUS = Path.root('status');
const MAX_CONSUMERS = 256;
const MAX_RESULTS = 32;
const MAX_DEVICE_CONDITIONS = 8;
const MAX_INTERFACE_NAME = 256;
const MAX_HARDWARE_ADDRESS = 128;
const MAX_IPS = 16;
const CONFIG_SOURCES = ['FromClaim', 'FromClass'];

interface DeviceId {
  readonly driver?: string;
  readonly pool?: string;
  readonly device?: string;
  readonly shareID?: string;
}

/** Tells devices apart. */
export function deviceKey({ driver = '', pool = '', device = '' }: DeviceId): string {
  return JSON.stringify([driver, pool, device]);
}

/** Tells shares of devices apart. */
export function sharedDeviceKey(id: DeviceId): string {
  return JSON.stringify([deviceKey(id), id.shareID ?? '']);
}

function shownDevice({ driver = '', pool = '', device = '', shareID }: DeviceId): unknown {
  return { Driver: driver, Pool: pool, Device: device, ShareID: shareID ?? '' };
}

function resultsOf(status: ResourceClaimStatus | undefined): readonly DeviceRequestAllocationResult[] {
  return status?.allocation?.devices?.results ?? [];
}

/** Keys (`deviceKey`) of the devices that were allocated and are no longer. */
export function deallocatedDevices(obj: ResourceClaim, old: ResourceClaim): ReadonlySet<string> {
  const allocated = new Set(resultsOf(obj.status).map(deviceKey));
  return new Set(
    resultsOf(old.status)
      .map(deviceKey)
      .filter((key) => !allocated.has(key)),
  );
}

/** Devices that are allocated no longer have no status either. */
export function dropDeallocatedDevices(obj: ResourceClaim, old: ResourceClaim): void {
  const { status } = obj;
  if (status?.devices === undefined) return;
  const gone = deallocatedDevices(obj, old);
  status.devices = status.devices.filter((device) => !gone.has(deviceKey(device)));
  if (status.devices.length === 0) delete status.devices;
}

export function validateClaimStatus(obj: ResourceClaim, old: ResourceClaim, errors: FieldErrors): void {
  const status = obj.status ?? {};
  const before = old.status ?? {};
  const { reservedFor = [], allocation } = status;
  const consumers = STATUS.child('reservedFor');
  validateSet(reservedFor, MAX_CONSUMERS, validateConsumer, (consumer) => consumer.uid ?? '', consumers, errors);
  validateDeviceStatuses(status, errors);
  if (reservedFor.length > 0 && allocation === undefined)
    errors.forbidden(consumers, 'may not be specified when `allocated` is not set');
  else if (obj.metadata?.deletionTimestamp !== undefined && addsConsumers(reservedFor, before.reservedFor ?? []))
    errors.forbidden(
      consumers,
      'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
    );
  validateAllocationChange(obj, before.allocation, errors);
}

function addsConsumers(
  consumers: readonly ResourceClaimConsumerReference[],
  before: readonly ResourceClaimConsumerReference[],
): boolean {
  return consumers.some((consumer) => !before.some((known) => equalJson(known, consumer)));
}

function validateAllocationChange(
  { spec, status }: ResourceClaim,
  before: AllocationResult | undefined,
  errors: FieldErrors,
): void {
  const allocation = status?.allocation;
  const path = STATUS.child('allocation');
  if (allocation === undefined) return;
  if (before === undefined) validateAllocation(allocation, requestNamesOf(spec?.devices), path, errors);
  else if (!equalJson(allocation, before)) errors.invalid(path, goValue(allocation, ALLOCATION), 'field is immutable');
}

function validateConsumer(consumer: ResourceClaimConsumerReference, path: Path, errors: FieldErrors): void {
  for (const field of ['resource', 'name', 'uid'] as const)
    if ((consumer[field] ?? '') === '') errors.required(path.child(field));
}

function validateAllocation(allocation: AllocationResult, names: RequestNames, path: Path, errors: FieldErrors): void {
  const { results, config } = allocation.devices ?? {};
  const at = path.child('devices');
  const validateOne = (result: DeviceRequestAllocationResult, where: Path): void =>
    validateResult(result, names, where, errors);
  validateList(results, MAX_RESULTS, validateOne, at.child('results'), errors);
  const validateConfig = (item: DeviceAllocationConfiguration, where: Path): void => {
    validateSource(item.source ?? '', where.child('source'), errors);
    validateRequestReferences(item.requests, names, where.child('requests'), errors);
    validateOpaqueConfiguration(item.opaque, where.child('opaque'), errors);
  };
  validateList(config, 2 * MAX_CONFIGS, validateConfig, at.child('config'), errors);
  if (allocation.nodeSelector !== undefined)
    validateNodeSelector(allocation.nodeSelector, path.child('nodeSelector'), errors);
}

function validateSource(source: string, path: Path, errors: FieldErrors): void {
  if (source === '') errors.required(path);
  else if (!CONFIG_SOURCES.includes(source)) errors.notSupported(path, source, CONFIG_SOURCES);
}

function validateResult(
  result: DeviceRequestAllocationResult,
  names: RequestNames,
  path: Path,
  errors: FieldErrors,
): void {
  validateRequestReference(result.request ?? '', names, path.child('request'), errors);
  validateDeviceId(result, path, errors);
  validateBindingConditions(result, path, errors);
  for (const [i, toleration] of (result.tolerations ?? []).entries())
    validateDeviceToleration(toleration, path.child('tolerations').index(i), errors);
  if (result.shareID !== undefined) validateUid(result.shareID, path.child('shareID'), errors);
}

function validateDeviceId({ driver = '', pool = '', device = '' }: DeviceId, path: Path, errors: FieldErrors): void {
  validateCSIDriverName(driver, path.child('driver'), errors);
  validatePoolName(pool, path.child('pool'), errors);
  reportInvalid(isDNS1123Label(device), device, path.child('device'), errors);
}

function validateDeviceStatuses(status: ResourceClaimStatus, errors: FieldErrors): void {
  const allocated = new Set(resultsOf(status).map(sharedDeviceKey));
  const validate = (device: AllocatedDeviceStatus, path: Path): void =>
    validateDeviceStatus(device, allocated, path, errors);
  const path = STATUS.child('devices');
  validateSet(status.devices, Number.POSITIVE_INFINITY, validate, sharedDeviceKey, path, errors, shownDevice);
}

function validateDeviceStatus(
  device: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
): void {
  validateDeviceId(device, path, errors);
  if (device.shareID !== undefined) validateUid(device.shareID, path.child('shareID'), errors);
  if (!allocated.has(sharedDeviceKey(device)))
    errors.invalid(path, shownDevice(device), 'must be an allocated device in the claim');
  const conditions = device.conditions ?? [];
  if (conditions.length > MAX_DEVICE_CONDITIONS)
    errors.tooMany(path.child('conditions'), conditions.length, MAX_DEVICE_CONDITIONS);
  validateConditions(conditions, path.child('conditions'), errors);
  if (device.data !== undefined) validateOpaqueObject(device.data, path.child('data'), errors);
  validateNetworkData(device.networkData ?? {}, path.child('networkData'), errors);
}

function validateNetworkData(data: NetworkDeviceData, path: Path, errors: FieldErrors): void {
  const { interfaceName = '', hardwareAddress = '', ips } = data;
  if (byteLength(interfaceName) > MAX_INTERFACE_NAME) errors.tooLong(path.child('interfaceName'), MAX_INTERFACE_NAME);
  if (byteLength(hardwareAddress) > MAX_HARDWARE_ADDRESS)
    errors.tooLong(path.child('hardwareAddress'), MAX_HARDWARE_ADDRESS);
  const validate = (ip: string, at: Path): void => reportInvalid(isValidInterfaceAddress(ip), ip, at, errors);
  validateSet(ips, MAX_IPS, validate, (ip) => ip, path.child('ips'), errors);
}
