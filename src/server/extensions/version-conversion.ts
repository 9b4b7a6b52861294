/**
 * Custom resources between storage and the version served, with conversion strategy None: only apiVersion changes, and
 * each version prunes by its own schema. Imitates the codecs of apiextensions-apiserver customresource_handler.go.
 */
import { cloneJson, type JsonObject, type KubeObject } from '../../api/object.ts';
import type { Conversion } from '../kinds/kind.ts';
import { defaultBySchema } from '../kinds/shared/json-schema-default.ts';
import { pruneBySchema } from '../kinds/shared/json-schema-prune.ts';
import { type VersionSchemas, versionOf } from './resource-reader.ts';

/** `served` and `stored` are version names. What is read gets the defaults of the version it was stored in. */
export function versionConversion(schemas: VersionSchemas, served: string, stored: string): Conversion {
  return {
    toStorage: (obj) => (served === stored ? obj : withVersion(cloneJson(obj), schemas, stored)),
    fromStorage(obj) {
      const from = versionOf(obj);
      const schema = schemas.versions.get(from);
      pruneBySchema(obj, schema ?? {}, true);
      defaultBySchema(obj, schema);
      return from === served ? obj : withVersion(obj, schemas, served);
    },
  };
}

function withVersion(obj: KubeObject, schemas: VersionSchemas, version: string): KubeObject {
  obj.apiVersion = `${schemas.group}/${version}`;
  pruneBySchema(obj as JsonObject, schemas.versions.get(version) ?? {}, true);
  return obj;
}
