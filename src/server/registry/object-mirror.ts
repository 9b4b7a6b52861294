/**
 * Objects that nearly every write asks about (its namespace, quotas, limits, service accounts, classes …), decoded and in
 * memory. Fed by the store's own watch, which is told of a commit before its writer is: whoever waited for a write finds it here.
 */
import { deepFreeze, type KubeObject } from '../../api/object.ts';
import type { MirroredObjects } from '../admission/admission.ts';
import type { IndexFeed } from '../authorization/index-feed.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';

const MIRRORED: readonly (readonly [group: string, resource: string])[] = [
  ['', 'limitranges'],
  ['', 'namespaces'],
  ['', 'nodes'],
  ['', 'resourcequotas'],
  ['', 'serviceaccounts'],
  ['admissionregistration.k8s.io', 'mutatingadmissionpolicies'],
  ['admissionregistration.k8s.io', 'mutatingadmissionpolicybindings'],
  ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'],
  ['admissionregistration.k8s.io', 'validatingadmissionpolicies'],
  ['admissionregistration.k8s.io', 'validatingadmissionpolicybindings'],
  ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'],
  ['networking.k8s.io', 'ingressclasses'],
  ['node.k8s.io', 'runtimeclasses'],
  ['scheduling.k8s.io', 'priorityclasses'],
  ['storage.k8s.io', 'storageclasses'],
];

type ByName = Map<string, KubeObject>;

const NONE: readonly KubeObject[] = Object.freeze([]);

export class ObjectMirror {
  readonly #resources = new Map(MIRRORED.map(([group, resource]) => [`${group}/${resource}`, new Collection()]));

  /** What keeps the mirror in step; hand them to feedIndexes before the first read. */
  feeds(): IndexFeed[] {
    return MIRRORED.map(([group, resource]) => {
      const collection = this.#resources.get(`${group}/${resource}`) as Collection;
      return {
        group,
        resource,
        put: (object) => collection.put(object as KubeObject),
        delete: (namespace, name) => collection.delete(namespace, name),
      };
    });
  }

  /** The objects of one resource. @throws Error for one that is not mirrored */
  of<T>(group: string, resource: string): MirroredObjects<T> {
    const collection = this.#resources.get(`${group}/${resource}`);
    if (collection === undefined) throw new Error(`${resource}.${group} is not mirrored`);
    return collection as MirroredObjects<KubeObject> as MirroredObjects<T>;
  }

  /** The same access, whose reads of mirrored resources give shared, frozen objects without asking the store. */
  over(objects: ObjectAccess): ObjectAccess {
    const find = (group: string, resource: string): Collection | undefined =>
      this.#resources.get(`${group}/${resource}`);
    return {
      ...objects,
      async get(group, resource, namespace, name) {
        const collection = find(group, resource);
        if (collection === undefined) return objects.get(group, resource, namespace, name);
        return collection.get(namespace, name);
      },
      async list(group, resource, namespace) {
        const collection = find(group, resource);
        if (collection === undefined) return objects.list(group, resource, namespace);
        return collection.list(namespace) as KubeObject[];
      },
    };
  }
}

class Collection {
  readonly #namespaces = new Map<string, ByName>();
  /** Answers to list() since the last change. */
  readonly #listed = new Map<string, readonly KubeObject[]>();

  put(object: KubeObject): void {
    this.#listed.clear();
    const { namespace = '', name = '' } = object.metadata;
    const known = this.#namespaces.get(namespace);
    if (known === undefined) this.#namespaces.set(namespace, new Map([[name, deepFreeze(object)]]));
    else known.set(name, deepFreeze(object));
  }

  delete(namespace: string, name: string): void {
    this.#listed.clear();
    const known = this.#namespaces.get(namespace);
    if (known?.delete(name) && known.size === 0) this.#namespaces.delete(namespace);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** In the order of the store's keys; the same frozen array until something changes. */
  list(namespace = ''): readonly KubeObject[] {
    const known = this.#listed.get(namespace);
    if (known !== undefined) return known;
    // Most namespaces have no quotas or limits: nothing is remembered of them.
    if (namespace !== '' && !this.#namespaces.has(namespace)) return NONE;
    const objects = Object.freeze(this.#sorted(namespace));
    this.#listed.set(namespace, objects);
    return objects;
  }

  #sorted(namespace: string): KubeObject[] {
    const wanted =
      namespace === ''
        ? [...this.#namespaces].sort(byKey).map(([, objects]) => objects)
        : [this.#namespaces.get(namespace) ?? new Map<string, KubeObject>()];
    return wanted.flatMap((objects) => [...objects].sort(byKey).map(([, object]) => object));
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
