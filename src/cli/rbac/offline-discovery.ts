/** Without a server a resource is what was typed: `deployments.apps/scale` is sub-resource scale of deployments in apps. */
import { type DiscoveredResource, Discovery } from '../../client/discovery.ts';

/** Knows one resource: the one that `target` names; all of them are taken to be namespaced. */
export function offlineDiscovery(target: string): Discovery {
  const [word = '', subresource = ''] = target.split('/');
  const [resource = '', ...group] = word.split('.');
  const subresources = subresource === '' ? [] : [{ name: subresource, group: '', version: '', kind: '', verbs: [] }];
  const entry: DiscoveredResource = {
    group: group.join('.'),
    version: '',
    resource,
    singular: '',
    kind: '',
    namespaced: true,
    verbs: [],
    shortNames: [],
    categories: [],
    subresources,
    preferred: true,
  };
  return new Discovery([entry]);
}
