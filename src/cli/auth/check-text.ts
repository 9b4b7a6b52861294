/** What of some manifests may be applied, for people. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { fittedTable } from '../print/fitted-table.ts';
import { resourceWord } from '../rbac/words.ts';
import type { CheckedObject, ManifestCheck } from './manifest-check.ts';

/** The first line begins with yes or no. */
export function checkText({ allowed, objects, missing }: ManifestCheck, width?: number): string {
  const all = objects.length === 1 ? 'the object' : `all ${objects.length} objects`;
  if (allowed) return `yes: you may apply ${all}\n`;
  const failing = objects.filter(({ missingVerbs, notHeld }) => missingVerbs.length + notHeld.length > 0);
  const count = `${missing.length} permission${missing.length === 1 ? '' : 's'}`;
  const head = `no: ${count} missing for ${failing.length} of ${objects.length} object${objects.length === 1 ? '' : 's'}\n\n`;
  const rows = failing.flatMap(rowsOf);
  const table = fittedTable({
    header: ['OBJECT', 'NAMESPACE', 'MISSING'],
    rows,
    ...(width === undefined ? {} : { width }),
  });
  return `${head}${table}\n--fix prints the roles and bindings that hold them.\n`;
}

function rowsOf({ object, namespace, missingVerbs, notHeld }: CheckedObject): string[][] {
  const where = namespace === '' ? '-' : namespace;
  return [
    ...(missingVerbs.length === 0 ? [] : [[object, where, missingVerbs.join(', ')]]),
    ...permissionWords(notHeld).map((words) => [object, where, `to give away: ${words}`]),
  ];
}

/** `get, list pods, pods/log`, `get /metrics`, `bind clusterroles.rbac.authorization.k8s.io admin` */
function permissionWords(requests: readonly RbacRequest[]): string[] {
  const verbs = grouped(requests.map((request) => [whatOf(request), request.verb]));
  const whats = grouped([...verbs].map(([what, list]) => [list.join(', '), what]));
  return [...whats].map(([verb, list]) => `${verb} ${list.join(', ')}`);
}

function grouped(pairs: readonly (readonly [key: string, value: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

function whatOf({ isResource, path, group, resource, subresource, name }: RbacRequest): string {
  if (!isResource) return path;
  const what = resourceWord(group, subresource === '' ? resource : `${resource}/${subresource}`);
  return `${what}${name === '' ? '' : ` ${name}`}`;
}
