/** Brings roles and bindings of a cluster to what manifests say; imitates kubectl auth reconcile. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import {
  type ReconcileOperation,
  type Reconciliation,
  reconcileBinding,
  reconcileRole,
} from '../../api/rbac/reconcile.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';
import type { ResourceTarget } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';

export interface ReconcileOptions {
  readonly client: RestClient;
  readonly dryRun: boolean;
  readonly removeExtraPermissions: boolean;
  readonly removeExtraSubjects: boolean;
}

const GROUP = 'rbac.authorization.k8s.io';
const ROLES: ReadonlySet<string> = new Set(['roles', 'clusterroles']);
const BINDINGS: ReadonlySet<string> = new Set(['rolebindings', 'clusterrolebindings']);
/** How often an object may come or go between reading and writing. */
const MAX_ATTEMPTS = 3;

/** undefined for objects that are neither role nor binding. @throws CliError, StatusError */
export async function reconcileObject(
  manifest: ResolvedManifest,
  options: ReconcileOptions,
): Promise<Reconciliation<KubeObject> | undefined> {
  const { group, resource } = manifest.resource;
  if (group !== GROUP || !(ROLES.has(resource) || BINDINGS.has(resource))) return undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const result = compared(manifest, await stored(manifest, options.client), options);
    if (result.isProtected || options.dryRun || result.operation === 'none') return result;
    const object = await written(manifest, result, options.client);
    if (object !== undefined) return { ...result, object };
  }
  throw new CliError('exceeded maximum attempts');
}

function compared(
  { resource, object }: ResolvedManifest,
  existing: KubeObject | undefined,
  { removeExtraPermissions, removeExtraSubjects }: ReconcileOptions,
): Reconciliation<KubeObject> {
  const expected = object as KubeObject;
  return ROLES.has(resource.resource)
    ? reconcileRole(existing, expected, { removeExtra: removeExtraPermissions })
    : reconcileBinding(existing, expected, { removeExtra: removeExtraSubjects });
}

function targetOf({ resource, namespace, name }: ResolvedManifest): ResourceTarget {
  return { ...pick(resource), name, ...(namespace === undefined ? {} : { namespace }) };
}

function pick({ group, version, resource }: { group: string; version: string; resource: string }) {
  return { group, version, resource };
}

async function stored(manifest: ResolvedManifest, client: RestClient): Promise<KubeObject | undefined> {
  try {
    return await client.get(targetOf(manifest));
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** undefined when somebody was faster: everything is to be looked at again. */
async function written(
  manifest: ResolvedManifest,
  { operation, object }: Reconciliation<KubeObject>,
  client: RestClient,
): Promise<KubeObject | undefined> {
  const target = targetOf(manifest);
  const { name: _, ...collection } = target;
  try {
    if (operation === 'update') return await client.update(target, object);
    if (operation === 'recreate') await client.delete(target).catch(ignore('NotFound'));
    if (manifest.namespace !== undefined) await ensureNamespace(client, manifest.namespace);
    return await client.create(collection, object);
  } catch (error) {
    if (isStatusError(error, operation === 'update' ? 'NotFound' : 'AlreadyExists')) return undefined;
    throw error;
  }
}

/** Whoever may not see or create namespaces goes on without. */
async function ensureNamespace(client: RestClient, name: string): Promise<void> {
  const namespaces = { group: '', version: 'v1', resource: 'namespaces' };
  try {
    await client.get({ ...namespaces, name });
  } catch (error) {
    if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Forbidden')) throw error;
    const object: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await client.create(namespaces, object).catch(ignore('AlreadyExists', 'Forbidden'));
  }
}

function ignore(...reasons: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!reasons.some((reason) => isStatusError(error, reason))) throw error;
  };
}

const VERBS: Readonly<Record<ReconcileOperation, string>> = {
  create: 'create',
  update: 'update',
  recreate: 'recreate',
  none: '',
};

/** The lines below an object, as kubectl prints them on stderr. */
export function reconciliationText(result: Reconciliation<KubeObject>, options: ReconcileOptions): string {
  const { operation, isProtected, missingSubjects, extraSubjects, missingRules, extraRules } = result;
  if (operation === 'none') return '';
  const caveat = isProtected ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : '';
  const block = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}`;
  return [
    `\treconciliation required ${VERBS[operation]}${caveat}\n`,
    block('missing subjects added', missingSubjects.map(goSubject)),
    options.removeExtraSubjects ? block('extra subjects removed', extraSubjects.map(goSubject)) : '',
    block('missing rules added', missingRules.map(goRule)),
    options.removeExtraPermissions ? block('extra rules removed', extraRules.map(goRule)) : '',
  ].join('');
}

function goSubject({ kind = '', apiGroup = '', name = '', namespace = '' }: Subject): string {
  return `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;
}

function goRule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const list = (values: readonly string[] = []): string => `[${values.join(' ')}]`;
  return `{Verbs:${list(verbs)} APIGroups:${list(apiGroups)} Resources:${list(resources)} ResourceNames:${list(resourceNames)} NonResourceURLs:${list(nonResourceURLs)}}`;
}
