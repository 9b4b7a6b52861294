/** Keeps in-memory indexes (RBAC, nodes, CRDs …) in step with the store, by the same watch that clients use. */
import type { Logger } from 'pino';
import { CompactedError, type Store, type StoreEvent, type Watch } from '../../store/store.ts';
import type { IndexFeed } from '../authorization/index-feed.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { decodeEntry, decodeValue, glance } from '../registry/codec.ts';

export interface Feeding {
  stop(): void;
}

/** Resolves once every index holds what is stored now. */
export async function feedIndexes(
  store: Store,
  kinds: KindTable,
  feeds: readonly IndexFeed[],
  log: Logger,
): Promise<Feeding> {
  const fed = await Promise.all(feeds.map((feed) => feedIndex(store, kinds, feed, log)));
  return {
    stop() {
      for (const feeding of fed) feeding.stop();
    },
  };
}

async function feedIndex(store: Store, kinds: KindTable, feed: IndexFeed, log: Logger): Promise<Feeding> {
  const kind = kinds.preferred(feed.group, feed.resource);
  if (kind === undefined) throw new Error(`no kind for the index of ${feed.resource}.${feed.group}`);
  const { prefix } = kind.storage;
  let watch: Watch | undefined;
  let stopped = false;
  const known = new Set<string>();
  const start = async (): Promise<void> => {
    const { entries, revision } = await store.list({ prefix });
    const present = new Set(entries.map((entry) => entry.key));
    for (const key of known) if (!present.has(key)) forget(feed, kind, key, known);
    for (const entry of entries) {
      known.add(entry.key);
      feed.put(decodeEntry(kind, entry));
    }
    if (stopped) return;
    watch = store.watch({
      prefix,
      afterRevision: revision,
      onEvents: (events) => apply(feed, kind, events, known),
      onEnd: restart,
    });
  };
  const restart = (error: Error): void => {
    if (stopped) return;
    if (!(error instanceof CompactedError))
      log.error({ err: error, resource: feed.resource }, 'an index lost its watch');
    start().catch((err: unknown) => log.error({ err, resource: feed.resource }, 'an index cannot be read again'));
  };
  await start();
  return {
    stop() {
      stopped = true;
      watch?.close();
    },
  };
}

function apply(feed: IndexFeed, kind: Kind, events: readonly StoreEvent[], known: Set<string>): void {
  for (const event of events) {
    if (event.type === 'delete') forget(feed, kind, event.key, known);
    else {
      known.add(event.key);
      const read = feed.glances ? glance : decodeValue;
      feed.put(read(kind, event.value, event.revision));
    }
  }
}

function forget(feed: IndexFeed, kind: Kind, key: string, known: Set<string>): void {
  known.delete(key);
  const rest = key.slice(kind.storage.prefix.length);
  const slash = kind.namespaced ? rest.indexOf('/') : -1;
  feed.delete(slash < 0 ? '' : rest.slice(0, slash), rest.slice(slash + 1));
}
