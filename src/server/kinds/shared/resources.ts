/**
 * Compute resources: rules for requests and limits, and what a pod's containers add up to. Imitates
 * validateResourceRequirements of pkg/apis/core/validation and component-helpers/resource.
 */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label, isQualifiedName } from '../../../api/names.ts';
import { getOwn, setOwn, sortedKeys } from '../../../api/object.ts';
import { compareQuantities, parseQuantity } from '../../../api/quantity.ts';
import type { PodSpec, ResourceClaim, ResourceRequirements } from '../../../api/types/core-v1.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { isSidecar } from './pod-visit.ts';
import {
  isExtendedResource,
  isHugePageDivisible,
  isHugePageResource,
  isIntegerResource,
  isNativeResource,
  isOvercommitAllowed,
  isPlainContainerResource,
  isPodLevelResource,
  isStandardContainerResource,
  isStandardResource,
  SUPPORTED_POD_LEVEL_RESOURCES,
} from './resource-names.ts';

export { isHugePageDivisible, isHugePageResource, isOvercommitAllowed, isPodLevelResource };

/** Quantities by resource name, as the API writes them. */
export type ResourceList = Record<string, string>;

const FINEST_SCALE = -3;
const NEGATIVE = 'must be greater than or equal to 0';

/** SetDefaults_ResourceList: nothing finer than thousandths. */
export function roundResourceList(list: ResourceList | undefined): void {
  if (!list) return;
  for (const name of Object.keys(list)) {
    const quantity = parseQuantity(list[name] as string);
    if (quantity.exponent < FINEST_SCALE) setOwn(list, name, quantity.roundUp(FINEST_SCALE).toString());
  }
}

/** A quantity that may not be negative, and must be whole where only whole numbers make sense. */
export function validateResourceQuantity(name: string, text: string, path: Path, errors: FieldErrors): void {
  const quantity = parseQuantity(text);
  if (quantity.sign < 0) errors.invalid(path, quantity.toString(), NEGATIVE);
  if (isIntegerResource(name) && !quantity.isWhole()) errors.invalid(path, quantity.toString(), 'must be an integer');
}

/** A resource name that Kubernetes knows or that is fully qualified. */
export function validateResourceName(name: string, path: Path, errors: FieldErrors): void {
  const messages = isQualifiedName(name);
  for (const message of messages) errors.invalid(path, name, message);
  if (messages.length === 0 && !name.includes('/') && !isStandardResource(name)) {
    errors.invalid(path, name, 'must be a standard resource type or fully qualified');
  }
}

export function validateContainerResourceName(name: string, path: Path, errors: FieldErrors): void {
  if (isPlainContainerResource(name)) return;
  validateResourceName(name, path, errors);
  if (!name.includes('/')) {
    if (!isStandardContainerResource(name)) errors.invalid(path, name, 'must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.invalid(path, name, "doesn't follow extended resource name standard");
  }
}

function validatePodResourceName(name: string, path: Path, errors: FieldErrors): void {
  const before = errors.length;
  validateResourceName(name, path, errors);
  if (errors.length === before && !isPodLevelResource(name))
    errors.notSupported(path, name, SUPPORTED_POD_LEVEL_RESOURCES);
}

type NameRule = (name: string, path: Path, errors: FieldErrors) => void;

/** Requests, limits and claims of one container; `claimNames` are those of the pod. */
export function validateContainerResources(
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  validateRequirements(resources ?? {}, validateContainerResourceName, claimNames, path, errors, options);
}

function validateRequirements(
  resources: ResourceRequirements,
  validateName: NameRule,
  claimNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const { limits, requests, claims } = resources;
  const limitNames = limits === undefined ? [] : sortedKeys(limits);
  const requestNames = requests === undefined ? [] : sortedKeys(requests);
  for (const name of limitNames) {
    const amount = limits?.[name] as string;
    const at = path.child('limits').key(name);
    validateName(name, at, errors);
    validateResourceQuantity(name, amount, at, errors);
    validateHugePages(name, amount, at, errors, options);
  }
  for (const name of requestNames) {
    const amount = requests?.[name] as string;
    const at = path.child('requests').key(name);
    validateName(name, at, errors);
    validateResourceQuantity(name, amount, at, errors);
    compareWithLimit(name, amount, limits, path, errors);
    validateHugePages(name, amount, at, errors, options);
  }
  if (limitNames.some(isHugePageResource) || requestNames.some(isHugePageResource))
    requireCpuOrMemory([...limitNames, ...requestNames], path, errors);
  if (claims) validateClaimNames(claims, claimNames, path.child('claims'), errors);
}

function requireCpuOrMemory(names: readonly string[], path: Path, errors: FieldErrors): void {
  if (!names.includes('cpu') && !names.includes('memory')) errors.forbidden(path, 'HugePages require cpu or memory');
}

function validateHugePages(
  name: string,
  text: string,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  if (!isHugePageResource(name) || options.allowIndivisibleHugePages === true || isHugePageDivisible(name, text))
    return;
  const shown = parseQuantity(text).toString();
  errors.invalid(path, shown, `${shown} is not positive integer multiple of ${name}`);
}

function compareWithLimit(
  name: string,
  request: string,
  limits: ResourceList | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const limit = limits === undefined ? undefined : (getOwn(limits, name) as string | undefined);
  if (limit === undefined) {
    if (!isOvercommitAllowed(name))
      errors.required(path.child('limits'), 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareQuantities(request, limit);
  if (order !== 0 && !isOvercommitAllowed(name))
    errors.invalid(path.child('requests'), request, `must be equal to ${name} limit of ${limit}`);
  else if (order > 0)
    errors.invalid(path.child('requests'), request, `must be less than or equal to ${name} limit of ${limit}`);
}

/** Claims must name one of the pod's, each whole claim or each of its requests once. */
function validateClaimNames(
  claims: readonly ResourceClaim[],
  claimNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, { name = '', request = '' }] of claims.entries()) {
    const at = path.index(i);
    if (name === '') {
      errors.required(at);
      continue;
    }
    if (seen.has(name)) errors.duplicate(at, name);
    else {
      for (const message of request === '' ? [] : isDNS1123Label(request))
        errors.invalid(at.child('request'), request, message);
      const key = request === '' ? name : `${name}/${request}`;
      if (seen.has(key)) errors.duplicate(at, key);
      else if (request === '') for (const other of seen) if (other.startsWith(`${name}/`)) errors.duplicate(at, name);
      seen.add(key);
    }
    if (!claimNames.has(name)) reportUnknownClaim(name, claimNames, at, errors);
  }
}

function reportUnknownClaim(name: string, claimNames: ReadonlySet<string>, path: Path, errors: FieldErrors): void {
  const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`;
  errors.add('FieldValueNotFound', path, name, `must be one of the names in pod.spec.resourceClaims${known}`);
}

/** Pod-level resources and how they agree with the containers'. */
export function validatePodLevelResources(
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const { resources } = spec;
  if (resources === undefined) return;
  if (spec.os?.name === 'windows') {
    errors.forbidden(path, 'may not be set for a windows pod');
    return;
  }
  if ((resources.claims ?? []).length > 0)
    errors.forbidden(path.child('claims'), 'claims may not be set for Resources at pod-level');
  validateRequirements(resources, validatePodResourceName, claimNames, path, errors, options);
  validateConsistency(spec, resources, path, errors);
}

function validateConsistency(spec: PodSpec, resources: ResourceRequirements, path: Path, errors: FieldErrors): void {
  const { requests = {}, limits = {} } = resources;
  reportBelow(aggregateContainerRequests(spec), requests, path.child('requests'), 'requests', errors);
  const hugeLimits = Object.entries(aggregateContainerLimits(spec)).filter(([name]) => isHugePageResource(name));
  reportBelow(Object.fromEntries(hugeLimits), limits, path.child('limits'), 'limits', errors);
  for (const [i, container] of (spec.containers ?? []).entries()) {
    const own = container.resources?.limits ?? {};
    for (const name of sortedKeys(own)) {
      const limit = getOwn(limits, name) as string | undefined;
      if (limit === undefined || compareQuantities(own[name] as string, limit) <= 0) continue;
      const at = path.child('containers').index(i).key(name).child('limits');
      errors.invalid(at, own[name], `must be less than or equal to pod limits of ${limit}`);
    }
  }
}

function reportBelow(aggregate: ResourceList, own: ResourceList, path: Path, what: string, errors: FieldErrors): void {
  for (const name of sortedKeys(aggregate)) {
    const value = getOwn(own, name) as string | undefined;
    if (value === undefined || compareQuantities(aggregate[name] as string, value) <= 0) continue;
    errors.invalid(
      path.key(name),
      value,
      `must be greater than or equal to aggregate container ${what} of ${aggregate[name]}`,
    );
  }
}

/** What the pod needs at once, not counting its overhead: containers and sidecars together, or the hungriest moment of init. */
export function aggregateContainerRequests(spec: PodSpec): ResourceList {
  return aggregate(spec, 'requests');
}

export function aggregateContainerLimits(spec: PodSpec): ResourceList {
  return aggregate(spec, 'limits');
}

function aggregate(spec: PodSpec, field: 'requests' | 'limits'): ResourceList {
  const total: ResourceList = {};
  const sidecars: ResourceList = {};
  const initPeak: ResourceList = {};
  for (const container of spec.containers ?? []) addTo(total, container.resources?.[field]);
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[field];
    const moment: ResourceList = {};
    if (isSidecar(container)) {
      addTo(total, own);
      addTo(sidecars, own);
    } else addTo(moment, own);
    addTo(moment, sidecars);
    raiseTo(initPeak, moment);
  }
  raiseTo(total, initPeak);
  return total;
}

/** Adds the quantities of `list` to those of `total`, in place. */
export function addTo(total: ResourceList, list: ResourceList | undefined): void {
  if (!list) return;
  for (const name of Object.keys(list)) {
    const amount = list[name] as string;
    const before = getOwn(total, name) as string | undefined;
    setOwn(total, name, before === undefined ? amount : parseQuantity(before).add(parseQuantity(amount)).toString());
  }
}

function raiseTo(total: ResourceList, list: ResourceList): void {
  for (const name of Object.keys(list)) {
    const before = getOwn(total, name) as string | undefined;
    if (before === undefined || compareQuantities(list[name] as string, before) > 0) setOwn(total, name, list[name]);
  }
}
