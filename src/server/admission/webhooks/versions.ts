/** The same object in another served version, for webhooks whose rules name that one. */
import { cloneJson, type KubeObject } from '../../../api/object.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { AdmissionContext } from '../admission.ts';

/** Other kinds that show what is stored as this one: other versions, and the events of the other group. */
export type Equivalents = (kind: Kind) => readonly Kind[];

export function equivalentKinds(kinds: AdmissionContext['kinds']): Equivalents {
  let known = new WeakMap<Kind, readonly Kind[]>();
  let generation = kinds.generation;
  return (kind) => {
    if (generation !== kinds.generation) {
      known = new WeakMap();
      generation = kinds.generation;
    }
    let found = known.get(kind);
    if (found === undefined) {
      const sharesStorage = (other: Kind): boolean => other !== kind && other.storage.prefix === kind.storage.prefix;
      found = kind.virtual === undefined ? kinds.all().filter(sharesStorage) : [];
      known.set(kind, found);
    }
    return found;
  };
}

/** A copy of the object in another version. */
export function convertObject(object: KubeObject, from: Kind, to: Kind): KubeObject {
  const copy = cloneJson(object);
  if (from === to) return copy;
  const stored = from.storage.conversion?.toStorage(copy) ?? copy;
  const converted = to.storage.conversion?.fromStorage(stored) ?? stored;
  converted.apiVersion = to.apiVersion;
  converted.kind = to.kind;
  return converted;
}
