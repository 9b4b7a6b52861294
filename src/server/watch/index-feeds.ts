/** Keeps in-memory indexes (RBAC, nodes, CRDs …) in step with the store, by the same watch that clients use. */
import type { Logger } from 'pino';
import { CompactedError, type ListResult, type Store, type StoreEvent, type Watch } from '../../store/store.ts';
import type { IndexFeed } from '../authorization/index-feed.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { decodeEntry, decodeValue, glance } from '../registry/codec.ts';

/** Entries read at a time. */
const PIECE = 2000;

export interface Feeding {
  stop(): void;
}

/** Resolves once every index holds what is stored now; where one cannot be fed, none goes on. */
export async function feedIndexes(
  store: Store,
  kinds: KindTable,
  feeds: readonly IndexFeed[],
  log: Logger,
): Promise<Feeding> {
  const ended = await Promise.allSettled(feeds.map((feed) => feedIndex(store, kinds, feed, log)));
  const fed = ended.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = (): void => {
    for (const feeding of fed) feeding.stop();
  };
  for (const result of ended) {
    if (result.status === 'fulfilled') continue;
    stop();
    throw result.reason;
  }
  return { stop };
}

/** Feedings that begin while the server runs, and end with it. */
export class LateFeeding {
  readonly #begin: (feeds: readonly IndexFeed[]) => Promise<Feeding>;
  readonly #begun: Feeding[] = [];
  #stopped = false;

  constructor(begin: (feeds: readonly IndexFeed[]) => Promise<Feeding>) {
    this.#begin = begin;
  }

  /** Resolves once the indexes hold what is stored. */
  async feed(feeds: readonly IndexFeed[]): Promise<void> {
    const feeding = await this.#begin(feeds);
    if (this.#stopped) feeding.stop();
    else this.#begun.push(feeding);
  }

  stop(): void {
    this.#stopped = true;
    for (const feeding of this.#begun) feeding.stop();
  }
}

async function feedIndex(store: Store, kinds: KindTable, feed: IndexFeed, log: Logger): Promise<Feeding> {
  const kind = kinds.preferred(feed.group, feed.resource);
  if (kind === undefined) throw new Error(`no kind for the index of ${feed.resource}.${feed.group}`);
  const { prefix } = kind.storage;
  let watch: Watch | undefined;
  let stopped = false;
  const known = new Set<string>();
  const start = async (): Promise<void> => {
    const { present, revision } = await readAll(store, kind, feed);
    for (const key of known) if (!present.has(key)) forget(feed, kind, key, known);
    for (const key of present) known.add(key);
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

/** Shows the index what is stored, piece by piece; gives the keys of what concerns it. */
async function readAll(store: Store, kind: Kind, feed: IndexFeed): Promise<{ present: Set<string>; revision: number }> {
  const { prefix } = kind.storage;
  const present = new Set<string>();
  let piece: ListResult = await store.list({ prefix, limit: PIECE });
  const { revision } = piece;
  for (;;) {
    for (const entry of piece.entries) {
      if (feed.concerns?.(entry.value) === false) continue;
      present.add(entry.key);
      feed.put(decodeEntry(kind, entry));
    }
    if (!piece.more) return { present, revision };
    piece = await store.list({ prefix, after: piece.entries.at(-1)?.key, limit: PIECE, revision });
  }
}

function apply(feed: IndexFeed, kind: Kind, events: readonly StoreEvent[], known: Set<string>): void {
  for (const event of events) {
    if (event.type === 'delete' || feed.concerns?.(event.value) === false) {
      if (known.has(event.key)) forget(feed, kind, event.key, known);
    } else {
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
