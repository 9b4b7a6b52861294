/** Reading many objects: pages, revisions, selectors; imitates storage GetList and its resourceVersion rules. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KubeObject } from '../../api/object.ts';
import { badRequest, expired, type StatusError } from '../../api/status-error.ts';
import { CompactedError, type Entry, FutureRevisionError, type ListResult, type Store } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry } from './codec.ts';
import { decodeContinue, encodeContinue, LATEST } from './continue-token.ts';
import { listPrefix, objectKey } from './keys.ts';
import { type ListQuery, parseResourceVersion, tooLargeVersion } from './list-options.ts';
import type { Selection } from './selection.ts';

export interface Page {
  /** The same array as before when nothing has changed: what was made of it can be used again. */
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly continueToken: string;
  /** Absent when a selector is set or nothing remains. */
  readonly remaining: number | undefined;
}

/** The beginning of a list, and the rest in pieces of the same revision: each is read when it is asked for. */
export interface Listing extends Page {
  readonly rest: AsyncIterable<readonly Entry[]> | undefined;
}

/** Finds the entries of a piece that a selection matches; may remember them. */
export type Filter = (entries: readonly Entry[]) => readonly Entry[];

/** Entries read at a time: a few milliseconds of work. */
const PIECE = 2000;
const EXPIRED_VERSION = 'The resourceVersion for the provided list is too old.';
const EXPIRED_TOKEN =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

interface Plan {
  readonly revision: number | undefined;
  readonly after: string | undefined;
  readonly limit: number;
  readonly known: number | undefined;
}

/** All that a query asks for. @throws StatusError 400, 410 Expired, 504 for a revision of the future */
export async function readPage(
  store: Store,
  kind: Kind,
  namespace: string,
  query: ListQuery,
  selection: Selection,
): Promise<Page> {
  const listing = await readListing(store, kind, namespace, query, selection, matching(kind, selection));
  if (listing.rest === undefined) return listing;
  const entries = [...listing.entries];
  for await (const piece of listing.rest) for (const entry of piece) entries.push(entry);
  return { ...listing, entries };
}

export function matching(kind: Kind, selection: Selection): Filter {
  if (selection.everything) return (entries) => entries;
  return (entries) => entries.filter((entry) => selection.matches(readOnly(kind, entry)));
}

/** As readPage; a list without a limit comes in pieces. `filter` is what `matching` gives, or does the same. */
export async function readListing(
  store: Store,
  kind: Kind,
  namespace: string,
  query: ListQuery,
  selection: Selection,
  filter: Filter,
): Promise<Listing> {
  const prefix = listPrefix(kind, namespace);
  const plan = await planRead(store, prefix, query);
  try {
    if (selection.name !== undefined && (namespace !== '' || !kind.namespaced))
      return { ...(await readOne(store, kind, namespace, plan, selection)), rest: undefined };
    if (plan.limit === 0) return await readAll(store, prefix, plan, filter);
    return { ...(await scan(store, kind, prefix, plan, selection)), rest: undefined };
  } catch (error) {
    if (error instanceof CompactedError) throw tooOld(query.continueToken);
    if (error instanceof FutureRevisionError) throw tooLargeVersion(plan.revision ?? 0, error.currentRevision);
    throw error;
  }
}

/** 410; whose pages have expired may go on with the rest as it is now, by the token in the answer. */
function tooOld(continueToken: string): StatusError {
  if (continueToken === '') return expired(EXPIRED_VERSION);
  const error = expired(EXPIRED_TOKEN);
  const { after } = decodeContinue(continueToken);
  error.status.metadata.continue = encodeContinue({ revision: LATEST, after });
  return error;
}

async function planRead(store: Store, prefix: string, query: ListQuery): Promise<Plan> {
  const limit = Math.max(query.limit, 0);
  const version = parseResourceVersion(query.resourceVersion, 400);
  if (query.continueToken !== '') {
    if (version !== undefined && version !== 0)
      throw badRequest('specifying resource version is not allowed when using continue');
    const { revision, after, remaining } = decodeContinue(query.continueToken);
    return { revision: revision < 0 ? undefined : revision, after: prefix + after, limit, known: remaining };
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

async function readAll(store: Store, prefix: string, plan: Plan, filter: Filter): Promise<Listing> {
  const { after, revision } = plan;
  const first = await store.list({ prefix, after, limit: PIECE, revision });
  const from = first.more ? first.entries.at(-1)?.key : undefined;
  return {
    entries: filter(first.entries),
    revision: first.revision,
    continueToken: '',
    remaining: undefined,
    rest: from === undefined ? undefined : readRest(store, prefix, from, first.revision, filter),
  };
}

async function* readRest(
  store: Store,
  prefix: string,
  from: string,
  revision: number,
  filter: Filter,
): AsyncGenerator<readonly Entry[]> {
  for (let after: string | undefined = from; after !== undefined; ) {
    await nextTurn();
    const piece: ListResult = await store.list({ prefix, after, limit: PIECE, revision });
    yield filter(piece.entries);
    after = piece.more ? piece.entries.at(-1)?.key : undefined;
  }
}

/** A page of `limit` entries. */
async function scan(store: Store, kind: Kind, prefix: string, plan: Plan, selection: Selection): Promise<Page> {
  const { limit } = plan;
  if (selection.everything) {
    const page = await store.list({ prefix, after: plan.after, limit, revision: plan.revision });
    const known = plan.known ?? (page.more ? await countAll(store, prefix, plan.after, page.revision) : undefined);
    return finish(prefix, page.entries, page.revision, page.more, known);
  }
  const matched: Entry[] = [];
  let { after, revision } = plan;
  for (;;) {
    const page = await store.list({ prefix, after, limit: PIECE, revision });
    revision = page.revision;
    for (const entry of page.entries) {
      if (!selection.matches(readOnly(kind, entry))) continue;
      if (matched.length === limit) return finish(prefix, matched, revision, true, undefined);
      matched.push(entry);
    }
    if (!page.more) return finish(prefix, matched, revision, false, undefined);
    after = page.entries.at(-1)?.key;
  }
}

/** How many there are behind a key; only a list whose pages expired asks for more than the whole. */
async function countAll(store: Store, prefix: string, after: string | undefined, revision: number): Promise<number> {
  if (after === undefined) return store.count(prefix);
  let count = 0;
  for (let from: string | undefined = after; from !== undefined; ) {
    const piece: ListResult = await store.list({ prefix, after: from, limit: PIECE, revision });
    count += piece.entries.length;
    from = piece.more ? piece.entries.at(-1)?.key : undefined;
  }
  return count;
}

/** `known`: how many there were to read, this page included. */
function finish(
  prefix: string,
  entries: readonly Entry[],
  revision: number,
  more: boolean,
  known: number | undefined,
): Page {
  if (!more) return { entries, revision, continueToken: '', remaining: undefined };
  const after = (entries.at(-1)?.key ?? prefix).slice(prefix.length);
  const remaining = known === undefined ? undefined : Math.max(known - entries.length, 1);
  return { entries, revision, continueToken: encodeContinue({ revision, after, remaining }), remaining };
}

/** Parsed objects of recently scanned entries, for selectors and tables, as the kind that was last asked for reads them. */
const scanned = new WeakMap<Buffer, { readonly kind: Kind; readonly object: KubeObject }>();

/** Never change what it returns. */
export function readOnly(kind: Kind, entry: Entry): KubeObject {
  const known = scanned.get(entry.value);
  if (known !== undefined && known.kind === kind) return known.object;
  const object = decodeEntry(kind, entry);
  scanned.set(entry.value, { kind, object });
  return object;
}
