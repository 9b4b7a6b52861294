/** Which object of the server a manifest means. */
import { cloneJson, isObject, type JsonObject } from '../../api/object.ts';
import type { Discovery } from '../../client/discovery.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { goJson } from '../print/go-json.ts';
import { resourceOfKind } from '../resources/find-resource.ts';
import type { Selection } from '../resources/selection.ts';
import type { Manifest } from './read-manifests.ts';

export interface ManifestScope {
  readonly namespace: string;
  /** --namespace: a manifest may not name another. */
  readonly namespaceGiven: boolean;
}

/** A manifest with its namespace filled in, and where it lives. */
export interface ResolvedManifest extends Selection {
  readonly object: JsonObject;
  /** '' when the server is to make one up. */
  readonly name: string;
  readonly source: string;
}

/** @throws CliError, PlainError in kubectl's words */
export function resolveManifest(
  discovery: Discovery,
  { object, source }: Manifest,
  scope: ManifestScope,
): ResolvedManifest {
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || kind === '') {
    throw new CliError(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing in '${goJson(object)}'`);
  }
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const name = nameField(metadata, 'name', source);
  const own = nameField(metadata, 'namespace', source);
  const version = parseApiVersion(typeof apiVersion === 'string' ? apiVersion : '');
  const resource = resourceOfKind(discovery, { ...version, kind, name, namespace: own }, source);
  if (!resource.namespaced) return { resource, namespace: undefined, name, source, object };
  const namespace = namespaceFor(own, scope);
  const copy = cloneJson(object);
  copy['metadata'] = { ...metadata, namespace };
  return { resource, namespace, name, source, object: copy };
}

export interface ResolvedManifests {
  readonly resolved: ResolvedManifest[];
  readonly errors: unknown[];
}

/** All of them; what the server does not have stands in `errors`. */
export function resolveManifests(
  discovery: Discovery,
  manifests: readonly Manifest[],
  scope: ManifestScope,
): ResolvedManifests {
  const resolved: ResolvedManifest[] = [];
  const errors: unknown[] = [];
  for (const manifest of manifests) {
    try {
      resolved.push(resolveManifest(discovery, manifest, scope));
    } catch (error) {
      errors.push(error);
    }
  }
  return { resolved, errors };
}

export function selectionOf(discovery: Discovery, manifest: Manifest, scope: ManifestScope): Selection {
  const { resource, namespace, name, source } = resolveManifest(discovery, manifest, scope);
  return { resource, namespace, name, source };
}

/** YAML makes a boolean of `name: y`. @throws CliError */
function nameField(metadata: JsonObject, field: 'name' | 'namespace', source: string): string {
  const value = metadata[field] ?? '';
  if (typeof value === 'string') return value;
  const type = typeof value === 'boolean' ? 'bool' : typeof value;
  throw new CliError(
    `unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${type} into Go struct field ObjectMeta.metadata.${field} of type string`,
  );
}

function namespaceFor(own: string, { namespace, namespaceGiven }: ManifestScope): string {
  if (own === '' || own === namespace) return namespace;
  if (!namespaceGiven) return own;
  throw new CliError(
    `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
  );
}
