import type { KubeObject } from '../../api/object.ts';
import type { Status } from '../../api/status-error.ts';
import type { Entry, StoreEvent } from '../../store/store.ts';
import type { MediaType } from '../handlers/media-type.ts';
import { tableOf } from '../handlers/table.ts';
import { partialMetadata } from '../handlers/write-object.ts';
import type { Kind } from '../kinds/kind.ts';
import { readOnly } from '../registry/read-list.ts';
import type { HttpResponse } from '../request/context.ts';
import { eventFrame, objectFrame, tableFrame, valueFrame } from './event-encoder.ts';
import type { BookmarkMetadata, ChangeType, WatchEventType, WatchOutput } from './watch-output.ts';

/** A watcher that is so far behind is caught up from the store instead of from memory. */
const MAX_BUFFERED_BYTES = 1 << 20;

export interface ByteOutputOptions {
  readonly res: HttpResponse;
  readonly kind: Kind;
  readonly media: MediaType;
  readonly includeObject: string | null;
  readonly now: () => Date;
}

/** Frames of the negotiated form; those of changes are shared with other watchers. */
export class ByteWatchOutput implements WatchOutput {
  readonly #options: ByteOutputOptions;
  #frames: Buffer[] = [];
  #columnsSent = false;

  constructor(options: ByteOutputOptions) {
    this.#options = options;
  }

  get unread(): boolean {
    return this.#options.res.writableNeedDrain;
  }

  get behind(): boolean {
    return this.#options.res.writableLength > MAX_BUFFERED_BYTES;
  }

  initial(entries: readonly Entry[]): void {
    if (entries.length > 0) this.#options.res.write(Buffer.concat(entries.map((entry) => this.#entryFrame(entry))));
  }

  change(event: StoreEvent, type: ChangeType): number {
    const { kind, media, includeObject } = this.#options;
    const previous = type === 'DELETED';
    const frame =
      media.as === 'Table'
        ? tableFrame(kind, event, type, media, previous, includeObject, this.#takeColumns())
        : eventFrame(kind, event, type, media, previous, includeObject);
    this.#frames.push(frame);
    return frame.length;
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    this.#options.res.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  bookmark(metadata: BookmarkMetadata): void {
    const { res, kind, media, includeObject, now } = this.#options;
    const table = (): unknown =>
      tableOf(kind, [], { ...metadata }, media.version, includeObject, now(), this.#takeColumns());
    const object = media.as === 'Table' ? table() : bookmarkObject(kind, media, metadata);
    res.write(objectFrame('BOOKMARK', object, media.format));
  }

  failure(status: Status): void {
    this.#options.res.write(objectFrame('ERROR', status, this.#options.media.format));
  }

  end(): void {
    this.#options.res.end();
  }

  #entryFrame(entry: Entry): Buffer {
    const { kind, media } = this.#options;
    if (media.as === 'Table') return this.#objectFrame('ADDED', readOnly(kind, entry));
    return valueFrame(kind, entry.value, entry.modRevision, 'ADDED', media);
  }

  #objectFrame(type: WatchEventType, obj: KubeObject): Buffer {
    const { kind, media, includeObject, now } = this.#options;
    if (media.as === 'PartialObjectMetadata')
      return objectFrame(type, partialMetadata(obj, media.version), media.format);
    if (media.as !== 'Table') return objectFrame(type, obj, media.format);
    const metadata = { resourceVersion: obj.metadata.resourceVersion ?? '' };
    const table = tableOf(kind, [obj], metadata, media.version, includeObject, now(), this.#takeColumns());
    return objectFrame(type, table);
  }

  /** Only the first table of a stream carries the columns. */
  #takeColumns(): boolean {
    const first = !this.#columnsSent;
    this.#columnsSent = true;
    return first;
  }
}

export function bookmarkObject(kind: Kind, media: MediaType, metadata: BookmarkMetadata): Record<string, unknown> {
  if (media.as === 'PartialObjectMetadata')
    return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${media.version}`, metadata };
  return { kind: kind.kind, apiVersion: kind.apiVersion, metadata, ...emptyShape(kind) };
}

/** The `spec: {}`, `status: {}` that Go writes for an object that is empty but for its metadata. */
function emptyShape(kind: Kind): Record<string, unknown> {
  return kind.source === 'crd' ? {} : emptyFields(kind.schema);
}

function emptyFields(schema: Kind['schema']): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of schema.fields ?? []) {
    if (field.presence !== 'always' || name === 'metadata' || name === 'kind' || name === 'apiVersion') continue;
    if (field.schema.type === 'object') fields[name] = emptyFields(field.schema);
    else if (field.schema.type === 'list' || field.schema.type === 'map') fields[name] = null;
  }
  return fields;
}
