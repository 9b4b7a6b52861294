import { parseJson } from '../../api/json.ts';
import type { KubeObject, ObjectMeta } from '../../api/object.ts';
import type { Status } from '../../api/status-error.ts';
import type { Entry, StoreEvent } from '../../store/store.ts';
import type { MediaType } from '../handlers/media-type.ts';
import type { Kind } from '../kinds/kind.ts';
import { committedObject, decodeValue, metadataBytes } from '../registry/codec.ts';
import type { WatchedObjects } from '../request/context.ts';
import { bookmarkObject } from './byte-watch-output.ts';
import { type BookmarkMetadata, type ChangeType, shownValue, type WatchOutput } from './watch-output.ts';

/** A reader that has so many events before it is caught up from the store instead of from memory. */
const MAX_WAITING = 4096;

/**
 * Objects for a reader inside this process, who never changes them: what was just committed is handed on as it is, and
 * no byte of it is written or parsed.
 */
export class ObjectWatchOutput implements WatchOutput {
  readonly #objects: WatchedObjects;
  readonly #kind: Kind;
  readonly #media: MediaType;

  constructor(objects: WatchedObjects, kind: Kind, media: MediaType) {
    this.#objects = objects;
    this.#kind = kind;
    this.#media = media;
  }

  get unread(): boolean {
    return this.#objects.waiting > 0;
  }

  get behind(): boolean {
    return this.#objects.waiting > MAX_WAITING;
  }

  initial(entries: readonly Entry[]): void {
    for (const { value, modRevision } of entries)
      this.#objects.push({ type: 'ADDED', object: this.#decode(value, modRevision) });
  }

  change(event: StoreEvent, type: ChangeType): number {
    const value = shownValue(event, type);
    const committed = value === event.value ? committedObject(this.#kind, value) : undefined;
    const object = committed === undefined ? this.#decode(value, event.revision) : this.#show(committed, event);
    this.#objects.push({ type, object });
    return value.length;
  }

  flush(): void {}

  bookmark(metadata: BookmarkMetadata): void {
    this.#objects.push({ type: 'BOOKMARK', object: bookmarkObject(this.#kind, this.#media, metadata) });
  }

  failure(status: Status): void {
    this.#objects.push({ type: 'ERROR', object: status });
  }

  end(): void {
    this.#objects.end();
  }

  /** Writers inside of the server leave out what kind it is. */
  #show(object: KubeObject, { revision }: StoreEvent): unknown {
    const { kind, apiVersion } = this.#kind;
    object.kind ??= kind;
    object.apiVersion ??= apiVersion;
    object.metadata.resourceVersion = String(revision);
    return this.#media.as === undefined ? object : this.#partial(object.metadata);
  }

  #decode(value: Buffer, revision: number): unknown {
    if (this.#media.as === undefined) return decodeValue(this.#kind, value, revision);
    const bytes = metadataBytes(this.#kind, value, revision);
    const metadata =
      bytes === undefined ? decodeValue(this.#kind, value, revision).metadata : (parseJson(bytes) as ObjectMeta);
    return this.#partial(metadata);
  }

  #partial(metadata: ObjectMeta): KubeObject {
    return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${this.#media.version}`, metadata };
  }
}
