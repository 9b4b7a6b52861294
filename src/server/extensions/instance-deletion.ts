/** Removes the instances of a definition that goes. */
import { isStatusError } from '../../api/status-error.ts';
import type { Entry, Store } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeEntry } from '../registry/codec.ts';
import { deleteObject } from '../registry/delete-object.ts';
import type { Registry } from '../registry/registry.ts';
import { SYSTEM_WRITE } from './system-write.ts';

const PAGE = 500;

/** Deletes all instances; the revision at which some were still held by finalizers, undefined when none is left. */
export async function deleteInstances(registry: Registry, kind: Kind): Promise<number | undefined> {
  const { prefix } = kind.storage;
  let left = false;
  for (let after: string | undefined; ; ) {
    const page = await registry.store.list({ prefix, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const entry of page.entries) left = !(await deleteEntry(registry, kind, entry)) || left;
    const last = page.entries.at(-1);
    if (last === undefined || page.entries.length < PAGE) return left ? page.revision : undefined;
    after = last.key;
  }
}

/** Whether the instance is gone. */
async function deleteEntry(registry: Registry, kind: Kind, entry: Entry): Promise<boolean> {
  const { name = '', namespace = '' } = decodeEntry(kind, entry).metadata;
  try {
    return (await deleteObject(registry, kind, namespace, name, {}, SYSTEM_WRITE)).gone;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return true;
    throw error;
  }
}

export interface InstanceWatch {
  close(): void;
}

/** Calls `onGone` once: when an instance went after `revision`, or when that can no longer be seen. */
export function watchInstances(store: Store, kind: Kind, revision: number, onGone: () => void): InstanceWatch {
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    watch.close();
    onGone();
  };
  const watch = store.watch({
    prefix: kind.storage.prefix,
    afterRevision: revision,
    onEvents: (events) => {
      if (events.some((event) => event.type === 'delete')) tell();
    },
    onEnd: tell,
  });
  return watch;
}
