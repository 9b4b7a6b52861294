import { runInNewContext } from 'node:vm';

/** `node:v8` is loaded when it is needed: a start does without. */
function setFlag(flag: string): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/** Collects all garbage now and gives the memory back to the system: some twenty milliseconds of standing still. */
export function collectGarbage(): void {
  setFlag('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * From now on a major collection waits until the old generation has doubled. V8 itself begins one as soon as it has grown
 * by a little, where little survives: a server that only passes requests on would have one every second.
 */
export function collectRarely(): void {
  setFlag('--heap-growing-percent=100');
}
