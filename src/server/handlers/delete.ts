import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry, listItem } from '../registry/codec.ts';
import { type Deleted, type DeleteOptions, deleteObject } from '../registry/delete-object.ts';
import { parseListQuery } from '../registry/list-options.ts';
import { readPage } from '../registry/read-list.ts';
import { parseSelection } from '../registry/selection.ts';
import type { WriteOptions } from '../registry/write.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { readDeleteOptions } from './delete-options.ts';
import { type MediaType, negotiate } from './media-type.ts';
import { tableOf } from './table.ts';
import { writeJson, writeObject } from './write-object.ts';

/** DELETE of one object. */
export async function handleDelete(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false }, kind);
  const { options, body, dryRun } = await readDeleteOptions(ctx, kind);
  const { namespace, name } = ctx.info;
  warnOfDefault(ctx, kind, options);
  const deleted = await deleteObject(services.registry, kind, namespace, name, options, deleteWrite(ctx, dryRun, body));
  const status = !deleted.gone && options.orphanDependents === false ? 202 : 200;
  if (!deleted.gone || kind.strategy.deleteReturns === 'object')
    return writeObject(ctx, status, kind, deleted.object, media);
  await writeJson(
    ctx,
    status,
    successStatus(kind, deleted),
    media.as === undefined ? media : { ...media, as: undefined },
  );
}

/** Some kinds tell what happens to dependents when nobody says. */
function warnOfDefault(ctx: RequestContext, kind: Kind, options: DeleteOptions): void {
  const { deleteWarning } = kind.strategy;
  if (deleteWarning === undefined || options.propagationPolicy !== undefined || options.orphanDependents !== undefined)
    return;
  ctx.warn(deleteWarning);
}

function deleteWrite(ctx: RequestContext, dryRun: boolean, body: Record<string, unknown>): WriteOptions {
  return { user: ctx.user, dryRun, subresource: '', options: body, warn: (text) => ctx.warn(text), trace: ctx.trace };
}

function successStatus(kind: Kind, { object }: Deleted): unknown {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.resource,
      uid: object.metadata.uid,
    },
  };
}

/** DELETE of all that a selection matches; answers the list of what it found. */
export async function handleDeleteCollection(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false }, kind);
  const query = parseListQuery(ctx.query, true);
  const { options, body, dryRun } = await readDeleteOptions(ctx, kind);
  const selection = parseSelection(kind, query.labelSelector, query.fieldSelector);
  const { registry } = services;
  const { namespace } = ctx.info;
  const page = await readPage(registry.store, kind, namespace, query, selection);
  const write = { ...deleteWrite(ctx, dryRun, body), collection: true };
  const deleted: KubeObject[] = [];
  if (page.entries.length === 0) await registry.admitDelete(kind, namespace, '', undefined, write);
  for (const entry of page.entries) {
    const found = decodeEntry(kind, entry);
    try {
      await deleteObject(registry, kind, found.metadata.namespace ?? '', found.metadata.name ?? '', options, write);
      deleted.push(found);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  await writeDeleted(services, ctx, kind, deleted, page.revision, media);
}

async function writeDeleted(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  deleted: KubeObject[],
  revision: number,
  media: MediaType,
): Promise<void> {
  const metadata = { resourceVersion: String(revision) };
  if (media.as === 'Table') {
    return writeJson(
      ctx,
      200,
      tableOf(kind, deleted, metadata, media.version, ctx.query.get('includeObject'), services.now()),
      media,
    );
  }
  const list = {
    kind: kind.listKind,
    apiVersion: kind.apiVersion,
    metadata,
    items: deleted.map((obj) => listItem(kind, obj)),
  };
  await writeJson(ctx, 200, list, media);
}
