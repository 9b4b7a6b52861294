/**
 * The seed of all property tests: the same in every run, so that a change's tests fail for that change. Look for more with
 * `KCTL_FUZZ_SEED=random` or any number; a failure tells the seed that finds it again.
 */
import fc from 'fast-check';

const DEFAULT_SEED = 20_261_122;

export const FUZZ_SEED = seedOf(process.env['KCTL_FUZZ_SEED']);

function seedOf(given: string | undefined): number {
  if (given === 'random') return Math.floor(Math.random() * 2 ** 31);
  return given === undefined ? DEFAULT_SEED : Number(given);
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: FUZZ_SEED });
