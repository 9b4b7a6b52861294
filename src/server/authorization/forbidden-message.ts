/** The words of a 403; imitates apiserver pkg/endpoints/handlers/responsewriters/errors.go. */
import { quote } from '../../api/field-errors.ts';
import { StatusError } from '../../api/status-error.ts';
import type { AccessAttributes } from './authorizer.ts';

/** `User "jane" cannot list resource "pods" in API group "" in the namespace "shop"`, and `: reason` when there is one. */
export function forbiddenReason(attributes: AccessAttributes, reason: string): string {
  const text = refusal(attributes);
  return reason === '' ? text : `${text}: ${reason}`;
}

function refusal({ user, verb, isResource, path, group, resource, subresource, namespace }: AccessAttributes): string {
  const who = `User ${quote(user.name)} cannot ${verb}`;
  if (!isResource) return `${who} path ${quote(path)}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  return `${who} resource ${quote(what)} in API group ${quote(group)} ${where}`;
}

/** The whole message of the Status: `pods "web" is forbidden: User …`, or `forbidden: User …` for a path. */
export function forbiddenMessage(attributes: AccessAttributes, reason: string): string {
  const { isResource, group, resource, name } = attributes;
  const text = forbiddenReason(attributes, reason);
  if (!isResource || resource === '') return `forbidden: ${text}`;
  const target = group === '' ? resource : `${resource}.${group}`;
  return `${target}${name === '' ? '' : ` ${quote(name)}`} is forbidden: ${text}`;
}

/** The 403 to throw when nobody allowed a request. */
export function forbiddenError(attributes: AccessAttributes, reason: string): StatusError {
  const { isResource, group, resource, name } = attributes;
  const details = !isResource
    ? {}
    : {
        ...(name === '' ? {} : { name }),
        ...(group === '' ? {} : { group }),
        ...(resource === '' ? {} : { kind: resource }),
      };
  return new StatusError(403, 'Forbidden', forbiddenMessage(attributes, reason), details);
}
