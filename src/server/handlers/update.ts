import { cloneJson } from '../../api/object.ts';
import { readBody } from '../http/body.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Updated } from '../registry/write.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { authorizeCreate } from './authorize-create.ts';
import { bodyFormat, decodeBody } from './decode-body.ts';
import { type MediaType, negotiate } from './media-type.ts';
import { parseRequestOptions } from './request-options.ts';
import { writeObject, writeStored } from './write-object.ts';
import { bookUpdate, checkIdentity, managerOf, servesTables, writeOptions } from './write-options.ts';

/** PUT of an object or of its status. */
export async function handleUpdate(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false, tables: servesTables(kind, ctx.info.subresource) }, kind);
  const format = bodyFormat(ctx);
  const bytes = await readBody(ctx);
  const options = parseRequestOptions(ctx.query, 'UpdateOptions');
  const { namespace, name, subresource } = ctx.info;
  const wanted = decodeBody(services.kinds, kind, bytes, format, options.fieldValidation, ctx);
  checkIdentity(ctx, kind, wanted, true);
  ctx.trace?.decide('decode', `decoded and defaulted a ${kind.kind}`, { bytes: bytes.length });
  const updated = await services.registry.update(kind, namespace, name, {
    ...writeOptions(ctx, 'UpdateOptions', options, subresource),
    transform: () => cloneJson(wanted),
    uidIsPrecondition: true,
    managedFields: bookUpdate(kind, managerOf(ctx, options), subresource, services.now),
    beforeCreate: () => authorizeCreate(services, ctx),
  });
  await writeUpdated(ctx, kind, updated, options.dryRun, media);
}

export async function writeUpdated(
  ctx: RequestContext,
  kind: Kind,
  updated: Updated,
  dryRun: boolean,
  media: MediaType,
): Promise<void> {
  const status = updated.created ? 201 : 200;
  if (dryRun || updated.deleted || updated.revision === undefined)
    return writeObject(ctx, status, kind, updated.object, media);
  return writeStored(ctx, status, kind, updated.value, updated.revision, media);
}
