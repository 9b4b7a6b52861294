import type { KubeObject } from '../../api/object.ts';
import type { FeedResource } from './object-feed.ts';

export const NAMESPACES: FeedResource = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};

/** What controllers keep of an object whose existence is all they need. */
export function identityOnly({ metadata }: KubeObject): KubeObject {
  const { namespace, name, uid, resourceVersion, deletionTimestamp } = metadata;
  return {
    metadata: {
      ...(namespace === undefined ? {} : { namespace }),
      name,
      uid,
      resourceVersion,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
  };
}
