import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects all garbage now and gives the memory back to the system: some twenty milliseconds of standing still. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * From now on a major collection waits until the old generation has doubled. V8 itself begins one as soon as it has grown
 * by a little, where little survives: a server that only passes requests on would have one every second.
 */
export function collectRarely(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
