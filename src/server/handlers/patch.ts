import { FieldErrors, Path, quote } from '../../api/field-errors.ts';
import { type JsonDocument, parseJsonDocument, stringifyJson } from '../../api/json.ts';
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { goValue, unmarshalError } from '../../api/patch/go-format.ts';
import { applyJsonPatch, decodeJsonPatch, jsonPatchStrictError } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import {
  decodeMergePatch,
  decodeStrategicPatch,
  type PatchKind,
  patchSyntaxError,
} from '../../api/patch/patch-body.ts';
import { strategicPatchUnsupported } from '../../api/patch/strategic-merge-errors.ts';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge-patch.ts';
import { DecodeError, decode } from '../../api/schema/decoder.ts';
import { schemaOf, typeNameOfKind } from '../../api/schema/type-table.ts';
import { badRequest, invalid, notFound, StatusError } from '../../api/status-error.ts';
import { readBody } from '../http/body.ts';
import type { Kind } from '../kinds/kind.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { handleApply } from './apply.ts';
import { finishDecoding, reportStrict } from './decode-body.ts';
import { negotiate } from './media-type.ts';
import { type FieldValidation, parseRequestOptions } from './request-options.ts';
import { writeUpdated } from './update.ts';
import { bookUpdate, checkIdentity, managerOf, servesTables, writeOptions } from './write-options.ts';

const PATCH_TYPES: ReadonlyMap<string, PatchKind | 'apply'> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);
const CRD_ACCEPTED = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

/** PATCH of an object or of its status. */
export async function handlePatch(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false, tables: servesTables(kind, ctx.info.subresource) }, kind);
  const type = patchType(ctx, kind);
  const bytes = await readBody(ctx);
  if (type === 'apply') return handleApply(services, ctx, kind, bytes, media);
  const { namespace, name, subresource } = ctx.info;
  const options = parseRequestOptions(ctx.query, 'PatchOptions');
  let patch: Patcher | undefined;
  const updated = await services.registry.update(kind, namespace, name, {
    ...writeOptions(ctx, 'PatchOptions', options, subresource),
    transform: (current) => {
      // A replace may create some kinds, a patch none: it needs something to change.
      if (current === undefined) throw notFound(kind, name);
      // The body is read only once the object is known to exist: upstream answers 404 before 400.
      patch ??= preparePatch(kind, type, bytes, options.fieldValidation, ctx);
      const obj = decodePatched(
        kind,
        patch.apply(current as KubeObject),
        current as KubeObject,
        patch,
        options.fieldValidation,
        ctx,
      );
      checkIdentity(ctx, kind, obj, true);
      return obj;
    },
    managedFields: bookUpdate(kind, managerOf(ctx, options), subresource, services.now),
  });
  await writeUpdated(ctx, kind, updated, options.dryRun, media);
}

export function patchType(ctx: RequestContext, kind: Kind): PatchKind | 'apply' {
  const given = ctx.header('content-type') ?? '';
  const type = PATCH_TYPES.get(given) ?? PATCH_TYPES.get(given.split(';')[0]?.trim() ?? '');
  if (type === undefined && kind.source === 'builtin')
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (type === undefined) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${CRD_ACCEPTED}`,
    );
  }
  if (type === 'strategic' && !kind.acceptsStrategicMerge) throw strategicPatchUnsupported();
  return type;
}

export interface Patcher {
  apply(current: KubeObject): unknown;
  /** Strict-decoding faults of the patch itself. */
  readonly problems: readonly string[];
  /** What faults show as the value instead of the patched object: strategic patches show themselves. */
  readonly shown?: string;
}

export function preparePatch(
  kind: Kind,
  type: PatchKind,
  bytes: Buffer,
  validation: FieldValidation,
  ctx: RequestContext,
): Patcher {
  const { value: body, duplicates } = parsePatch(type, bytes, validation);
  const repeated = duplicates.map((path) => `duplicate field ${quote(path)}`);
  ctx.trace?.decide('decode', `${type} patch`, { bytes: bytes.length });
  return patcherOf(kind, type, body, validation, repeated);
}

function patcherOf(
  kind: Kind,
  type: PatchKind,
  body: unknown,
  validation: FieldValidation,
  repeated: string[],
): Patcher {
  if (type === 'json') {
    const { operations, strictErrors } = decodeJsonPatch(body, validation);
    return {
      apply: (current) => applyJsonPatch(current, operations),
      problems: [...repeated.map(jsonPatchStrictError), ...strictErrors],
    };
  }
  if (type === 'merge') {
    const patch = decodeMergePatch(body, validation);
    return { apply: (current) => applyMergePatch(current, patch), problems: repeated };
  }
  const patch = decodeStrategicPatch(body);
  const shown = goValue(patch);
  return { apply: (current) => applyStrategicMergePatch(kind.schema, current, patch), problems: repeated, shown };
}

function parsePatch(type: PatchKind, bytes: Buffer, validation: FieldValidation): JsonDocument {
  try {
    return parseJsonDocument(bytes);
  } catch (error) {
    throw patchSyntaxError(type, (error as Error).message, validation);
  }
}

/** What a patch made, checked against the schema like any body. @throws StatusError 422 naming the field `patch` */
export function decodePatched(
  kind: Kind,
  patched: unknown,
  current: KubeObject,
  { problems, shown: patchText }: Patcher,
  validation: FieldValidation,
  ctx: RequestContext,
): KubeObject {
  if (!isObject(patched)) throw patchFault(patched, unmarshalError(patched, `Go value of type ${kind.kind}`));
  checkTypeMeta(kind, patched, current);
  const unknown: string[] = [];
  const shown = (): string => patchText ?? stringifyJson(patched);
  let decoded: unknown;
  try {
    decoded = decode(kind.schema, patched, { onUnknown: (path) => unknown.push(`unknown field ${quote(path)}`) });
  } catch (error) {
    if (error instanceof DecodeError)
      throw patchFault(shown(), patchText === undefined ? error.message : unstructuredWords(error.message));
    throw error;
  }
  // Upstream decodes the patched object with sorted keys.
  reportStrict([...problems, ...unknown.sort()], validation, ctx, (text) =>
    patchFault(shown(), `strict decoding error: ${text}`),
  );
  return finishDecoding(kind, decoded as JsonObject);
}

function checkTypeMeta(kind: Kind, patched: JsonObject, current: KubeObject): void {
  if (patched.apiVersion === current.apiVersion && patched.kind === current.kind) return;
  if (patched.apiVersion === current.apiVersion && kind.source === 'crd')
    throw badRequest(
      `the kind of the object (${wordOf(patched.kind)}) does not match the kind of the resource (${kind.kind})`,
    );
  throw patchFault(patched, otherKindFault(kind, patched));
}

/** A patch may put anything where a name belongs, also what refuses to become a string. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : (stringifyJson(value) ?? '');
}

/** Upstream decodes the object as the kind that it now says it is, and only then finds that this is another one. */
function otherKindFault(kind: Kind, patched: JsonObject): string {
  const [version, group] = wordOf(patched.apiVersion).split('/').reverse();
  const typeName = typeNameOfKind(group ?? '', version ?? '', wordOf(patched.kind));
  if (typeName === undefined) {
    const scheme = 'scheme "pkg/api/legacyscheme/scheme.go:30"';
    return `no kind ${stringifyJson(patched.kind)} is registered for version ${stringifyJson(patched.apiVersion)} in ${scheme}`;
  }
  const schema = schemaOf(typeName);
  try {
    decode(schema, patched, { onUnknown: () => {} });
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return `converting (${version}.${wordOf(patched.kind)}) to (${kind.group.split('.')[0] || 'core'}.${kind.kind}): unknown conversion`;
}

/** Strategic patches are converted without JSON in between, which has words of its own for a list that is none. */
function unstructuredWords(message: string): string {
  return /cannot unmarshal object into .* of type \[\]/.test(message) ? 'cannot restore slice from map' : message;
}

function patchFault(patched: unknown, why: string): StatusError {
  const errors = new FieldErrors();
  errors.invalid(Path.root('patch'), typeof patched === 'string' ? patched : stringifyJson(patched), why);
  return invalid({ group: '', resource: '' }, '', errors.list);
}
