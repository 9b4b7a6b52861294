import { type Clock, systemClock } from '../../util/clock.ts';
import { LocalStore } from '../local/local-store.ts';
import type { Store } from '../store.ts';
import { MemoryEngine } from './memory-engine.ts';

export interface MemoryStoreOptions {
  readonly clock?: Clock;
}

/** A store that lives and dies with the process. It keeps the buffers it is given: do not change them afterwards. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new LocalStore(new MemoryEngine(), options.clock ?? systemClock);
}
