import type { Store } from '../../store/store.ts';
import type { TraceRecorder } from '../../tracing/trace.ts';

/** Says how many were told of a change. The store tells watchers before a commit resolves. */
export function traceWatchers(trace: TraceRecorder | undefined, store: Store, key: string): void {
  if (trace === undefined) return;
  const watchers = store.watchersOf(key);
  trace.decide('watch', `${watchers} watcher${watchers === 1 ? ' was' : 's were'} told`, { watchers });
}
