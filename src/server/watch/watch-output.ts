/** Where a watch's events go: as bytes to a client, or as objects to a reader inside this process. */
import type { Status } from '../../api/status-error.ts';
import type { Entry, StoreEvent } from '../../store/store.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';
export type WatchEventType = ChangeType | 'BOOKMARK' | 'ERROR';

export interface BookmarkMetadata {
  readonly resourceVersion: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface WatchOutput {
  /** What is there when the watch begins, piece by piece. */
  initial(entries: readonly Entry[]): void;
  /** A change, already told apart for this watcher; goes out with the next `flush`. Returns its bytes. */
  change(event: StoreEvent, type: ChangeType): number;
  flush(): void;
  bookmark(metadata: BookmarkMetadata): void;
  failure(status: Status): void;
  /** The reader has not taken all that was written; the response tells it by 'drain' when it has. */
  readonly unread: boolean;
  /** So much is unread that the watcher had better be caught up from the store later. */
  readonly behind: boolean;
  end(): void;
}

/** The bytes of the object that a watcher is shown: for DELETED those before the change, with its revision. */
export function shownValue(event: StoreEvent, type: ChangeType): Buffer {
  return type === 'DELETED' && event.previous !== undefined ? event.previous.value : event.value;
}
