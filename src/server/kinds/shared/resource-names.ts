/** What kinds of compute resources there are, by name; imitates kubernetes pkg/apis/core/helper. */
import { isQualifiedName } from '../../../api/names.ts';
import { parseQuantity, QuantityError } from '../../../api/quantity.ts';

const HUGE_PAGES = 'hugepages-';
const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const POD_LEVEL_RESOURCES = new Set(['cpu', 'memory']);
export const SUPPORTED_POD_LEVEL_RESOURCES = ['cpu', HUGE_PAGES, 'memory'];
const COUNTED_RESOURCES = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const INTEGER_RESOURCES: ReadonlySet<string> = new Set(COUNTED_RESOURCES);
const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  ...CONTAINER_RESOURCES,
  ...['requests', 'limits'].flatMap((kind) => [...CONTAINER_RESOURCES].map((name) => `${kind}.${name}`)),
  ...COUNTED_RESOURCES,
  'storage',
  'requests.storage',
]);

export function isHugePageResource(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

/** As quotas name them: with or without `requests.` before. */
function isQuotaHugePages(name: string): boolean {
  return isHugePageResource(name) || name.startsWith(`requests.${HUGE_PAGES}`);
}

/** Whether a quantity is a whole number of the pages that the name tells. */
export function isHugePageDivisible(name: string, quantity: string): boolean {
  try {
    const size = parseQuantity(name.slice(HUGE_PAGES.length));
    if (size.sign <= 0 || size.milliValue() % 1000n !== 0n) return false;
    return parseQuantity(quantity).value() % size.value() === 0n;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** Of Kubernetes itself: without a domain, or within kubernetes.io. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** A device or other thing that a third party counts: `example.com/gpu`. */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

/** Requests may stay below limits. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePageResource(name);
}

/** Only whole numbers make sense. */
export function isIntegerResource(name: string): boolean {
  return INTEGER_RESOURCES.has(name) || isExtendedResource(name);
}

export function isStandardResource(name: string): boolean {
  return STANDARD_RESOURCES.has(name) || isQuotaHugePages(name);
}

export function isStandardContainerResource(name: string): boolean {
  return isPlainContainerResource(name) || isHugePageResource(name);
}

/** One of those that need no further look at the name. */
export function isPlainContainerResource(name: string): boolean {
  return CONTAINER_RESOURCES.has(name);
}

export function isPodLevelResource(name: string): boolean {
  return POD_LEVEL_RESOURCES.has(name) || isHugePageResource(name);
}
