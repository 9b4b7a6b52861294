import type { AdmissionAttributes, Operation } from './admission.ts';

/** Whether a request is for this resource itself (not a sub-resource), by one of these operations. */
export function isAbout(
  { kind, operation, subresource }: AdmissionAttributes,
  group: string,
  resource: string,
  ...operations: readonly Operation[]
): boolean {
  return subresource === '' && kind.resource === resource && kind.group === group && operations.includes(operation);
}

/** Whether a request is for one sub-resource of a resource. */
export function isAboutSubresource(
  { kind, operation, subresource }: AdmissionAttributes,
  group: string,
  path: string,
  ...operations: readonly Operation[]
): boolean {
  return `${kind.resource}/${subresource}` === path && kind.group === group && operations.includes(operation);
}
