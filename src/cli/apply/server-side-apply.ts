/** `apply --server-side`: the server merges and keeps who owns which field. */
import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { goJson } from '../print/go-json.ts';
import { targetOf } from '../resources/selection.ts';
import { conflictHelp, objectWords } from './apply-errors.ts';
import type { Applied, ApplyOptions } from './apply-options.ts';
import { warnIfDeleting } from './client-side-apply.ts';
import { migrateClientSideFields } from './migrate-fields.ts';

/** @throws StatusError, PlainError (conflicts, with what to do about them), ClientError */
export async function applyServerSide(manifest: ResolvedManifest, options: ApplyOptions): Promise<Applied> {
  let object = await send(manifest, options);
  if (options.dryRun === 'none' && (await migrateClientSideFields(manifest, object, options))) {
    object = await send(manifest, options);
  }
  warnIfDeleting(manifest, object, options);
  return { object, operation: 'serverside-applied' };
}

async function send(manifest: ResolvedManifest, options: ApplyOptions): Promise<JsonObject> {
  const { client, fieldManager, fieldValidation, forceConflicts, dryRun, subresource, people } = options;
  try {
    return await client.apply<JsonObject>(targetOf(manifest, subresource), goJson(manifest.object), {
      fieldManager,
      fieldValidation,
      force: forceConflicts,
      dryRun: dryRun === 'server',
    });
  } catch (error) {
    throw isStatusError(error, 'Conflict') ? conflictHelp(error, people ? objectWords(manifest) : undefined) : error;
  }
}
