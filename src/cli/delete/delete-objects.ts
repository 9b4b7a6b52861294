import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { DeleteOptions } from '../../api/types/meta-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { addSource } from '../apply/apply-errors.ts';
import { type DryRun, withDryRun } from '../dry-run.ts';
import { kindText, objectText } from '../resources/find-resource.ts';
import { type Selection, targetOf } from '../resources/selection.ts';

export interface DeleteRequest {
  readonly propagation: 'Background' | 'Foreground' | 'Orphan' | undefined;
  /** Seconds; negative: as the object says. */
  readonly gracePeriod: number;
  readonly dryRun: DryRun;
  readonly ignoreNotFound: boolean;
}

/**
 * Sends the deletion. @returns the uid of what is going, where the server told; undefined when there was nothing and
 * that is no matter
 * @throws StatusError naming the file that the object came from
 */
export async function deleteOne(
  client: RestClient,
  selection: Selection,
  request: DeleteRequest,
): Promise<{ uid: string | undefined } | undefined> {
  if (request.dryRun === 'client') return { uid: undefined };
  try {
    return { uid: uidOf(await client.delete<JsonObject>(targetOf(selection), optionsOf(request))) };
  } catch (error) {
    if (request.ignoreNotFound && isStatusError(error, 'NotFound')) return undefined;
    throw selection.source === undefined ? error : addSource('deleting', selection.source, error);
  }
}

function optionsOf({ propagation, gracePeriod, dryRun }: DeleteRequest): DeleteOptions {
  return {
    propagationPolicy: propagation,
    ...(gracePeriod < 0 ? {} : { gracePeriodSeconds: gracePeriod }),
    ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
}

/** A Status tells it in its details, an object in its metadata. */
function uidOf(answer: JsonObject): string | undefined {
  const holder = (answer['kind'] === 'Status' ? answer['details'] : answer['metadata']) as { uid?: string } | undefined;
  return holder?.uid;
}

/** `deployment.apps "web" deleted from default namespace` */
export function deletionLine(selection: Selection, { gracePeriod, dryRun }: DeleteRequest, nameOnly: boolean): string {
  const { resource, namespace, name = '' } = selection;
  if (nameOnly) return `${objectText(resource, name)}\n`;
  const operation = gracePeriod === 0 ? 'force deleted' : 'deleted';
  const where = namespace === undefined ? '' : ` from ${namespace} namespace`;
  return `${kindText(resource)} ${JSON.stringify(name)} ${withDryRun(`${operation}${where}`, dryRun)}\n`;
}
