import type { KubeObject } from '../../api/object.ts';
import { badRequest, notFound } from '../../api/status-error.ts';
import type { Entry, Store } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { objectKey } from '../registry/keys.ts';
import { parseResourceVersion, tooLargeVersion } from '../registry/list-options.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { negotiate } from './media-type.ts';
import { writeObject, writeStored } from './write-object.ts';
import { servesTables } from './write-options.ts';

/** GET of one object (or of its status, which shows the whole object). */
export function handleGet(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false, tables: servesTables(kind, ctx.info.subresource) }, kind);
  if (ctx.query.has('export')) throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const { namespace, name } = ctx.info;
  if (kind.unstored !== undefined) return writeObject(ctx, 200, kind, unstoredObject(kind, name), media);
  const wanted = parseResourceVersion(ctx.query.get('resourceVersion') ?? '', 500);
  const answer = ({ value, modRevision }: Entry): Promise<void> => {
    ctx.trace?.decide('storage', `read ${objectKey(kind, namespace, name)} at revision ${modRevision}`, {
      revision: modRevision,
    });
    return writeStored(ctx, 200, kind, value, modRevision, media);
  };
  const { registry } = services;
  if (wanted === undefined || wanted === 0) return registry.getEntry(kind, namespace, name).then(answer);
  return reached(registry.store, wanted)
    .then(() => registry.getEntry(kind, namespace, name))
    .then(answer);
}

/** @throws StatusError 504 for a version that is still to come */
async function reached(store: Store, wanted: number): Promise<void> {
  const current = await store.currentRevision();
  if (wanted > current) throw tooLargeVersion(wanted, current);
}

/** @throws StatusError 404 in the words of upstream's ComponentStatus storage */
function unstoredObject(kind: Kind, name: string): KubeObject {
  const found = kind.unstored?.().find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw notFound({ group: kind.group, resource: kind.singular }, name);
  return { ...found, apiVersion: kind.apiVersion, kind: kind.kind };
}
