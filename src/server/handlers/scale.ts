/** The scale sub-resource: autoscaling/v1 Scale in place of the object; imitates registry/apps/<kind>/storage ScaleREST. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { applyJsonPatch, decodeJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { strategicPatchUnsupported } from '../../api/patch/strategic-merge-errors.ts';
import { DecodeError, decode } from '../../api/schema/decoder.ts';
import { schemaOfKind } from '../../api/schema/type-table.ts';
import { badRequest, invalid, objectModified, StatusError } from '../../api/status-error.ts';
import { readBody } from '../http/body.ts';
import type { Kind, ScaleStrategy } from '../kinds/kind.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { bodyFormat, parseBody } from './decode-body.ts';
import { negotiate } from './media-type.ts';
import { parseRequestOptions } from './request-options.ts';
import { writeJson } from './write-object.ts';
import { bookUpdate, managerOf, writeOptions } from './write-options.ts';

export async function handleScale(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  strategy: ScaleStrategy<KubeObject>,
): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false });
  const { namespace, name } = ctx.info;
  if (ctx.info.verb === 'get') {
    const obj = await services.registry.get(kind, namespace, name);
    strategy.checkReadable?.(obj);
    return writeJson(ctx, 200, scaleOf(strategy, obj), media);
  }
  const optionsKind = ctx.info.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions';
  const change = await readChange(ctx, kind);
  const options = parseRequestOptions(ctx.query, optionsKind);
  const updated = await services.registry.update(kind, namespace, name, {
    ...writeOptions(ctx, optionsKind, options, 'scale'),
    transform: (current) =>
      applyScale(kind, strategy, current as KubeObject, change(scaleOf(strategy, current as KubeObject))),
    managedFields: bookUpdate(kind, managerOf(ctx, options), 'scale', services.now),
  });
  await writeJson(ctx, 200, scaleOf(strategy, updated.object), media);
}

/** The Scale of an object. */
export function scaleOf(strategy: ScaleStrategy<KubeObject>, obj: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = obj.metadata;
  const replicas = strategy.specReplicas(obj);
  const selector = strategy.selector(obj);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: strategy.statusReplicas(obj), ...(selector === '' ? {} : { selector }) },
  };
}

type ScaleChange = (current: JsonObject) => JsonObject;

async function readChange(ctx: RequestContext, kind: Kind): Promise<ScaleChange> {
  const bytes = await readBody(ctx.req);
  if (ctx.info.verb === 'update') {
    const { value } = parseBody(bytes, bodyFormat(ctx), 'Scale');
    if (!isObject(value)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
    checkScaleType(value);
    return () => decodeScale(value);
  }
  return patchChange(ctx, kind, bytes);
}

function checkScaleType({ apiVersion, kind }: JsonObject): void {
  if (kind !== undefined && kind !== '' && kind !== 'Scale') {
    throw badRequest(
      `${String(kind)} in version ${JSON.stringify(
        String(apiVersion ?? 'v1')
          .split('/')
          .at(-1),
      )} cannot be handled as a Scale: no kind ${JSON.stringify(kind)} is registered`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== 'autoscaling/v1') {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (autoscaling/v1)`,
    );
  }
}

function patchChange(ctx: RequestContext, kind: Kind, bytes: Buffer): ScaleChange {
  const type = (ctx.header('content-type') ?? '').split(';')[0]?.trim();
  if (type === 'application/strategic-merge-patch+json' && !kind.acceptsStrategicMerge)
    throw strategicPatchUnsupported();
  const body = parsePatchBody(bytes);
  if (type === 'application/json-patch+json') {
    const { operations } = decodeJsonPatch(body, 'Warn');
    return (current) => decodeScale(applyJsonPatch(current, operations));
  }
  if (type === 'application/merge-patch+json' || type === 'application/strategic-merge-patch+json') {
    return (current) => decodeScale(applyMergePatch(current, body));
  }
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

function parsePatchBody(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function decodeScale(value: unknown): JsonObject {
  if (!isObject(value)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
  try {
    return decode(schemaOfKind('autoscaling', 'v1', 'Scale'), value) as JsonObject;
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${error.message}`);
    throw error;
  }
}

function applyScale(
  kind: Kind,
  strategy: ScaleStrategy<KubeObject>,
  current: KubeObject,
  scale: JsonObject,
): KubeObject {
  const metadata = (scale.metadata ?? {}) as { name?: string; resourceVersion?: string; uid?: string };
  const name = current.metadata.name ?? '';
  if (metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  const replicas = Number((scale.spec as { replicas?: number } | undefined)?.replicas ?? 0);
  const errors = new FieldErrors();
  if (replicas < 0 && strategy.validatesReplicas !== true)
    errors.invalid(Path.root('spec').child('replicas'), replicas, 'must be greater than or equal to 0');
  if (errors.length > 0) throw invalid({ group: 'autoscaling', resource: 'Scale' }, name, errors.list);
  if (metadata.resourceVersion && metadata.resourceVersion !== current.metadata.resourceVersion)
    throw objectModified(kind, name);
  strategy.setReplicas(current, replicas);
  return current;
}
