/** Server-side apply: PATCH with application/apply-patch+yaml. */
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { applyConfiguration } from '../../api/patch/apply/apply.ts';
import { unmarshalError } from '../../api/patch/go-format.ts';
import { DecodeError, decode } from '../../api/schema/decoder.ts';
import type { Schema } from '../../api/schema/schema.ts';
import { badRequest, plainError } from '../../api/status-error.ts';
import { parseYaml, type YamlDocument } from '../../api/yaml.ts';
import type { Kind } from '../kinds/kind.ts';
import { timestamp } from '../registry/metadata.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { authorizeCreate } from './authorize-create.ts';
import { finishDecoding, reportStrict } from './decode-body.ts';
import type { MediaType } from './media-type.ts';
import { type FieldValidation, parseRequestOptions } from './request-options.ts';
import { writeUpdated } from './update.ts';
import { checkIdentity, resetFields, writeOptions } from './write-options.ts';

export async function handleApply(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  bytes: Buffer,
  media: MediaType,
): Promise<void> {
  const { namespace, name, subresource } = ctx.info;
  const options = parseRequestOptions(ctx.query, 'PatchOptions', true);
  const applied = decodeConfiguration(bytes, options.fieldValidation, ctx);
  const updated = await services.registry.update(kind, namespace, name, {
    ...writeOptions(ctx, 'PatchOptions', options, subresource),
    forceCreate: subresource === '',
    beforeCreate: () => authorizeCreate(services, ctx),
    transform: (current) => {
      const result = applyConfiguration({
        schema: kind.schema,
        kind: kind.kind,
        live: current,
        applied,
        manager: options.fieldManager,
        force: options.force === true,
        apiVersion: kind.apiVersion,
        subresource,
        now: timestamp(services.now()),
        resetFields: resetFields(kind, subresource),
      });
      const obj = decodeMerged(kind, result.object);
      if (current === undefined) {
        delete obj.metadata.resourceVersion;
        delete obj.metadata.uid;
      }
      obj.metadata.managedFields = result.managedFields;
      checkIdentity(ctx, kind, obj, true);
      return obj;
    },
  });
  await writeUpdated(ctx, kind, updated, options.dryRun, media);
}

/** The applied configuration as JSON, undecoded: its fields are what the manager owns. */
export function decodeConfiguration(bytes: Buffer, validation: FieldValidation, ctx: RequestContext): KubeObject {
  const { value: parsed, duplicates } = parseConfiguration(bytes);
  const value = parsed === null ? {} : parsed;
  if (!isObject(value)) {
    const why = unmarshalError(value, 'Go value of type map[string]interface {}');
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  reportStrict(duplicates, validation, ctx, () => {
    const lines = duplicates.map((line) => `\n  ${line}`).join('');
    return badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  });
  return value as KubeObject;
}

function parseConfiguration(bytes: Buffer): YamlDocument {
  try {
    return parseYaml(bytes);
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${(error as Error).message}`);
  }
}

function decodeMerged(kind: Kind, merged: JsonObject): KubeObject {
  return finishDecoding(kind, decodeApplied(kind.schema, merged));
}

/** @throws StatusError 500 without a reason where a value does not fit: a fraction passes for a number until here */
export function decodeApplied(schema: Schema, merged: JsonObject): JsonObject {
  try {
    return decode(schema, merged) as JsonObject;
  } catch (error) {
    if (error instanceof DecodeError) throw plainError(error.message);
    throw error;
  }
}
