/**
 * Decodes custom resources: metadata into ObjectMeta's form, pruning, defaults.
 * Imitates unstructuredSchemaCoercer and unstructuredDefaulter of apiextensions-apiserver pkg/apiserver.
 */
import { isObject, type JsonObject } from '../../api/object.ts';
import type { SchemaReader } from '../../api/schema/schema.ts';
import { defaultBySchema } from '../kinds/shared/json-schema-default.ts';
import { coerceEmbedded, coerceMetadata } from '../kinds/shared/json-schema-metadata.ts';
import type { JSONSchemaProps } from '../kinds/shared/json-schema-parts.ts';
import { pruneBySchema } from '../kinds/shared/json-schema-prune.ts';

/** The schemas of all versions of one definition, served or not. */
export interface VersionSchemas {
  readonly group: string;
  readonly kind: string;
  readonly versions: ReadonlyMap<string, JSONSchemaProps | undefined>;
}

/**
 * Reads objects by the schema of the version they claim; one that the definition does not have knows no fields.
 * `version` is for objects that claim none.
 */
export function resourceReader(schemas: VersionSchemas, version: string): SchemaReader {
  return {
    read(value, { onUnknown = () => {}, defaults }) {
      if (!isObject(value)) return value;
      coerceMetadata(value, (field) => onUnknown(`metadata.${field}`));
      if (!isOfKind(value, schemas)) return value;
      const schema = schemas.versions.get(versionOf(value) || version);
      for (const path of pruneBySchema(value, schema ?? {}, true)) onUnknown(path);
      for (const path of coerceEmbedded(value, schema)) onUnknown(path);
      if (defaults) defaultBySchema(value, schema);
      return value;
    },
  };
}

function isOfKind({ apiVersion, kind }: JsonObject, schemas: VersionSchemas): boolean {
  if (kind !== undefined && kind !== schemas.kind) return false;
  return typeof apiVersion !== 'string' || apiVersion === '' || apiVersion.split('/')[0] === schemas.group;
}

/** The version of an object's apiVersion, '' when it has none. */
export function versionOf({ apiVersion }: { readonly apiVersion?: unknown }): string {
  return typeof apiVersion === 'string' ? apiVersion.slice(apiVersion.indexOf('/') + 1) : '';
}
