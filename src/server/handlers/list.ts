import { stringifyJson } from '../../api/json.ts';
import type { KubeObject } from '../../api/object.ts';
import { notAcceptable } from '../../api/status-error.ts';
import { send } from '../http/response.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry, itemsBytes, listItem } from '../registry/codec.ts';
import { parseListQuery } from '../registry/list-options.ts';
import { type Page, readOnly, readPage } from '../registry/read-list.ts';
import { parseSelection, type Selection } from '../registry/selection.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { type MediaType, negotiate } from './media-type.ts';
import { checkIncludeObject, tableOf } from './table.ts';
import { goName, partialMetadata, writeJson } from './write-object.ts';

interface ListMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

const LIST_TAIL = Buffer.from(']}\n');

export async function handleList(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: true });
  const query = parseListQuery(ctx.query, false);
  const selection = parseSelection(kind, query.labelSelector, query.fieldSelector);
  if (media.as === 'Table') checkIncludeObject(ctx.query.get('includeObject'));
  if (media.as === 'PartialObjectMetadata')
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goName(kind)}List)`,
    );
  if (kind.unstored !== undefined) return writeUnstored(services, ctx, kind, kind.unstored(), selection, media);
  const page = await readPage(services.registry.store, kind, ctx.info.namespace, query, selection);
  ctx.trace?.decide('storage', `listed ${page.entries.length} objects at revision ${page.revision}`, {
    revision: page.revision,
  });
  await writePage(services, ctx, kind, page, media);
}

async function writePage(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  page: Page,
  media: MediaType,
): Promise<void> {
  const metadata = listMeta(page);
  if (media.as === undefined && media.format === 'json' && !media.pretty) return writeBytes(ctx, kind, page, metadata);
  if (media.as === 'Table') {
    const objects = page.entries.map((entry) => readOnly(kind, entry));
    return writeJson(
      ctx,
      200,
      tableOf(kind, objects, metadata, media.version, ctx.query.get('includeObject'), services.now()),
      media,
    );
  }
  const objects = page.entries.map((entry) => decodeEntry(kind, entry));
  await writeJson(ctx, 200, listObject(kind, objects, metadata, media), media);
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

function writeBytes(ctx: RequestContext, kind: Kind, page: Page, metadata: ListMeta): Promise<void> {
  const head = Buffer.from(
    `{"kind":"${kind.listKind}","apiVersion":"${kind.apiVersion}","metadata":${stringifyJson(metadata)},"items":[`,
  );
  return send(ctx, 200, 'application/json', itemsBytes(kind, page.entries, head, LIST_TAIL));
}

function listMeta(page: Page): ListMeta {
  return {
    resourceVersion: String(page.revision),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
}
