/** A watch: the stream of one client, from its first event to its end. */
import { notAcceptable, type Status, StatusError } from '../../api/status-error.ts';
import { CompactedError, type Entry, type ListResult, type StoreEvent, type Watch } from '../../store/store.ts';
import { commonHeaders } from '../http/response.ts';
import type { Kind } from '../kinds/kind.ts';
import { listPrefix } from '../registry/keys.ts';
import { type ListQuery, parseListQuery, parseResourceVersion } from '../registry/list-options.ts';
import { readOnly } from '../registry/read-list.ts';
import { parseSelection, type Selection } from '../registry/selection.ts';
import { isGone, type RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { ByteWatchOutput } from '../watch/byte-watch-output.ts';
import { eventObject, previousObject } from '../watch/event-encoder.ts';
import { ObjectWatchOutput } from '../watch/object-watch-output.ts';
import type { BookmarkMetadata, ChangeType, WatchOutput } from '../watch/watch-output.ts';
import { type MediaType, negotiate } from './media-type.ts';
import { checkIncludeObject } from './table.ts';
import { goName } from './write-object.ts';

/** Objects of a watch's beginning that are written at a time. */
const INITIAL_PIECE = 2000;
const BOOKMARK_INTERVAL_MS = 60_000;
const MAX_TIMEOUT_SECONDS = 86_400;
const STREAM_TYPES = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf;stream=watch',
};

export async function handleWatch(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const query = parseListQuery(ctx.query, false);
  // A list that is streamed is no Table: its rows would have no end.
  const tables = !(query.sendInitialEvents === true && query.allowWatchBookmarks);
  const media = negotiate(ctx, { watch: true, list: true, tables }, kind);
  const selection = parseSelection(kind, query.labelSelector, fieldSelectorOf(ctx, query.fieldSelector));
  const includeObject = ctx.query.get('includeObject');
  if (media.as === 'Table') checkIncludeObject(includeObject);
  if (media.as === 'PartialObjectMetadataList') {
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (*${goName(kind)})`,
    );
  }
  const version = parseResourceVersion(query.resourceVersion, 500);
  const stream = new WatchStream(services, ctx, kind, media, query, selection, includeObject);
  await stream.run(version);
}

/** The old /watch/ paths may name one object. */
function fieldSelectorOf(ctx: RequestContext, selector: string): string {
  if (!ctx.info.named) return selector;
  const name = `metadata.name=${ctx.info.name}`;
  return selector === '' ? name : `${selector},${name}`;
}

class WatchStream {
  readonly #services: Services;
  readonly #ctx: RequestContext;
  readonly #kind: Kind;
  readonly #media: MediaType;
  readonly #query: ListQuery;
  readonly #selection: Selection;
  readonly #output: WatchOutput;
  readonly #prefix: string;
  /** Every event up to this revision was written (or selected away). */
  #revision = 0;
  readonly #count: (bytes: number) => void;
  #watch: Watch | undefined;
  #ended = false;
  #finish: () => void = () => {};

  constructor(
    services: Services,
    ctx: RequestContext,
    kind: Kind,
    media: MediaType,
    query: ListQuery,
    selection: Selection,
    includeObject: string | null,
  ) {
    this.#services = services;
    this.#ctx = ctx;
    this.#kind = kind;
    this.#media = media;
    this.#query = query;
    this.#selection = selection;
    this.#output = outputOf(ctx, kind, media, includeObject, services.now);
    this.#prefix = listPrefix(kind, ctx.info.namespace);
    this.#count = services.countWatchEvents(kind.group, kind.version, kind.resource);
  }

  async run(version: number | undefined): Promise<void> {
    const { store } = this.#services.registry;
    const fromNow = version === undefined || version === 0;
    const initial = this.#query.sendInitialEvents ?? fromNow;
    this.#open();
    if (!initial) this.#revision = fromNow ? await store.currentRevision() : version;
    else if (!(await this.#writeInitial())) return;
    if (this.#ended) return this.#close();
    const done = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const timers = this.#startTimers();
    const forget = this.#services.kinds.onChange(() => this.#endWithKind());
    this.#follow();
    await done;
    forget();
    clearTimeout(timers.timeout);
    clearInterval(timers.bookmarks);
    this.#watch?.close();
    this.#close();
  }

  #open(): void {
    const { req, res } = this.#ctx;
    this.#ctx.status = 200;
    res.writeHead(200, { ...commonHeaders(this.#ctx), 'content-type': STREAM_TYPES[this.#media.format] });
    res.flushHeaders();
    const end = (): void => this.#end();
    const { shutdown } = this.#services;
    shutdown.addEventListener('abort', end, { once: true });
    // The signal lives as long as the server: what it still holds would too.
    const gone = (): void => {
      shutdown.removeEventListener('abort', end);
      end();
    };
    if (isGone(req)) gone();
    else res.on('close', gone);
  }

  #startTimers(): { timeout: NodeJS.Timeout | undefined; bookmarks: NodeJS.Timeout | undefined } {
    const seconds = this.#query.timeoutSeconds || this.#services.minRequestTimeoutSeconds * (1 + Math.random());
    const timeout =
      seconds > 0 ? setTimeout(() => this.#end(), Math.min(seconds, MAX_TIMEOUT_SECONDS) * 1000) : undefined;
    const bookmarks = this.#query.allowWatchBookmarks
      ? setInterval(() => void this.#bookmark(), BOOKMARK_INTERVAL_MS)
      : undefined;
    return { timeout, bookmarks };
  }

  /** A custom resource's watch ends when its definition changes or goes. */
  #endWithKind(): void {
    const { group, version, resource } = this.#kind;
    if (this.#services.kinds.find(group, version, resource) !== this.#kind) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#finish();
  }

  /** What is there now, piece by piece, each when the client has taken the one before. False when that failed. */
  async #writeInitial(): Promise<boolean> {
    const { store } = this.#services.registry;
    let revision: number | undefined;
    let after: string | undefined;
    try {
      do {
        const piece: ListResult = await store.list({ prefix: this.#prefix, after, limit: INITIAL_PIECE, revision });
        revision = piece.revision;
        after = piece.more ? piece.entries.at(-1)?.key : undefined;
        this.#writePiece(piece.entries);
        if (this.#output.unread && !this.#ended) await this.#drained();
      } while (after !== undefined && !this.#ended);
    } catch (error) {
      this.#fail(error as Error);
      this.#close();
      return false;
    }
    this.#revision = revision;
    if (this.#query.sendInitialEvents === true && this.#query.allowWatchBookmarks)
      this.#writeBookmark({ 'k8s.io/initial-events-end': 'true' });
    return true;
  }

  #writePiece(entries: readonly Entry[]): void {
    const { everything } = this.#selection;
    const wanted = everything ? entries : entries.filter((e) => this.#selection.matches(readOnly(this.#kind, e)));
    this.#output.initial(wanted);
  }

  /** Resolves when the client has taken what was written, or is gone. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#ctx.res.once('drain', resolve);
      this.#finish = resolve;
    });
  }

  #close(): void {
    if (!this.#ctx.res.destroyed) this.#output.end();
  }

  #writeBookmark(annotations?: BookmarkMetadata['annotations']): void {
    const resourceVersion = String(this.#revision);
    this.#output.bookmark({ resourceVersion, ...(annotations === undefined ? {} : { annotations }) });
  }

  async #bookmark(): Promise<void> {
    if (this.#watch === undefined || this.#ended) return;
    const current = await this.#services.registry.store.currentRevision();
    if (this.#ended || this.#output.unread) return;
    // Events up to `current` have been handed over: the store tells watchers before a revision becomes current.
    this.#revision = Math.max(this.#revision, current);
    this.#writeBookmark();
  }

  #follow(): void {
    this.#watch = this.#services.registry.store.watch({
      prefix: this.#prefix,
      afterRevision: this.#revision,
      onEvents: (events) => this.#deliver(events),
      onEnd: (error) => this.#fail(error),
    });
  }

  #deliver(events: readonly StoreEvent[]): void {
    if (this.#ended) return;
    for (const event of events) {
      const type = this.#typeOf(event);
      if (type !== undefined) this.#count(this.#output.change(event, type));
      this.#revision = event.revision;
    }
    this.#output.flush();
    if (this.#output.behind) this.#pause();
  }

  /** Lets a slow client drain, then catches up from the store's history. */
  #pause(): void {
    this.#watch?.close();
    this.#watch = undefined;
    this.#ctx.res.once('drain', () => {
      if (!this.#ended) this.#follow();
    });
  }

  /** What the event is for this watcher: entering the selection adds, leaving it deletes. */
  #typeOf(event: StoreEvent): ChangeType | undefined {
    if (this.#selection.everything)
      return event.type === 'delete' ? 'DELETED' : event.previous === undefined ? 'ADDED' : 'MODIFIED';
    const before = previousObject(this.#kind, event);
    const was = before !== undefined && this.#selection.matches(before);
    const is = event.type === 'put' && this.#selection.matches(eventObject(this.#kind, event));
    if (was && is) return 'MODIFIED';
    if (is) return 'ADDED';
    return was ? 'DELETED' : undefined;
  }

  #fail(error: Error): void {
    if (!this.#ended && !this.#ctx.res.destroyed) this.#output.failure(watchStatus(error, this.#revision));
    this.#end();
  }
}

function outputOf(
  ctx: RequestContext,
  kind: Kind,
  media: MediaType,
  includeObject: string | null,
  now: () => Date,
): WatchOutput {
  const objects = media.as === 'Table' || media.format !== 'json' ? undefined : ctx.res.takeObjects?.();
  if (objects !== undefined) return new ObjectWatchOutput(objects, kind, media);
  return new ByteWatchOutput({ res: ctx.res, kind, media, includeObject, now });
}

function watchStatus(error: Error, revision: number): Status {
  if (error instanceof CompactedError) {
    return new StatusError(410, 'Expired', `too old resource version: ${revision} (${error.compactedRevision})`).status;
  }
  return new StatusError(500, 'InternalError', 'the watch cannot go on').status;
}
