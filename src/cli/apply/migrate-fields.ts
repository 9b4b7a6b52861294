/**
 * Fields that client-side apply set belong to an Update entry of managedFields. Once an object is applied server-side,
 * they move to the Apply entry: otherwise a field taken out of the manifest would stay. Imitates client-go util/csaupgrade.
 */
import { cloneJson, getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import type { ManagedFieldsEntry } from '../../api/types/meta-v1.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { goJson } from '../print/go-json.ts';
import { targetOf } from '../resources/selection.ts';
import { type ApplyOptions, SERVER_SIDE_MANAGER } from './apply-options.ts';
import { LAST_APPLIED, lastAppliedText } from './last-applied.ts';

const ANNOTATION_PATH = ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`];

/** Under this manager kubectl keeps the annotation alive, so that the object can go back to client-side apply. */
const ANNOTATION_MANAGER = 'kubectl-last-applied';

/** @returns whether something was moved, so that the object has to be applied again */
export async function migrateClientSideFields(
  manifest: ResolvedManifest,
  applied: JsonObject,
  options: ApplyOptions,
): Promise<boolean> {
  const annotation = lastAppliedText(applied);
  if (annotation === undefined || migrationOf(applied, options) === undefined) return false;
  const object = await keepAnnotation(manifest, applied, annotation, options);
  const patch = migrationOf(object, options);
  if (patch === undefined) return false;
  await options.client.patch(targetOf(manifest), 'json', goJson(patch));
  return true;
}

/** Only the default manager keeps the annotation up to date, so only for it is it worth keeping. */
async function keepAnnotation(
  manifest: ResolvedManifest,
  applied: JsonObject,
  annotation: string,
  { client, fieldManager }: ApplyOptions,
): Promise<JsonObject> {
  if (fieldManager !== SERVER_SIDE_MANAGER) return applied;
  const { apiVersion, kind } = manifest.object;
  const { name, namespace } = manifest;
  const metadata = { name, namespace, annotations: { [LAST_APPLIED]: annotation } };
  return client.apply<JsonObject>(targetOf(manifest), goJson({ apiVersion, kind, metadata }), {
    fieldManager: ANNOTATION_MANAGER,
  });
}

function migrationOf(object: JsonObject, { fieldManager }: ApplyOptions): object[] | undefined {
  const metadata = object['metadata'] as { managedFields?: ManagedFieldsEntry[]; resourceVersion?: string };
  const migrated = migratedFields(metadata.managedFields ?? [], fieldManager);
  if (migrated === undefined) return undefined;
  return [
    { op: 'replace', path: '/metadata/managedFields', value: migrated },
    { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}

/** undefined when no Update entry owns the last-applied annotation. */
export function migratedFields(
  entries: readonly ManagedFieldsEntry[],
  manager: string,
): ManagedFieldsEntry[] | undefined {
  const clientSide = entries.filter(
    (entry) => entry.operation === 'Update' && !entry.subresource && owns(entry.fieldsV1, ANNOTATION_PATH),
  );
  if (clientSide.length === 0) return undefined;
  const rest = entries.filter((entry) => !clientSide.includes(entry));
  const isOwn = (entry: ManagedFieldsEntry): boolean =>
    entry.operation === 'Apply' && entry.manager === manager && !entry.subresource;
  const [base] = [...rest.filter(isOwn), ...clientSide];
  const union: JsonObject = {};
  for (const entry of [...rest.filter(isOwn), ...clientSide]) addFields(union, entry.fieldsV1 ?? {});
  const moved = { ...base, manager, operation: 'Apply', fieldsV1: without(union, ANNOTATION_PATH) };
  return [...rest.filter((entry) => !isOwn(entry)), moved];
}

function owns(fields: unknown, [head, ...rest]: readonly string[]): boolean {
  if (head === undefined) return true;
  const next = isObject(fields) ? getOwn(fields, head) : undefined;
  return next !== undefined && owns(next, rest);
}

function addFields(target: JsonObject, fields: JsonObject): void {
  for (const key of Object.keys(fields)) {
    const known = getOwn(target, key);
    const added = fields[key];
    if (isObject(known) && isObject(added)) addFields(known, added);
    else setOwn(target, key, cloneJson(added));
  }
}

function without(fields: JsonObject, [head = '', ...rest]: readonly string[]): JsonObject {
  const copy = { ...fields };
  const next = getOwn(copy, head);
  if (rest.length === 0) delete copy[head];
  else if (isObject(next)) setOwn(copy, head, without(next, rest));
  return copy;
}
