import type { AdmissionAttributes, Operation } from './admission.ts';

/** Whether a request is for this resource itself (not a sub-resource), by one of these operations. */
export function isAbout(
  attributes: AdmissionAttributes,
  group: string,
  resource: string,
  operation: Operation,
  other: Operation = operation,
): boolean {
  return attributes.subresource === '' && concerns(attributes, group, resource, operation, other);
}

/** Whether a request is for one sub-resource of a resource, by one of these operations. */
export function isAboutSubresource(
  attributes: AdmissionAttributes,
  group: string,
  path: `${string}/${string}`,
  operation: Operation,
  other: Operation = operation,
): boolean {
  // Most writes are for none: paths need not be compared.
  if (attributes.subresource === '') return false;
  const slash = path.indexOf('/');
  if (attributes.subresource !== path.slice(slash + 1)) return false;
  return concerns(attributes, group, path.slice(0, slash), operation, other);
}

// Two operations rather than a list of them: every plugin asks on every write, and a list would be made each time.
function concerns(
  { kind, operation }: AdmissionAttributes,
  group: string,
  resource: string,
  one: Operation,
  other: Operation,
): boolean {
  return kind.resource === resource && kind.group === group && (operation === one || operation === other);
}
