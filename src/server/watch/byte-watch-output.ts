import type { KubeObject } from '../../api/object.ts';
import type { Status } from '../../api/status-error.ts';
import type { Entry, StoreEvent } from '../../store/store.ts';
import type { MediaType } from '../handlers/media-type.ts';
import { tableOf } from '../handlers/table.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeValue } from '../registry/codec.ts';
import { readOnly } from '../registry/read-list.ts';
import type { HttpResponse } from '../request/context.ts';
import { eventFrame, objectFrame, valueFrame } from './event-encoder.ts';
import { type BookmarkMetadata, type ChangeType, shownValue, type WatchOutput } from './watch-output.ts';

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
    const { kind, media } = this.#options;
    const frame =
      media.as === 'Table'
        ? this.#tableFrame(type, decodeValue(kind, shownValue(event, type), event.revision))
        : eventFrame(kind, event, type, media);
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
    const { res, kind, media } = this.#options;
    const object = media.as === 'Table' ? this.#table([], metadata) : bookmarkObject(kind, media, metadata);
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
    if (media.as === 'Table') return this.#tableFrame('ADDED', readOnly(kind, entry));
    return valueFrame(kind, entry.value, entry.modRevision, 'ADDED', media);
  }

  #tableFrame(type: ChangeType, object: KubeObject): Buffer {
    return objectFrame(type, this.#table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }));
  }

  /** Tables are per watcher: only the first of a stream carries the columns. */
  #table(objects: readonly KubeObject[], metadata: BookmarkMetadata): unknown {
    const { kind, media, includeObject, now } = this.#options;
    const columns = !this.#columnsSent;
    this.#columnsSent = true;
    return tableOf(kind, objects, { ...metadata }, media.version, includeObject, now(), columns);
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
