/** What changed between an object as it was read and as it should be, as the patch that its kind takes. */
import { equalJson, type JsonObject } from '../../api/object.ts';
import { createMergePatch } from '../../api/patch/merge-patch.ts';
import { schemaOfKind, typeNameOfKind } from '../../api/schema/type-table.ts';
import type { PatchType, RestClient, WriteOptions } from '../../client/rest-client.ts';
import { threeWayStrategicPatch } from '../apply/strategic-patch.ts';
import { goJson } from '../print/go-json.ts';
import type { FoundObject } from '../resources/find-objects.ts';
import { targetOf } from '../resources/selection.ts';

export interface TwoWayPatch {
  readonly type: PatchType;
  readonly patch: JsonObject;
}

/** Strategic for built-in kinds, so that items of lists that others add meanwhile stay; otherwise a merge patch. */
export function twoWayPatch(
  { group, version, kind }: { readonly group: string; readonly version: string; readonly kind: string },
  before: JsonObject,
  after: JsonObject,
): TwoWayPatch {
  if (typeNameOfKind(group, version, kind) === undefined) {
    return { type: 'merge', patch: createMergePatch(before, after) };
  }
  const patch = equalJson(before, after)
    ? {}
    : threeWayStrategicPatch(schemaOfKind(group, version, kind), before, after, before);
  return { type: 'strategic', patch };
}

/** Sends it. @throws StatusError */
export function patchFound(
  client: RestClient,
  found: FoundObject,
  next: JsonObject,
  options: WriteOptions,
): Promise<JsonObject> {
  const { type, patch } = twoWayPatch(found.resource, found.object, next);
  return client.patch<JsonObject>(targetOf(found), type, goJson(patch), options);
}
