import type { Kind } from '../kinds/kind.ts';

/** The store key of one object. */
export function objectKey(kind: Kind, namespace: string, name: string): string {
  return kind.namespaced ? `${kind.storage.prefix}${namespace}/${name}` : kind.storage.prefix + name;
}

/** The prefix of all objects of a kind, or of those in one namespace. */
export function listPrefix(kind: Kind, namespace: string): string {
  return kind.namespaced && namespace !== '' ? `${kind.storage.prefix}${namespace}/` : kind.storage.prefix;
}
