/** A local copy of a collection, with indexes and handlers; imitates client-go's shared index informers, without resync. */
import type { KubeObject } from '../api/object.ts';
import type { ChangeType, ReflectorSink } from './reflector.ts';

export interface InformerHandlers<T> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(last: T): void;
}

export interface InformerOptions<T> {
  /** Other objects are as if they were not there. */
  readonly filter?: (object: T) => boolean;
  /** What is kept of an object; default all of it. */
  readonly transform?: (object: T) => T;
  /** Values under which `byIndex` finds an object. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
}

/** Fed by a reflector; objects are shared with all readers: never change them. */
export class Informer<T extends KubeObject = KubeObject> implements ReflectorSink<T> {
  readonly #options: InformerOptions<T>;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #handlers: InformerHandlers<T>[] = [];
  /** Keys that the list under way has not shown yet. */
  #unseen: Set<string> | undefined;
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;

  constructor(options: InformerOptions<T> = {}) {
    this.#options = options;
    for (const name of Object.keys(options.indexes ?? {})) this.#indexes.set(name, new Map());
  }

  /** Resolves when the first list has ended. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Objects that are known already are told as added. */
  handle(handlers: InformerHandlers<T>): void {
    this.#handlers.push(handlers);
    for (const object of this.#objects.values()) handlers.added?.(object);
  }

  /** @param namespace '' for cluster-scoped objects */
  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(objectKey(namespace, name));
  }

  list(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** @throws RangeError when there is no such index */
  byIndex(index: string, value: string): T[] {
    const entries = this.#indexes.get(index);
    if (entries === undefined) throw new RangeError(`no index ${index}`);
    return [...(entries.get(value) ?? [])].map((key) => this.#objects.get(key) as T);
  }

  listStarted(): void {
    this.#unseen = new Set(this.#objects.keys());
  }

  listed(object: T): void {
    this.#unseen?.delete(keyOf(object));
    this.#put(object);
  }

  listEnded(): void {
    for (const key of this.#unseen ?? []) this.#remove(key);
    this.#unseen = undefined;
    this.#isSynced = true;
    this.#synced.resolve();
  }

  changed(type: ChangeType, object: T): void {
    if (type === 'DELETED') this.#remove(keyOf(object), object);
    else this.#put(object);
  }

  #put(received: T): void {
    const key = keyOf(received);
    if (this.#options.filter?.(received) === false) {
      this.#remove(key);
      return;
    }
    const object = this.#options.transform?.(received) ?? received;
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    if (old !== undefined) this.#unindex(key, old);
    this.#index(key, object);
    if (old === undefined) for (const handler of this.#handlers) handler.added?.(object);
    else if (old.metadata.uid !== object.metadata.uid) this.#replaced(object, old);
    else if (
      old.metadata.resourceVersion !== object.metadata.resourceVersion ||
      old.metadata.resourceVersion === undefined
    )
      for (const handler of this.#handlers) handler.updated?.(object, old);
  }

  /** One object went and another of the same name came while nobody watched. */
  #replaced(object: T, old: T): void {
    for (const handler of this.#handlers) handler.deleted?.(old);
    for (const handler of this.#handlers) handler.added?.(object);
  }

  #remove(key: string, last?: T): void {
    const old = this.#objects.get(key);
    if (old === undefined) return;
    this.#objects.delete(key);
    this.#unindex(key, old);
    const shown = last === undefined ? old : (this.#options.transform?.(last) ?? last);
    for (const handler of this.#handlers) handler.deleted?.(shown);
  }

  #index(key: string, object: T): void {
    for (const [name, entries] of this.#indexes) {
      for (const value of this.#options.indexes?.[name]?.(object) ?? []) {
        const keys = entries.get(value);
        if (keys === undefined) entries.set(value, new Set([key]));
        else keys.add(key);
      }
    }
  }

  #unindex(key: string, object: T): void {
    for (const [name, entries] of this.#indexes) {
      for (const value of this.#options.indexes?.[name]?.(object) ?? []) {
        const keys = entries.get(value);
        if (keys?.delete(key) && keys.size === 0) entries.delete(value);
      }
    }
  }
}

/** `namespace/name`, or `name` for cluster-scoped objects. */
export function objectKey(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The parts of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function keyOf({ metadata }: KubeObject): string {
  return objectKey(metadata.namespace ?? '', metadata.name ?? '');
}
