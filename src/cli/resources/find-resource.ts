/** From the names that people type to what the server has. */
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { CliError, PlainError } from '../errors.ts';
import { didYouMean, suggestions } from '../suggest.ts';

/** The resources that a word means: one, or all of a category such as `all`. @throws CliError */
export function findResources(discovery: Discovery, word: string): DiscoveredResource[] {
  const category = word.includes('.') ? [] : discovery.category(word);
  return category.length > 0 ? category : [findResource(discovery, word)];
}

/** @throws CliError in kubectl's words, with what was perhaps meant */
export function findResource(discovery: Discovery, word: string): DiscoveredResource {
  const found = discovery.find(word);
  if (found !== undefined) return found;
  const [name = ''] = word.split('.');
  const near = suggestions(name, resourceWords(discovery));
  throw new CliError(`the server doesn't have a resource type ${JSON.stringify(name)}${didYouMean(near)}`);
}

function resourceWords(discovery: Discovery): string[] {
  return [...new Set(discovery.resources.flatMap(({ resource, shortNames }) => [resource, ...shortNames]))];
}

/** @throws PlainError when the server has no such kind */
export function resourceOfKind(
  discovery: Discovery,
  object: { group: string; version: string; kind: string; name: string; namespace: string },
  source: string,
): DiscoveredResource {
  const { group, version, kind, name, namespace } = object;
  const found = discovery.resources.find(
    (entry) => entry.group === group && entry.version === version && entry.kind === kind,
  );
  if (found !== undefined) return found;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  throw new PlainError(
    `error: resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
  );
}

/** `pods`, `deployments.apps`: how messages name a resource. */
export function resourceText({ resource, group }: { resource: string; group: string }): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** `pod/web`, `deployment.apps/web`: how results name an object. */
export function objectText({ kind, group }: { kind: string; group: string }, name: string): string {
  return `${kindText({ kind, group })}/${name}`;
}

/** `pod`, `deployment.apps` */
export function kindText({ kind, group }: { kind: string; group: string }): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}
