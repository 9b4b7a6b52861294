/** Encodes answers in the negotiated form: objects, lists, tables, metadata only, Status errors. */
import { stringifyJson } from '../../api/json.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { encodeProtobuf, PROTOBUF_MEDIA_TYPE } from '../../api/protobuf/protobuf.ts';
import { notAcceptable, type StatusError } from '../../api/status-error.ts';
import { stringifyYaml } from '../../api/yaml.ts';
import { type Headers, send, sendText, TEXT_BYTES } from '../http/response.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeValue, objectBytes, objectText, orderedMetadata } from '../registry/codec.ts';
import type { RequestContext } from '../request/context.ts';
import { MEDIA_TYPES, type MediaType, negotiate } from './media-type.ts';
import { tableOf } from './table.ts';

/** Stored objects below this size make small answers, with all that is added to them. */
const SMALL_BYTES = TEXT_BYTES - 512;

/** Any JSON value as the body. */
export async function writeJson(
  ctx: RequestContext,
  status: number,
  value: unknown,
  media?: MediaType,
  extra?: Headers,
): Promise<void> {
  if (media?.format === 'protobuf') return writeProtobuf(ctx, status, value as JsonObject, extra);
  if (media?.format === 'yaml') return send(ctx, status, 'application/yaml', stringifyYaml(value), extra);
  return send(
    ctx,
    status,
    'application/json',
    media?.pretty ? stringifyJson(value, 2) : `${stringifyJson(value)}\n`,
    extra,
  );
}

async function writeProtobuf(ctx: RequestContext, status: number, value: JsonObject, extra?: Headers): Promise<void> {
  const bytes = encodeProtobuf(value);
  if (bytes === undefined)
    throw notAcceptable(`only the following media types are accepted: ${MEDIA_TYPES.join(', ')}`);
  await send(ctx, status, PROTOBUF_MEDIA_TYPE, Buffer.from(bytes), extra);
}

/** One stored object: its bytes where the client wants plain JSON, else converted. */
export function writeStored(
  ctx: RequestContext,
  status: number,
  kind: Kind,
  value: Buffer,
  revision: number,
  media: MediaType,
): Promise<void> {
  if (media.format === 'json' && media.as === undefined && !media.pretty) {
    const text = value.length < SMALL_BYTES ? objectText(kind, value, revision, '\n') : undefined;
    if (text !== undefined) return sendText(ctx, status, 'application/json', text);
    return send(ctx, status, 'application/json', objectBytes(kind, value, revision, '\n'));
  }
  return writeObject(ctx, status, kind, decodeValue(kind, value, revision), media);
}

export function writeObject(
  ctx: RequestContext,
  status: number,
  kind: Kind,
  obj: KubeObject,
  media: MediaType,
): Promise<void> {
  return writeJson(ctx, status, presentObject(ctx, kind, ordered(obj), media), media);
}

/** kind, apiVersion and metadata first, as Go writes them. */
function ordered(obj: KubeObject): KubeObject {
  const { kind, apiVersion, metadata, ...rest } = obj;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    metadata: orderedMetadata(metadata),
    ...rest,
  } as KubeObject;
}

function presentObject(ctx: RequestContext, kind: Kind, obj: KubeObject, media: MediaType): JsonObject | KubeObject {
  switch (media.as) {
    case undefined:
      return obj;
    case 'Table':
      return tableOf(
        kind,
        [obj],
        obj.metadata.resourceVersion === undefined ? {} : { resourceVersion: obj.metadata.resourceVersion },
        media.version,
        ctx.query.get('includeObject'),
        new Date(),
      );
    case 'PartialObjectMetadata':
      return partialMetadata(obj, media.version);
    case 'PartialObjectMetadataList':
      throw notAcceptable(
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${goName(kind)})`,
      );
  }
}

export function partialMetadata(obj: KubeObject, version: string): KubeObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: orderedMetadata(obj.metadata),
  };
}

/** `coordination.Lease`: how Go prints the internal type. */
export function goName(kind: Kind): string {
  const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] ?? '');
  return kind.source === 'crd' ? 'unstructured.Unstructured' : `${group}.${kind.kind}`;
}

/** The one place where failures become answers. */
export async function writeStatus(ctx: RequestContext, error: StatusError): Promise<void> {
  const { status } = error;
  const retry = status.details?.retryAfterSeconds;
  const extra: Headers = retry === undefined ? {} : { 'retry-after': String(retry) };
  return writeJson(ctx, error.code, status, errorMedia(ctx), extra);
}

/** An error goes out as JSON when the Accept header itself is at fault. */
function errorMedia(ctx: RequestContext): MediaType | undefined {
  try {
    const media = negotiate(ctx, { watch: false, list: false });
    return { ...media, as: undefined };
  } catch {
    return undefined;
  }
}
