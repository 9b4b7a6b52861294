/** The life that conformance tests called "should support … API operations" lead any kind through. */
import { expect } from 'vitest';
import { cloneJson, type JsonObject } from '../../src/api/object.ts';
import { type Api, field, nameOf, type Query, revision, type Thing } from './conformance.ts';

export interface Operations {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespace?: string;
  /** Besides the resource itself, what the discovery document must have: `approval`, `status`. */
  readonly subresources?: readonly string[];
  readonly spec: JsonObject;
  /** A merge patch of the spec, how an update changes it, and what is there after each. */
  readonly patch?: JsonObject;
  readonly update?: (object: Thing) => void;
  readonly patched?: unknown;
  readonly updated?: unknown;
  /** How the three objects are found again. */
  readonly select?: Query;
  /** Called between updating and deleting. */
  readonly more?: (path: string, created: Thing) => Promise<void>;
}

const LABEL = 'example-e2e-label';

let run = 0;

export async function performOperations(api: Api, operations: Operations): Promise<void> {
  const { group, version, kind, resource, namespace } = operations;
  await discovered(api, operations);
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const path = `/apis/${group}/${version}${within}/${resource}`;
  const value = `run-${run++}`;
  const select = operations.select ?? { labelSelector: `${LABEL}=${value}` };
  const template = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { generateName: 'e2e-example-', labels: { [LABEL]: value } },
    spec: operations.spec,
  };
  for (let i = 0; i < 2; i++) await api.create(path, template);
  const created = await api.create(path, template);
  expect(nameOf(created)).toMatch(/^e2e-example-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  const own = `${path}/${nameOf(created)}`;
  expect((await api.get(own)).metadata.uid).toBe(created.metadata.uid);
  const list = await api.list(path, select);
  expect(list.items).toHaveLength(3);
  const watch = await api.watch(path, { ...select, resourceVersion: list.metadata.resourceVersion });

  const metadata = { annotations: { patched: 'true' } };
  const patch = operations.patch === undefined ? { metadata } : { metadata, spec: operations.patch };
  const patched = await api.patch(own, 'merge', patch);
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
  if (operations.patched !== undefined) expect(patched['spec']).toMatchObject(operations.patched as object);
  expect(revision(created) < revision(patched)).toBe(true);
  const updated = await api.change(own, (found) => {
    found.metadata.annotations = { ...found.metadata.annotations, updated: 'true' };
    operations.update?.(found);
  });
  expect(updated.metadata.annotations).toMatchObject({ patched: 'true', updated: 'true' });
  if (operations.updated !== undefined) expect(updated['spec']).toMatchObject(operations.updated as object);
  for (let seen = false; !seen; ) {
    const { type, object } = await watch.next();
    expect(type).toBe('MODIFIED');
    expect(object).toMatchObject({ apiVersion: `${group}/${version}`, kind });
    seen = object.metadata.annotations?.['patched'] === 'true';
  }
  watch.stop();
  await operations.more?.(own, created);

  await api.remove(own);
  expect(await api.reasonOf(api.get(own))).toBe('NotFound');
  expect((await api.list(path, select)).items).toHaveLength(2);
  await api.remove(path, undefined, select);
  expect((await api.list(path, select)).items).toEqual([]);
}

async function discovered(api: Api, { group, version, resource, subresources = [] }: Operations): Promise<void> {
  interface Group {
    name: string;
    versions: { version: string }[];
  }
  const versions = (found: Group | undefined) => found?.versions.map((each) => each.version);
  const { groups } = await api.get<{ groups: Group[] }>('/apis');
  expect(versions(groups.find(({ name }) => name === group))).toContain(version);
  expect(versions(await api.get<Group>(`/apis/${group}`))).toContain(version);
  const { resources } = await api.get<{ resources: { name: string }[] }>(`/apis/${group}/${version}`);
  const wanted = [resource, ...subresources.map((name) => `${resource}/${name}`)];
  expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
}

/** Get, patch and update of the status. `time`: of the conditions; client-go writes the zero time as null. */
export async function performOnStatus(api: Api, own: string, created: Thing, time: string | null): Promise<void> {
  const path = `${own}/status`;
  const read = await api.get(path);
  expect(read).toMatchObject({ apiVersion: created.apiVersion, kind: created.kind });
  expect(read.metadata.uid).toBe(created.metadata.uid);
  const types = (object: Thing) => ((field(object, 'status.conditions') ?? []) as JsonObject[]).map(({ type }) => type);
  const condition = (type: string) => ({
    type,
    status: 'False',
    reason: 'E2E',
    message: 'Set from an e2e test',
    lastTransitionTime: time,
  });
  const patched = await api.patch(path, 'merge', { status: { conditions: [condition('PatchStatusFailed')] } });
  expect(types(patched)).toContain('PatchStatusFailed');
  const updated = await api.change(
    own,
    (found) => {
      const status = cloneJson((found['status'] ?? {}) as JsonObject);
      status['conditions'] = [...((status['conditions'] ?? []) as JsonObject[]), condition('StatusUpdateFailed')];
      found['status'] = status;
    },
    path,
  );
  expect(types(updated)).toContain('StatusUpdateFailed');
}
