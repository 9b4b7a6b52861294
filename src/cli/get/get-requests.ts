/** The requests of `get`: tables or objects, long lists in parts. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { isStatusError, StatusError } from '../../api/status-error.ts';
import { groupVersion, resourcePath } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { mapParallel } from '../parallel.ts';
import { type Selection, targetOf } from '../resources/selection.ts';

export interface GetQuery {
  readonly table: boolean;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0 = at once. */
  readonly chunkSize: number;
  readonly subresource: string;
  /** Rows carry the whole object, for sorting. */
  readonly includeObjects: boolean;
}

/** What a selection came to: the answers (several when the list came in parts), or why there is none. */
export interface Fetched {
  readonly selection: Selection;
  readonly answers: readonly JsonObject[];
  readonly error?: unknown;
}

export const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const PARALLEL = 8;

/** Asks for everything; failures stand with their selection. */
export function fetchAll(client: RestClient, selections: readonly Selection[], query: GetQuery): Promise<Fetched[]> {
  return mapParallel(selections, PARALLEL, async (selection) => {
    try {
      return { selection, answers: await fetchOne(client, selection, query) };
    } catch (error) {
      return { selection, answers: [], error };
    }
  });
}

async function fetchOne(client: RestClient, selection: Selection, query: GetQuery): Promise<JsonObject[]> {
  const path = resourcePath(targetOf(selection, query.subresource));
  const headers = query.table ? { accept: TABLE_ACCEPT } : undefined;
  const base = { includeObject: query.table && query.includeObjects ? 'Object' : undefined };
  if (selection.name !== undefined) return [await client.json<JsonObject>('GET', path, { headers, query: base })];
  const { labelSelector, fieldSelector, chunkSize } = query;
  const list = (limit: number | undefined, token: string | undefined): Promise<JsonObject> =>
    client.json<JsonObject>('GET', path, {
      headers,
      query: { ...base, labelSelector, fieldSelector, limit, continue: token },
    });
  try {
    return await inParts(list, chunkSize);
  } catch (error) {
    throw describedFailure(error, selection, query);
  }
}

/** Says which list could not be read, as cli-runtime does for bad selectors and unknown resources. */
function describedFailure(
  error: unknown,
  { resource }: Selection,
  { labelSelector, fieldSelector }: GetQuery,
): unknown {
  if (!isStatusError(error, 'BadRequest') && !isStatusError(error, 'NotFound')) return error;
  const what = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.resource}`);
  const [label, field] = [JSON.stringify(labelSelector), JSON.stringify(fieldSelector)];
  const head =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${what}`
      : `Unable to find ${what} that match label selector ${label}, field selector ${field}`;
  return StatusError.fromStatus({ ...error.status, message: `${head}: ${error.message}` });
}

async function inParts(
  list: (limit: number | undefined, token: string | undefined) => Promise<JsonObject>,
  chunkSize: number,
): Promise<JsonObject[]> {
  const limit = chunkSize === 0 ? undefined : chunkSize;
  const parts = [await list(limit, undefined)];
  for (let token = continueOf(parts[0]); token !== undefined; token = continueOf(parts.at(-1))) {
    try {
      parts.push(await list(limit, token));
    } catch (error) {
      // The list outlived the server's history: once more, whole.
      if (!isStatusError(error, 'Expired') && !isStatusError(error, 'Gone')) throw error;
      return [await list(undefined, undefined)];
    }
  }
  return parts;
}

function continueOf(answer: JsonObject | undefined): string | undefined {
  const metadata = answer?.['metadata'];
  const token = isObject(metadata) ? metadata['continue'] : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** The objects of an answer, each with apiVersion and kind, which lists of built-in kinds leave out. */
export function objectsOf({ selection, answers }: Fetched): JsonObject[] {
  const { resource } = selection;
  return answers.flatMap((answer) => {
    const items = answer['items'];
    if (selection.name !== undefined || !Array.isArray(items)) return [answer];
    return items.filter(isObject).map((item) => ({ apiVersion: groupVersion(resource), kind: resource.kind, ...item }));
  });
}
