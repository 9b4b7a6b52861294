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
    ...notHeld.map((request) => [object, where, `to give away: ${requestWord(request)}`]),
  ];
}

/** `get pods/log`, `get /metrics`, `bind clusterroles.rbac.authorization.k8s.io/admin` */
function requestWord({ verb, isResource, path, group, resource, subresource, name }: RbacRequest): string {
  if (!isResource) return `${verb} ${path}`;
  const what = resourceWord(group, subresource === '' ? resource : `${resource}/${subresource}`);
  return `${verb} ${what}${name === '' ? '' : ` ${name}`}`;
}
