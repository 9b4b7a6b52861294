import type { KubeObject } from '../../api/object.ts';
import { notAcceptable } from '../../api/status-error.ts';
import type { Entry } from '../../store/store.ts';
import { send, sendPieces } from '../http/response.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry, listItem } from '../registry/codec.ts';
import { type ListQuery, parseListQuery } from '../registry/list-options.ts';
import { type Filter, type Listing, matching, readListing } from '../registry/read-list.ts';
import type { RenderedLists } from '../registry/rendered-lists.ts';
import { parseSelection, type Selection } from '../registry/selection.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { type ListForm, listForm } from './list-form.ts';
import { type MediaType, negotiate } from './media-type.ts';
import { checkIncludeObject, tableOf } from './table.ts';
import { goName, partialMetadata, writeJson } from './write-object.ts';

interface ListMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

const JSON_TYPE = 'application/json';
const EMPTY = Buffer.alloc(0);

export async function handleList(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: true }, kind);
  const query = parseListQuery(ctx.query, false);
  const selection = parseSelection(kind, query.labelSelector, query.fieldSelector);
  if (media.as === 'Table') checkIncludeObject(ctx.query.get('includeObject'));
  if (media.as === 'PartialObjectMetadata')
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goName(kind)}List)`,
    );
  if (kind.unstored !== undefined) return writeUnstored(services, ctx, kind, kind.unstored(), selection, media);
  const { lists } = services;
  const filter = rememberedFilter(lists, kind, query, selection);
  const listing = await readListing(services.registry.store, kind, ctx.info.namespace, query, selection, filter);
  ctx.trace?.decide('storage', `listed objects at revision ${listing.revision}`, {
    revision: listing.revision,
    objects: listing.entries.length,
    more: listing.rest !== undefined,
  });
  const form = listForm(kind, media, ctx.query.get('includeObject'), services.now());
  if (form === undefined) return writeWhole(ctx, kind, listing, media, services.now());
  if (listing.rest !== undefined) return writePieces(ctx, listing, listing.rest, form);
  return writeAtOnce(lists, ctx, kind, listing, form);
}

/** Looks at each entry of an unchanged piece once per selector. */
function rememberedFilter(lists: RenderedLists, kind: Kind, query: ListQuery, selection: Selection): Filter {
  const filter = matching(kind, selection);
  if (selection.everything) return filter;
  const selector = JSON.stringify([query.labelSelector, query.fieldSelector]);
  return (entries) => lists.select(kind, entries, selector, () => filter(entries));
}

function writeAtOnce(
  lists: RenderedLists,
  ctx: RequestContext,
  kind: Kind,
  listing: Listing,
  form: ListForm,
): Promise<void> {
  const { entries } = listing;
  const empty = entries.length === 0;
  const items = empty ? EMPTY : lists.render(kind, entries, form.variant, () => form.items(entries));
  return send(ctx, 200, JSON_TYPE, [
    Buffer.from(form.head(listMeta(listing), empty)),
    items,
    Buffer.from(form.tail(empty)),
  ]);
}

function writePieces(
  ctx: RequestContext,
  listing: Listing,
  rest: AsyncIterable<readonly Entry[]>,
  form: ListForm,
): Promise<void> {
  return sendPieces(ctx, 200, JSON_TYPE, piecesOf(listing, rest, form));
}

/** The head comes with the first item: until then nobody knows whether there are any. */
async function* piecesOf(
  listing: Listing,
  rest: AsyncIterable<readonly Entry[]>,
  form: ListForm,
): AsyncGenerator<Buffer> {
  let empty = true;
  const render = (entries: readonly Entry[]): Buffer => {
    const before = empty ? form.head(listMeta(listing), false) : ',';
    empty = false;
    return Buffer.concat([Buffer.from(before), form.items(entries)]);
  };
  if (listing.entries.length > 0) yield render(listing.entries);
  for await (const entries of rest) if (entries.length > 0) yield render(entries);
  yield Buffer.from(empty ? form.head(listMeta(listing), true) + form.tail(true) : form.tail(false));
}

async function writeWhole(
  ctx: RequestContext,
  kind: Kind,
  listing: Listing,
  media: MediaType,
  now: Date,
): Promise<void> {
  const objects = listing.entries.map((entry) => decodeEntry(kind, entry));
  if (listing.rest !== undefined) {
    for await (const entries of listing.rest) for (const entry of entries) objects.push(decodeEntry(kind, entry));
  }
  const metadata = listMeta(listing);
  const includeObject = ctx.query.get('includeObject');
  const value =
    media.as === 'Table'
      ? tableOf(kind, objects, metadata, media.version, includeObject, now)
      : listObject(kind, objects, metadata, media);
  await writeJson(ctx, 200, value, media);
}

async function writeUnstored(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  all: KubeObject[],
  selection: Selection,
  media: MediaType,
): Promise<void> {
  const objects = all.filter((obj) => selection.matches(obj));
  const includeObject = ctx.query.get('includeObject');
  if (media.as === 'Table')
    return writeJson(ctx, 200, tableOf(kind, objects, {}, media.version, includeObject, services.now()), media);
  await writeJson(ctx, 200, listObject(kind, objects, {}, media), media);
}

function listObject(kind: Kind, objects: KubeObject[], metadata: ListMeta, media: MediaType): unknown {
  if (media.as === 'PartialObjectMetadataList') {
    const items = objects.map((obj) => partialMetadata(obj, media.version));
    return { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${media.version}`, metadata, items };
  }
  return {
    kind: kind.listKind,
    apiVersion: kind.apiVersion,
    metadata,
    items: objects.map((obj) => listItem(kind, obj)),
  };
}

function listMeta(page: Listing): ListMeta {
  return {
    resourceVersion: String(page.revision),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
}
