/** What a command is about: one object, or a list of one resource. */
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import type { ResourceTarget } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { findResource, findResources } from './find-resource.ts';
import type { ResourceArgs } from './resource-args.ts';

export interface Selection {
  readonly resource: DiscoveredResource;
  /** Absent for cluster-scoped resources and for all namespaces. */
  readonly namespace: string | undefined;
  /** Absent: the whole list. */
  readonly name?: string;
  /** The file that named it. */
  readonly source?: string;
}

export interface Scope {
  readonly namespace: string;
  readonly allNamespaces: boolean;
  /** A label or field selector, or --all, was given. */
  readonly selecting: boolean;
}

/** One selection for each request, in the order of the arguments. @throws CliError */
export function selectResources(discovery: Discovery, args: ResourceArgs, scope: Scope): Selection[] {
  if (args.kind === 'pairs' && scope.selecting) {
    throw new CliError('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  const names = args.kind === 'pairs' || args.names.length > 0;
  if (names && scope.selecting) throw new CliError('name cannot be provided when a selector is specified');
  if (names && scope.allNamespaces) throw new CliError('a resource cannot be retrieved by name across all namespaces');
  if (args.kind === 'pairs') {
    return args.pairs.map(({ type, name }) => ({ ...inScope(findResource(discovery, type), scope), name }));
  }
  const resources = uniqueResources(args.types.flatMap((type) => findResources(discovery, type)));
  if (args.names.length === 0) return resources.map((resource) => inScope(resource, scope));
  return resources.flatMap((resource) => args.names.map((name) => ({ ...inScope(resource, scope), name })));
}

function inScope(resource: DiscoveredResource, { namespace, allNamespaces }: Scope): Selection {
  return { resource, namespace: resource.namespaced && !allNamespaces ? namespace : undefined };
}

function uniqueResources(resources: readonly DiscoveredResource[]): DiscoveredResource[] {
  return [...new Map(resources.map((entry) => [`${entry.resource}.${entry.group}`, entry])).values()];
}

/** @throws CliError for an empty name, which would mean the whole list */
export function targetOf({ resource, namespace, name }: Selection, subresource?: string): ResourceTarget {
  if (name === '') throw new CliError('resource name may not be empty');
  const { group, version, resource: plural } = resource;
  return {
    group,
    version,
    resource: plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource ? { subresource } : {}),
  };
}
