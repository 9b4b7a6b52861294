/**
 * Which objects belong to a node because a pod on it (or a volume of such a pod) refers to them.
 *
 *   pod shop/web on n1, mounting secret shop/tls and claim shop/data, to which volume pv-1 is bound
 *     secret shop/tls → pod shop/web → n1
 *     pv-1 → claim shop/data → pod shop/web → n1, and so for the secrets that pv-1 names
 *
 * Semantics: kubernetes plugin/pkg/auth/authorizer/node/graph.go.
 */
import type { PersistentVolume, Pod } from '../../../api/types/core-v1.ts';
import type { ResourceSlice } from '../../../api/types/resource-v1.ts';
import type { VolumeAttachment } from '../../../api/types/storage-v1.ts';
import type { IndexFeed } from '../index-feed.ts';
import { podReferences, volumeSecrets } from './pod-references.ts';
import { type NodeObjectType, vertex } from './vertex.ts';

/** An object that was put into the graph. */
interface Owner {
  /** The node that it is on; '' when only what it leads to is. */
  readonly node: string;
  /** Vertices that lead to this one: what a pod refers to. */
  readonly refersTo: readonly string[];
  /** A vertex that this one leads to: a volume's claim. */
  readonly leadsTo?: string;
}

export class NodeGraph {
  readonly #owners = new Map<string, Owner>();
  /** Owners by what they refer to. */
  readonly #referrers = new Map<string, Set<string>>();

  /** Whether a path leads from the object to the node. */
  reaches(node: string, type: NodeObjectType, namespace: string, name: string): boolean {
    const seen = new Set<string>();
    const open = [vertex(type, namespace, name)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const owner = this.#owners.get(next);
      if (owner !== undefined && owner.node !== '') {
        if (owner.node === node) return true;
        continue;
      }
      if (owner?.leadsTo !== undefined) open.push(owner.leadsTo);
      open.push(...(this.#referrers.get(next) ?? []));
    }
    return false;
  }

  putPod(pod: Pod): void {
    const owner = vertex('pod', pod.metadata?.namespace ?? '', pod.metadata?.name ?? '');
    const node = pod.spec?.nodeName ?? '';
    this.#remove(owner);
    if (node === '') return;
    // Mirror pods are written by the node itself: they must not widen its rights.
    const mirror = Object.hasOwn(pod.metadata?.annotations ?? {}, 'kubernetes.io/config.mirror');
    this.#set(owner, { node, refersTo: mirror ? [] : podReferences(pod) });
  }

  putVolume(volume: PersistentVolume): void {
    const owner = vertex('pv', '', volume.metadata?.name ?? '');
    const { namespace = '', name } = volume.spec?.claimRef ?? {};
    this.#remove(owner);
    if (!name) return;
    this.#set(owner, { node: '', refersTo: volumeSecrets(volume, namespace), leadsTo: vertex('pvc', namespace, name) });
  }

  putAttachment(attachment: VolumeAttachment): void {
    const owner = vertex('volumeattachment', '', attachment.metadata?.name ?? '');
    this.#set(owner, { node: attachment.spec?.nodeName ?? '', refersTo: [] });
  }

  putSlice(slice: ResourceSlice): void {
    this.#set(vertex('slice', '', slice.metadata?.name ?? ''), { node: slice.spec?.nodeName ?? '', refersTo: [] });
  }

  delete(type: NodeObjectType, namespace: string, name: string): void {
    this.#remove(vertex(type, namespace, name));
  }

  #set(key: string, owner: Owner): void {
    this.#remove(key);
    this.#owners.set(key, owner);
    for (const target of owner.refersTo) {
      const set = this.#referrers.get(target);
      if (set === undefined) this.#referrers.set(target, new Set([key]));
      else set.add(key);
    }
  }

  #remove(key: string): void {
    for (const target of this.#owners.get(key)?.refersTo ?? []) {
      const set = this.#referrers.get(target);
      set?.delete(key);
      if (set?.size === 0) this.#referrers.delete(target);
    }
    this.#owners.delete(key);
  }
}

/**
 * The graph, filled when it is first asked for: few servers ever hear from a node, and filling it reads every pod.
 * `feed` resolves when the feeds were shown all that is stored.
 */
export function lazyNodeGraph(
  feed: (feeds: readonly IndexFeed[]) => Promise<void>,
): () => NodeGraph | Promise<NodeGraph> {
  const graph = new NodeGraph();
  let filled = false;
  let filling: Promise<NodeGraph> | undefined;
  const fill = async (): Promise<NodeGraph> => {
    try {
      await feed(nodeGraphFeeds(graph));
      filled = true;
      return graph;
    } finally {
      filling = undefined;
    }
  };
  return () => {
    if (filled) return graph;
    filling ??= fill();
    return filling;
  };
}

/** What must be told to the graph. */
function nodeGraphFeeds(graph: NodeGraph): IndexFeed[] {
  const drop = (type: NodeObjectType) => (namespace: string, name: string) => graph.delete(type, namespace, name);
  const feeds: IndexFeed[] = [
    {
      group: '',
      resource: 'pods',
      concerns: (value) => value.includes('"nodeName":"'),
      put: (o) => graph.putPod(o),
      delete: drop('pod'),
    },
    { group: '', resource: 'persistentvolumes', put: (o) => graph.putVolume(o), delete: drop('pv') },
    {
      group: 'storage.k8s.io',
      resource: 'volumeattachments',
      put: (o) => graph.putAttachment(o),
      delete: drop('volumeattachment'),
    },
    { group: 'resource.k8s.io', resource: 'resourceslices', put: (o) => graph.putSlice(o), delete: drop('slice') },
  ];
  return feeds.map((feed) => ({ ...feed, glances: true }));
}
