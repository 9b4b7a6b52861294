import type { Coordinates } from './graph-node.ts';

/** How many are remembered; upstream remembers 500. */
const CAPACITY = 2000;

/** Owners that are known not to be there, so that their many dependents need not ask. The oldest is forgotten first. */
export class AbsentOwners {
  readonly #keys = new Set<string>();

  add(uid: string, coordinates: Coordinates): void {
    const key = absentKey(uid, coordinates);
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size <= CAPACITY) return;
    const [oldest] = this.#keys;
    this.#keys.delete(oldest as string);
  }

  has(uid: string, coordinates: Coordinates): boolean {
    return this.#keys.has(absentKey(uid, coordinates));
  }
}

function absentKey(uid: string, { group, kind, name, namespace }: Coordinates): string {
  return [uid, group, kind, namespace, name].join('\n');
}
