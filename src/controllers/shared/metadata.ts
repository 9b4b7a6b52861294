/** Questions about metadata that several controllers ask, and the patches that change it safely. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError, type StatusError } from '../../api/status-error.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import type { ResourceTarget } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';

export const ORPHAN_FINALIZER = 'orphan';
export const FOREGROUND_FINALIZER = 'foregroundDeletion';

export function isBeingDeleted({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

export function ownersOf({ metadata }: KubeObject): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

/** How often a change is tried anew after somebody else's. */
const MAX_CONFLICTS = 5;

/**
 * Changes an object's metadata: reads it, asks `change` for the fields to set (undefined: nothing to do) and writes
 * them, again after conflicts. An object that is gone or has another uid is left alone.
 */
export async function changeMetadata(
  client: RestClient,
  target: ResourceTarget,
  uid: string | undefined,
  change: (object: KubeObject) => Partial<Record<'finalizers' | 'ownerReferences', readonly unknown[]>> | undefined,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const object = await client.get(target, { metadataOnly: true, signal });
      if (uid !== undefined && object.metadata.uid !== uid) return;
      const fields = change(object);
      if (fields === undefined) return;
      const metadata = { ...fields, resourceVersion: object.metadata.resourceVersion };
      await client.patch(target, 'merge', { metadata: emptyAsNull(metadata) }, { signal });
      return;
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return;
      if (!isStatusError(error, 'Conflict') || attempt >= MAX_CONFLICTS) throw error;
    }
  }
}

/** Removes a finalizer where it is. */
export function removeFinalizer(
  client: RestClient,
  target: ResourceTarget,
  uid: string | undefined,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> {
  const change = (object: KubeObject) =>
    hasFinalizer(object, finalizer)
      ? { finalizers: (object.metadata.finalizers ?? []).filter((name) => name !== finalizer) }
      : undefined;
  return changeMetadata(client, target, uid, change, signal);
}

/** A merge patch removes a list by null. */
function emptyAsNull(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) && value.length === 0 ? null : value]),
  );
}

/** Whether a write failed because its namespace is going. */
export function isNamespaceTerminating(error: unknown): error is StatusError {
  const causes = isStatusError(error, 'Forbidden') ? (error.status.details?.causes ?? []) : [];
  return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}
