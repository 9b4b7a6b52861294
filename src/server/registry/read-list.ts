/** Reading many objects: pages, revisions, selectors; imitates storage GetList and its resourceVersion rules. */
import type { KubeObject } from '../../api/object.ts';
import { badRequest, expired } from '../../api/status-error.ts';
import { CompactedError, type Entry, FutureRevisionError, type Store } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry } from './codec.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { listPrefix, objectKey } from './keys.ts';
import { type ListQuery, parseResourceVersion, tooLargeVersion } from './list-options.ts';
import type { Selection } from './selection.ts';

export interface Page {
  readonly entries: Entry[];
  readonly revision: number;
  readonly continueToken: string;
  /** Absent when a selector is set or nothing remains. */
  readonly remaining: number | undefined;
}

/** Entries read at a time while a selector looks for matches. */
const SCAN_PAGE = 1000;
const EXPIRED_TEXT =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

interface Plan {
  readonly revision: number | undefined;
  readonly after: string | undefined;
  readonly limit: number;
  readonly known: number | undefined;
}

/** @throws StatusError 400, 410 Expired, 504 for a revision of the future */
export async function readPage(
  store: Store,
  kind: Kind,
  namespace: string,
  query: ListQuery,
  selection: Selection,
): Promise<Page> {
  const prefix = listPrefix(kind, namespace);
  const plan = await planRead(store, prefix, query);
  try {
    if (selection.name !== undefined && (namespace !== '' || !kind.namespaced))
      return await readOne(store, kind, namespace, plan, selection);
    return await scan(store, kind, prefix, plan, selection);
  } catch (error) {
    if (error instanceof CompactedError)
      throw expired(
        query.continueToken === ''
          ? 'The provided resource version is too old to display a consistent list result.'
          : EXPIRED_TEXT,
      );
    if (error instanceof FutureRevisionError) throw tooLargeVersion(plan.revision ?? 0, error.currentRevision);
    throw error;
  }
}

async function planRead(store: Store, prefix: string, query: ListQuery): Promise<Plan> {
  const limit = Math.max(query.limit, 0);
  const version = parseResourceVersion(query.resourceVersion, 400);
  if (query.continueToken !== '') {
    if (version !== undefined && version !== 0)
      throw badRequest('specifying resource version is not allowed when using continue');
    const { revision, after, remaining } = decodeContinue(query.continueToken);
    return { revision, after: prefix + after, limit, known: remaining };
  }
  if (version === undefined) return { revision: undefined, after: undefined, limit, known: undefined };
  if (version === 0) return { revision: undefined, after: undefined, limit: 0, known: undefined };
  const current = await store.currentRevision();
  if (version > current) throw tooLargeVersion(version, current);
  const exact = query.resourceVersionMatch === 'Exact' || (query.resourceVersionMatch === '' && limit > 0);
  return { revision: exact ? version : undefined, after: undefined, limit, known: undefined };
}

async function readOne(store: Store, kind: Kind, namespace: string, plan: Plan, selection: Selection): Promise<Page> {
  const revision = plan.revision ?? (await store.currentRevision());
  const entry = await store.get(objectKey(kind, namespace, selection.name ?? ''), plan.revision);
  const entries = entry !== undefined && selection.matches(decodeEntry(kind, entry)) ? [entry] : [];
  return { entries, revision, continueToken: '', remaining: undefined };
}

async function scan(store: Store, kind: Kind, prefix: string, plan: Plan, selection: Selection): Promise<Page> {
  const { limit } = plan;
  if (selection.everything) {
    const page = await store.list({ prefix, after: plan.after, limit, revision: plan.revision });
    return finish(store, prefix, page.entries, page.revision, page.more, plan.known, true);
  }
  const matched: Entry[] = [];
  let { after, revision } = plan;
  for (;;) {
    const page = await store.list({ prefix, after, limit: SCAN_PAGE, revision });
    revision = page.revision;
    for (const entry of page.entries) {
      if (!selection.matches(readOnly(kind, entry))) continue;
      if (limit > 0 && matched.length === limit)
        return finish(store, prefix, matched, revision, true, undefined, false);
      matched.push(entry);
    }
    if (!page.more) return finish(store, prefix, matched, revision, false, undefined, false);
    after = page.entries.at(-1)?.key;
  }
}

async function finish(
  store: Store,
  prefix: string,
  entries: Entry[],
  revision: number,
  more: boolean,
  known: number | undefined,
  counted: boolean,
): Promise<Page> {
  if (!more) return { entries, revision, continueToken: '', remaining: undefined };
  const after = (entries.at(-1)?.key ?? prefix).slice(prefix.length);
  const remaining = counted ? Math.max((known ?? (await store.count(prefix))) - entries.length, 1) : undefined;
  return { entries, revision, continueToken: encodeContinue({ revision, after, remaining }), remaining };
}

/** Parsed objects of recently scanned entries, for selectors and tables, in the version last asked for. */
const scanned = new WeakMap<Buffer, { readonly apiVersion: string; readonly object: KubeObject }>();

/** Never change what it returns. */
export function readOnly(kind: Kind, entry: Entry): KubeObject {
  const known = scanned.get(entry.value);
  if (known !== undefined && known.apiVersion === kind.apiVersion) return known.object;
  const object = decodeEntry(kind, entry);
  scanned.set(entry.value, { apiVersion: kind.apiVersion, object });
  return object;
}
