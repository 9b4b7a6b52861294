/** Keeps the store's history bounded: what is older than one interval is forgotten (--etcd-compaction-interval). */
import type { Store } from '../../store/store.ts';

const INTERVAL_MS = 5 * 60_000;
/** Written after each time of changes, so that every state is past some day; imitates etcd3 compact.go's compact_rev_key. */
const MARK = '/kctl/compaction';
const NOTHING = Buffer.from('{}');

export interface Compactor {
  stop(): void;
}

/**
 * `fresh`: the store was just created; how its bootstrap objects came to be is no history.
 * Writes nothing while nothing changes: the newest write is then its own.
 */
export function startCompactor(store: Store, fresh: boolean): Compactor {
  let previous: number | undefined;
  const compact = async (): Promise<void> => {
    if (previous !== undefined && previous > (await store.compactedRevision())) await store.compact(previous);
    previous = await marked(store);
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

/** A revision that is newer than all that anybody else wrote. */
async function marked(store: Store): Promise<number> {
  const [current, mark] = await Promise.all([store.currentRevision(), store.get(MARK)]);
  if (mark?.modRevision === current) return current;
  return store.commit([{ type: 'put', key: MARK, value: NOTHING, expected: mark?.modRevision ?? 0 }]);
}
