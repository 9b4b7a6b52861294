/** What a server has, without one: the built-in resources, those of CustomResourceDefinitions, and what was typed. */
import facts from '../../api/facts/resources.json' with { type: 'json' };
import { isObject, type JsonObject } from '../../api/object.ts';
import { type DiscoveredResource, Discovery } from '../../client/discovery.ts';

/** Knows also the resource that `target` names with its group, such as `widgets.example.com`. */
export function offlineDiscovery(target: string, objects: readonly JsonObject[] = []): Discovery {
  const known = [...builtIn(), ...objects.flatMap(definedResources)];
  const discovery = new Discovery(known);
  const [word = '', subresource = ''] = target.split('/');
  if (!word.includes('.') || discovery.find(word) !== undefined) return discovery;
  return new Discovery([...known, typedResource(word, subresource)]);
}

function builtIn(): DiscoveredResource[] {
  return facts.map((fact) => ({ ...fact, subresources: fact.subresources ?? [], preferred: true }));
}

/** The resources that a CustomResourceDefinition makes; none for other objects. */
export function definedResources({ kind, spec }: JsonObject): DiscoveredResource[] {
  if (kind !== 'CustomResourceDefinition' || !isObject(spec) || !isObject(spec['names'])) return [];
  const { plural, singular, shortNames, kind: itemKind } = spec['names'];
  const versions = Array.isArray(spec['versions']) ? spec['versions'].filter(isObject) : [];
  return versions.map((version, i) => ({
    group: String(spec['group']),
    version: String(version['name']),
    resource: String(plural),
    singular: String(singular ?? ''),
    kind: String(itemKind),
    namespaced: spec['scope'] === 'Namespaced',
    verbs: [],
    shortNames: Array.isArray(shortNames) ? shortNames.map(String) : [],
    categories: [],
    subresources: Object.keys(isObject(version['subresources']) ? version['subresources'] : {}).map(subresourceNamed),
    preferred: i === 0,
  }));
}

function typedResource(word: string, subresource: string): DiscoveredResource {
  const [resource = '', ...group] = word.split('.');
  return {
    group: group.join('.'),
    version: '',
    resource,
    singular: '',
    kind: '',
    namespaced: true,
    verbs: [],
    shortNames: [],
    categories: [],
    subresources: subresource === '' ? [] : [subresourceNamed(subresource)],
    preferred: true,
  };
}

function subresourceNamed(name: string): DiscoveredResource['subresources'][number] {
  return { name, group: '', version: '', kind: '', verbs: [] };
}
