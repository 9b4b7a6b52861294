/** Reads the question out of a refusal that somebody pasted. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { pathRequest } from '../auth/access-question.ts';
import { CliError } from '../errors.ts';

export interface Refusal {
  readonly username: string;
  readonly request: RbacRequest;
}

const RESOURCE =
  /(?:"([^"]*)" is forbidden|is forbidden): User "([^"]*)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)" (?:in the namespace "([^"]+)"|at the cluster scope)/;
const PATH = /User "([^"]*)" cannot (\S+) path "([^"]+)"/;

/**
 *   pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "shop"
 * @throws CliError when the text is no such refusal
 */
export function parseForbidden(text: string): Refusal {
  // Messages come quoted out of JSON logs too.
  const message = text.includes('\\"') ? text.replaceAll('\\"', '"') : text;
  const resource = RESOURCE.exec(message);
  if (resource !== null) {
    const [, name = '', username = '', verb = '', what = '', group = '', namespace = ''] = resource;
    const [plural = '', ...sub] = what.split('/');
    const facts = { verb, isResource: true, path: '', group, resource: plural, subresource: sub.join('/') };
    return { username, request: { ...facts, namespace, name } };
  }
  const path = PATH.exec(message);
  if (path !== null) return { username: path[1] ?? '', request: pathRequest(path[2] ?? '', path[3] ?? '') };
  throw new CliError(
    'the text is no refusal of an API server; expected: … is forbidden: User "NAME" cannot VERB resource "RESOURCE" in API group "GROUP" in the namespace "NAMESPACE"',
  );
}
