/** `apply` as kubectl does it on its own side: a patch from what was applied last, what is wanted and what there is. */
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import type { Schema } from '../../api/schema/schema.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { PatchType, WriteOptions } from '../../client/rest-client.ts';
import { waitUntilGone } from '../delete/wait-until-gone.ts';
import { CliError } from '../errors.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { goJson } from '../print/go-json.ts';
import { targetOf } from '../resources/selection.ts';
import { addSource, describeTarget, missingAnnotation } from './apply-errors.ts';
import type { Applied, ApplyOptions } from './apply-options.ts';
import { lastAppliedText, withLastApplied, withoutLastApplied } from './last-applied.ts';
import { threeWayStrategicPatch } from './strategic-patch.ts';
import { threeWayMergePatch } from './three-way-merge.ts';

const MAX_ATTEMPTS = 5;

/** @throws StatusError, CliError, ClientError */
export async function applyClientSide(manifest: ResolvedManifest, options: ApplyOptions): Promise<Applied> {
  const modified = options.quiet ? withoutLastApplied(manifest.object) : withLastApplied(manifest.object);
  const live = await readLive(manifest, options);
  if (live === undefined) return { object: await create(manifest, modified, options), operation: 'created' };
  if (options.dryRun === 'client') return { object: mergedLocally(live, modified), operation: 'configured' };
  if (lastAppliedText(live) === undefined) options.warn(missingAnnotation(manifest));
  return patchLive(manifest, live, modified, options);
}

async function readLive(manifest: ResolvedManifest, { client }: ApplyOptions): Promise<JsonObject | undefined> {
  try {
    if (manifest.name === '') throw new CliError('resource name may not be empty');
    return await client.get<JsonObject>(targetOf(manifest));
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    const what = `retrieving current configuration of:\n${describeTarget(manifest)}\nfrom server for:`;
    throw addSource(what, manifest.source, error);
  }
}

async function create(manifest: ResolvedManifest, modified: JsonObject, options: ApplyOptions): Promise<JsonObject> {
  if (options.dryRun === 'client') return modified;
  const { name: _, ...collection } = targetOf(manifest);
  try {
    return await options.client.create<JsonObject>(collection, goJson(modified), writeOptions(options));
  } catch (error) {
    throw options.quiet ? error : addSource('creating', manifest.source, error);
  }
}

function writeOptions({ fieldManager, fieldValidation, dryRun }: ApplyOptions): WriteOptions {
  return { fieldManager, fieldValidation, dryRun: dryRun === 'server' };
}

interface Patch {
  readonly type: PatchType;
  readonly body: JsonObject;
}

/** Another writer may come between: then once more from what there is. */
async function patchLive(
  manifest: ResolvedManifest,
  first: JsonObject,
  modified: JsonObject,
  options: ApplyOptions,
): Promise<Applied> {
  let live = first;
  for (let attempt = 1; ; attempt++) {
    const patch = await patchFor(manifest, live, modified);
    if (Object.keys(patch.body).length === 0) return unchanged(manifest, live, options);
    try {
      const text = goJson(patch.body);
      const object = await options.client.patch<JsonObject>(
        targetOf(manifest),
        patch.type,
        text,
        writeOptions(options),
      );
      warnIfDeleting(manifest, object, options);
      return { object, operation: 'configured' };
    } catch (error) {
      const conflict = isStatusError(error, 'Conflict');
      if (conflict && attempt < MAX_ATTEMPTS) {
        live = await options.client.get<JsonObject>(targetOf(manifest));
        continue;
      }
      if (options.force && (conflict || isStatusError(error, 'Invalid'))) return replace(manifest, modified, options);
      if (options.quiet) throw error;
      const patched = addSource('patching', manifest.source, error);
      const what = `applying patch:\n${goJson(patch.body)}\nto:\n${describeTarget(manifest)}\nfor:`;
      throw addSource(what, manifest.source, patched);
    }
  }
}

function unchanged(manifest: ResolvedManifest, object: JsonObject, options: ApplyOptions): Applied {
  warnIfDeleting(manifest, object, options);
  return { object, operation: 'unchanged' };
}

export function warnIfDeleting({ name }: ResolvedManifest, object: JsonObject, { warn }: ApplyOptions): void {
  const metadata = object['metadata'];
  if (!isObject(metadata) || metadata['deletionTimestamp'] === undefined) return;
  warn(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
}

async function patchFor(manifest: ResolvedManifest, live: JsonObject, modified: JsonObject): Promise<Patch> {
  const text = lastAppliedText(live);
  const parsed = text === undefined ? {} : parseJson(text);
  const original = isObject(parsed) ? parsed : {};
  const schema = await builtInSchema(manifest);
  return schema === undefined
    ? { type: 'merge', body: threeWayMergePatch(original, modified, live) }
    : { type: 'strategic', body: threeWayStrategicPatch(schema, original, modified, live) };
}

/** Which lists merge by which key; undefined for custom resources. */
async function builtInSchema({ resource: { group, version, kind } }: ResolvedManifest): Promise<Schema | undefined> {
  const { schemaOfKind, typeNameOfKind } = await import('../../api/schema/type-table.ts');
  return typeNameOfKind(group, version, kind) === undefined ? undefined : schemaOfKind(group, version, kind);
}

/** What client-side dry runs show: the live object under the wanted fields. */
function mergedLocally(live: JsonObject, modified: JsonObject): JsonObject {
  return { ...live, ...modified, metadata: { ...(live['metadata'] as object), ...(modified['metadata'] as object) } };
}

/** `--force`: what cannot be changed is deleted and created again. */
async function replace(manifest: ResolvedManifest, modified: JsonObject, options: ApplyOptions): Promise<Applied> {
  const target = targetOf(manifest);
  const grace = options.gracePeriod < 0 ? {} : { gracePeriodSeconds: options.gracePeriod };
  await options.client.delete(target, { propagationPolicy: 'Background', ...grace });
  await waitUntilGone(options.client, manifest, undefined, 0);
  return { object: await create(manifest, modified, options), operation: 'configured' };
}
