/** What can be sent to each kind's object and its sub-resources: every way to write, with a body that is right for it. */
import type { JsonObject } from '../../src/api/object.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { collectionPath, exampleOf } from './fuzz-cluster.ts';

export interface Way {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  /** The right body, before anything is done to it. */
  readonly body: JsonObject;
}

const JSON_TYPE = 'application/json';
export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Bodies of sub-resources that are no object of their parent's kind. */
const BODIES: Readonly<Record<string, JsonObject>> = {
  scale: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'fuzz' }, spec: { replicas: 2 } },
  binding: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'fuzz' }, target: { kind: 'Node', name: 'node-1' } },
  eviction: {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'fuzz' },
    deleteOptions: { gracePeriodSeconds: 0, preconditions: { uid: 'x' } },
  },
  token: {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: ['a'],
      expirationSeconds: 3600,
      boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'fuzz' },
    },
  },
};

/** What makes the parent's object interesting to its sub-resource. */
const ADDITIONS: Readonly<Record<string, JsonObject>> = {
  approval: {
    status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Fuzz', message: 'text' }] },
  },
};

const EPHEMERAL = { name: 'debug', image: 'registry.test/debug:1', targetContainerName: 'app' };

/** Every way to write to `kind`, with `example` as body; the first is the create. */
export function waysToWrite(kind: Kind, example = exampleOf(kind)): Way[] {
  const collection = collectionPath(kind);
  const create = { method: 'POST', path: collection, contentType: JSON_TYPE, body: example };
  if (kind.virtual !== undefined) return [create];
  const at = `${collection}/${example.metadata.name ?? ''}`;
  return [create, ...writes(at, example, kind.acceptsStrategicMerge), ...subresourceWays(kind, at, example)];
}

function writes(path: string, body: JsonObject, strategic: boolean, verbs?: readonly string[]): Way[] {
  const types = Object.values(PATCH_TYPES).filter((type) => strategic || type !== PATCH_TYPES.strategic);
  const update = { method: 'PUT', path, contentType: JSON_TYPE, body };
  const patches = types.map((contentType) => ({ method: 'PATCH', path, contentType, body }));
  if (verbs === undefined) return [update, ...patches];
  return [...(verbs.includes('update') ? [update] : []), ...(verbs.includes('patch') ? patches : [])];
}

function subresourceWays(kind: Kind, at: string, example: JsonObject): Way[] {
  return [...kind.subresources.values()].flatMap(({ name, verbs }) => {
    const path = `${at}/${name}`;
    const body = bodyOf(name, example);
    const create = verbs.includes('create') ? [{ method: 'POST', path, contentType: JSON_TYPE, body }] : [];
    return [...create, ...writes(path, body, kind.acceptsStrategicMerge, verbs)];
  });
}

function bodyOf(subresource: string, example: JsonObject): JsonObject {
  if (subresource === 'ephemeralcontainers')
    return { ...example, spec: { ...(example['spec'] as JsonObject), ephemeralContainers: [EPHEMERAL] } };
  return structuredClone(BODIES[subresource] ?? { ...example, ...ADDITIONS[subresource] });
}
