/** What ResourceQuotas may count, and which scopes fit; imitates kubernetes pkg/apis/core/helper and core validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isQualifiedName } from '../../../api/names.ts';
import { reportInvalid } from './name-rules.ts';
import { isStandardResource } from './resource-names.ts';

const POD_RESOURCES: ReadonlySet<string> = new Set([
  'pods',
  ...['cpu', 'memory'].flatMap((name) => [name, `limits.${name}`, `requests.${name}`]),
]);
const STORAGE_RESOURCES: ReadonlySet<string> = new Set(['persistentvolumeclaims', 'requests.storage']);

/** Scope to whether it can restrict a resource. */
const SCOPES: ReadonlyMap<string, (resource: string) => boolean> = new Map([
  ['Terminating', (resource) => POD_RESOURCES.has(resource)],
  ['NotTerminating', (resource) => POD_RESOURCES.has(resource)],
  ['BestEffort', (resource) => resource === 'pods'],
  ['NotBestEffort', (resource) => POD_RESOURCES.has(resource)],
  ['PriorityClass', (resource) => POD_RESOURCES.has(resource)],
  ['CrossNamespacePodAffinity', (resource) => POD_RESOURCES.has(resource)],
  ['VolumeAttributesClass', (resource) => STORAGE_RESOURCES.has(resource)],
]);

/** Scopes that a pod has or has not: nothing to compare with. */
export const EXISTENCE_SCOPES: ReadonlySet<string> = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'CrossNamespacePodAffinity',
]);

export const CONFLICTING_SCOPES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

export function isQuotaScope(scope: string): boolean {
  return SCOPES.has(scope);
}

/** Unknown scopes and resources that Kubernetes does not know are no conflict. */
export function scopeFits(scope: string, resource: string): boolean {
  return !isStandardQuotaResource(resource) || (SCOPES.get(scope)?.(resource) ?? true);
}

/** A resource without a domain that quotas know by itself. */
export function isStandardQuotaResource(name: string): boolean {
  return isStandardResource(name) && name !== 'storage';
}

/** A key of `hard` or `used`. */
export function validateQuotaResourceName(name: string, path: Path, errors: FieldErrors): void {
  const messages = isQualifiedName(name);
  reportInvalid(messages, name, path, errors);
  if (name.includes('/')) return;
  if (messages.length === 0 && !isStandardResource(name)) {
    errors.invalid(path, name, 'must be a standard resource type or fully qualified');
  }
  if (!isStandardQuotaResource(name)) errors.invalid(path, name, 'must be a standard resource for quota');
}
