import type {
  Entry,
  IntegrityReport,
  ListOptions,
  ListResult,
  Mutation,
  Store,
  Watch,
  WatchOptions,
} from '../../../store/store.ts';
import type { Metrics } from './metrics.ts';

type Note = (seconds: number, failed: boolean) => void;

/** The notes for keys that begin with the prefix. */
interface NoteOfPrefix {
  readonly prefix: string;
  readonly note: Note;
}

/**
 * A store whose operations are counted and timed by what their keys are about (`/registry/GROUP/RESOURCE/…`), under the
 * names that kube-apiserver gives to those of etcd.
 */
export class MeasuredStore implements Store {
  readonly #inner: Store;
  readonly #metrics: Metrics;
  readonly #notes = new Map<string, Note>();
  /** What each operation was about last: mostly the next is about the same. */
  readonly #last = new Map<string, NoteOfPrefix>();

  constructor(inner: Store, metrics: Metrics) {
    this.#inner = inner;
    this.#metrics = metrics;
  }

  currentRevision(): Promise<number> {
    return this.#inner.currentRevision();
  }

  compactedRevision(): Promise<number> {
    return this.#inner.compactedRevision();
  }

  get(key: string, revision?: number): Promise<Entry | undefined> {
    return this.#timed('get', key, performance.now(), this.#inner.get(key, revision));
  }

  list(options: ListOptions): Promise<ListResult> {
    return this.#timed('list', options.prefix, performance.now(), this.#inner.list(options));
  }

  count(prefix: string): Promise<number> {
    return this.#inner.count(prefix);
  }

  commit(mutations: readonly Mutation[]): Promise<number> {
    const [first] = mutations;
    if (first === undefined) return this.#inner.commit(mutations);
    const operation = first.type === 'delete' ? 'delete' : first.expected === 0 ? 'create' : 'update';
    return this.#timed(operation, first.key, performance.now(), this.#inner.commit(mutations));
  }

  watch(options: WatchOptions): Watch {
    return this.#inner.watch(options);
  }

  watchersOf(key: string): number {
    return this.#inner.watchersOf(key);
  }

  compact(revision: number): Promise<void> {
    return this.#inner.compact(revision);
  }

  integrityCheck(): Promise<IntegrityReport> {
    return this.#inner.integrityCheck();
  }

  backup(file: string): Promise<void> {
    return this.#inner.backup(file);
  }

  size(): Promise<number> {
    return this.#inner.size();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #timed<R>(operation: string, key: string, started: number, work: Promise<R>): Promise<R> {
    const note = this.#noteOf(operation, key);
    return work.then(
      (result) => {
        note((performance.now() - started) / 1000, false);
        return result;
      },
      (error: unknown) => {
        note((performance.now() - started) / 1000, true);
        throw error;
      },
    );
  }

  #noteOf(operation: string, key: string): Note {
    const last = this.#last.get(operation);
    if (last !== undefined && key.startsWith(last.prefix)) return last.note;
    const start = key.indexOf('/', 1) + 1;
    const middle = key.indexOf('/', start);
    const end = key.indexOf('/', middle + 1);
    const name = `${operation} ${key.slice(start, end)}`;
    const group = key.slice(start, middle);
    const note =
      this.#notes.get(name) ??
      this.#metrics.storeOperation(operation, group === 'core' ? '' : group, key.slice(middle + 1, end));
    this.#notes.set(name, note);
    if (end > 0) this.#last.set(operation, { prefix: key.slice(0, end + 1), note });
    return note;
  }
}
