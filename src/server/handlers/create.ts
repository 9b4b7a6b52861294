import { methodNotAllowed } from '../../api/status-error.ts';
import { readBody } from '../http/body.ts';
import type { Kind } from '../kinds/kind.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { bodyFormat, decodeBody } from './decode-body.ts';
import { negotiate } from './media-type.ts';
import { parseRequestOptions } from './request-options.ts';
import { writeObject, writeStored } from './write-object.ts';
import { bookUpdate, checkIdentity, managerOf, writeOptions } from './write-options.ts';

export async function handleCreate(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  if (ctx.info.named && kind.source === 'builtin') throw methodNotAllowed();
  const media = negotiate(ctx, { watch: false, list: false }, kind);
  const format = bodyFormat(ctx);
  const bytes = await readBody(ctx);
  const options = parseRequestOptions(ctx.query, 'CreateOptions');
  const obj = decodeBody(services.kinds, kind, bytes, format, options.fieldValidation, ctx);
  checkIdentity(ctx, kind, obj, false);
  ctx.trace?.decide('decode', `decoded and defaulted a ${kind.kind}`, { bytes: bytes.length });
  const book = bookUpdate(kind, managerOf(ctx, options), '', services.now);
  const written = await services.registry.create(
    kind,
    ctx.info.namespace,
    obj,
    writeOptions(ctx, 'CreateOptions', options, ''),
    book,
  );
  if (written.revision === undefined) return writeObject(ctx, 201, kind, written.object, media);
  return writeStored(ctx, 201, kind, written.value, written.revision, media);
}
