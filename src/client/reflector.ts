/**
 * Keeps a sink in step with a collection: lists it, watches it, resumes broken watches where they ended, and lists
 * again when the server's history no longer reaches back (410). Imitates client-go tools/cache Reflector.
 */
import type { KubeObject } from '../api/object.ts';
import { isStatusError, StatusError } from '../api/status-error.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { type BackoffOptions, backoffDelay } from './backoff.ts';
import { pause } from './pause.ts';
import type { ResourceTarget } from './resource-path.ts';
import type { ListOptions, RestClient, WatchOptions } from './rest-client.ts';
import { INITIAL_EVENTS_END } from './watch-stream.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Told what a collection holds, in order. A list may begin anew before it ended. */
export interface ReflectorSink<T> {
  /** What the coming list does not show is gone when it ends. */
  listStarted(): void;
  listed(object: T): void;
  listEnded(): void;
  changed(type: ChangeType, object: T): void;
}

export interface ReflectorOptions<T> {
  readonly client: RestClient;
  readonly target: ResourceTarget;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** PartialObjectMetadata only. */
  readonly metadataOnly?: boolean;
  readonly sink: ReflectorSink<T>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Told of each failure but 410. */
  readonly onError?: (error: unknown, retryInMs: number) => void;
}

const PAGE_SIZE = 500;
/** Watches end after five to ten minutes and go on at once: what a load balancer would do less politely. */
const MIN_WATCH_SECONDS = 300;
/** A watch that ends sooner counts as a failure. */
const MIN_WATCH_MS = 1000;
const BACKOFF: BackoffOptions = { initialMs: 100, maxMs: 30_000, jitter: 0.5 };

/** Runs until the signal aborts; never throws. */
export async function reflect<T extends KubeObject>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<void> {
  const { clock = systemClock, random = Math.random } = options;
  const position: Position = { version: undefined, listsByWatch: true };
  let failures = 0;
  while (!signal.aborted) {
    const started = clock.now();
    try {
      if (position.version === undefined && !position.listsByWatch) position.version = await listAll(options, signal);
      await follow(options, position, Math.ceil(MIN_WATCH_SECONDS * (1 + random())), signal);
      failures = clock.now() - started < MIN_WATCH_MS ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (position.version === undefined && position.listsByWatch && refusesInitialEvents(error)) {
        position.listsByWatch = false;
        continue;
      }
      if (clock.now() - started >= MIN_WATCH_MS) failures = 0;
      failures++;
      if (isTooOld(error)) position.version = undefined;
      else options.onError?.(error, backoffDelay(BACKOFF, failures));
      // The first relist comes at once.
      if (isTooOld(error) && failures === 1) continue;
    }
    if (failures > 0) await pause(clock, backoffDelay(BACKOFF, failures, random), signal).catch(() => {});
  }
}

interface Position {
  /** Everything up to here was told to the sink; undefined: nothing. */
  version: string | undefined;
  /** Whether the server sends what is there at the head of a watch (KEP-3157): no list to hold in memory. */
  listsByWatch: boolean;
}

/** @returns the list's resourceVersion */
async function listAll<T extends KubeObject>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<string> {
  const { client, target, sink } = options;
  sink.listStarted();
  let token: string | undefined;
  do {
    const page = await client.list<T>(target, { ...selection(options), limit: PAGE_SIZE, continue: token, signal });
    for (const object of page.items) sink.listed(object);
    token = page.metadata.continue || undefined;
    if (token === undefined) {
      sink.listEnded();
      return page.metadata.resourceVersion ?? '';
    }
  } while (!signal.aborted);
  throw signal.reason;
}

/** Watches from the position on, or from the beginning when there is none. */
async function follow<T extends KubeObject>(
  options: ReflectorOptions<T>,
  position: Position,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { client, target, sink } = options;
  let initial = position.version === undefined;
  const start = initial ? INITIAL_EVENTS : { resourceVersion: position.version };
  const batches = client.watchBatches<T>(target, {
    ...selection(options),
    ...start,
    allowWatchBookmarks: true,
    timeoutSeconds,
    signal,
  });
  if (initial) sink.listStarted();
  for await (const events of batches) {
    for (const { type, object } of events) {
      if (signal.aborted) return;
      if (initial && type === 'ADDED') {
        sink.listed(object);
        continue;
      }
      if (initial && type === 'BOOKMARK') {
        if (object.metadata.annotations?.[INITIAL_EVENTS_END] !== 'true') throw new InitialEventsUnknownError();
        initial = false;
        sink.listEnded();
      } else if (type !== 'BOOKMARK') sink.changed(type, object);
      if (!initial) position.version = object.metadata.resourceVersion ?? position.version;
    }
  }
}

const INITIAL_EVENTS: WatchOptions = {
  query: { sendInitialEvents: true },
  resourceVersionMatch: 'NotOlderThan',
};

/** The server is too old to say where its initial events end. */
class InitialEventsUnknownError extends Error {
  override readonly name = 'InitialEventsUnknownError';
}

function refusesInitialEvents(error: unknown): boolean {
  return (
    error instanceof InitialEventsUnknownError || isStatusError(error, 'Invalid') || isStatusError(error, 'BadRequest')
  );
}

function selection<T>({ labelSelector, fieldSelector, metadataOnly }: ReflectorOptions<T>): ListOptions {
  return { labelSelector, fieldSelector, metadataOnly };
}

/** 410 comes as the answer to the request or as an ERROR event. */
function isTooOld(error: unknown): boolean {
  return (
    isStatusError(error, 'Expired') ||
    isStatusError(error, 'Gone') ||
    (error instanceof StatusError && error.code === 410)
  );
}
