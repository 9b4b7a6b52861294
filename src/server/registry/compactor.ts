/** Keeps the store's history bounded: what is older than one interval is forgotten (--etcd-compaction-interval). */
import type { Store } from '../../store/store.ts';

const INTERVAL_MS = 5 * 60_000;

export interface Compactor {
  stop(): void;
}

/**
 * `fresh`: the store was just created; how its bootstrap objects came to be is no history.
 * Writes nothing while nothing changes.
 */
export function startCompactor(store: Store, fresh: boolean): Compactor {
  let previous: number | undefined;
  const compact = async (): Promise<void> => {
    const current = await store.currentRevision();
    if (previous !== undefined && previous > (await store.compactedRevision())) await store.compact(previous);
    previous = current;
  };
  // A compaction that fails is tried again with the next interval.
  const attempt = (): void => void compact().catch(() => {});
  if (fresh)
    void store
      .currentRevision()
      .then((revision) => store.compact(revision))
      .catch(() => {});
  const timer = setInterval(attempt, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
