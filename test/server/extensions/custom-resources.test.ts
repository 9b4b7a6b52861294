import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/api/object.ts';
import type { StatusError } from '../../../src/api/status-error.ts';
import { objectBytes } from '../../../src/server/registry/codec.ts';
import { parseSelection } from '../../../src/server/registry/selection.ts';
import { boats, DefinitionWorld, GROUP, version, withSpec } from './definition-world.ts';

let world: DefinitionWorld;
beforeEach(async () => {
  world = await new DefinitionWorld().start();
});
afterEach(() => world.close());

const boat = (spec?: unknown, more: object = {}): JsonObject => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Boat',
  metadata: { name: 'gull' },
  ...(spec === undefined ? {} : { spec }),
  ...more,
});
const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: StatusError) => error.message,
  );

describe('versions', () => {
  const two = boats([
    withSpec({ sails: { type: 'integer' }, old: { type: 'string' } }),
    withSpec({ sails: { type: 'integer' }, fresh: { type: 'string', default: 'yes' } }, { name: 'v2', storage: false }),
  ]);

  it('are one object, each pruned by its own schema', async () => {
    await world.define(two);
    const v1 = await world.served();
    const v2 = await world.served('boats', 'v2');
    await world.create(v1, boat({ sails: 1, old: 'x' }));
    expect(await world.get(v2, 'gull')).toMatchObject({ apiVersion: `${GROUP}/v2`, spec: { sails: 1 } });
    await world.update(v2, 'gull', (obj) => {
      obj.metadata.labels = { seen: 'v2' };
    });
    expect(await world.get(v1, 'gull')).toMatchObject({ apiVersion: `${GROUP}/v1`, spec: { sails: 1 } });
  });

  it('outlive a change of the storage version', async () => {
    await world.define(two);
    await world.create(await world.served(), boat({ sails: 1, old: 'x' }));
    await world.update(world.crdKind, `boats.${GROUP}`, (crd) => {
      for (const item of (crd.spec as { versions: { storage: boolean }[] }).versions) item.storage = !item.storage;
    });
    await world.definition(`boats.${GROUP}`, (crd) => crd.status?.storedVersions?.length === 2);
    expect((await world.get(await world.served(), 'gull')).spec).toEqual({ sails: 1, old: 'x' });
    expect((await world.get(await world.served('boats', 'v2'), 'gull')).spec).toEqual({ sails: 1 });
  });
});

describe('repeats in lists', () => {
  it('may stay when the schema came to know of them later', async () => {
    const flags = { type: 'array', items: { type: 'string' } };
    const set = { ...flags, 'x-kubernetes-list-type': 'set' };
    await world.define(boats([withSpec({ flags, sails: { type: 'integer' } })]));
    await world.create(await world.served(), boat({ flags: ['a', 'a'] }));
    await world.update(world.crdKind, `boats.${GROUP}`, (crd) => {
      (crd.spec as { versions: unknown[] }).versions = [withSpec({ flags: set, sails: { type: 'integer' } })];
    });
    await world.definition(`boats.${GROUP}`, (crd) => crd.metadata?.generation === 2);
    const kind = await world.served();
    const change = (spec: object): Promise<unknown> =>
      world.update(kind, 'gull', (obj) => Object.assign(obj, { spec }));
    expect(await messageOf(change({ flags: ['a', 'a', 'b'], sails: 1 }))).toBe('accepted');
    expect(await messageOf(change({ flags: ['a'] }))).toBe('accepted');
    expect(await messageOf(change({ flags: ['b', 'b'] }))).toContain('spec.flags[1]: Duplicate value: "b"');
  });
});

describe('stored bytes', () => {
  it('go out as they are while the definition is as it was created', async () => {
    await world.define(boats([withSpec({ sails: { type: 'integer' } })]));
    const kind = await world.served();
    expect(kind.storage.conversion).toBeUndefined();
    await world.create(kind, boat({ sails: 1 }));
    const entry = await world.registry.getEntry(kind, 'ns', 'gull');
    const shown = JSON.parse(objectBytes(kind, entry.value, entry.modRevision).toString()) as JsonObject;
    expect(shown).toMatchObject({ apiVersion: `${GROUP}/v1`, kind: 'Boat', spec: { sails: 1 } });
  });

  it('get later defaults on reading, and lose what the schema no longer has', async () => {
    await world.define(boats([withSpec({ sails: { type: 'integer' }, oars: { type: 'integer' } })]));
    await world.create(await world.served(), boat({ sails: 1, oars: 2 }));
    await world.update(world.crdKind, `boats.${GROUP}`, (crd) => {
      const spec = { sails: { type: 'integer' }, paint: { type: 'string', default: 'white' } };
      (crd.spec as { versions: unknown[] }).versions = [withSpec(spec)];
    });
    await world.definition(`boats.${GROUP}`, (crd) => crd.metadata?.generation === 2);
    const kind = await world.served();
    const { spec, metadata } = await world.get(kind, 'gull');
    expect(spec).toEqual({ sails: 1, paint: 'white' });
    const touched = await world.update(kind, 'gull', (obj) => {
      obj.metadata.labels = { a: 'b' };
    });
    expect(touched.metadata.generation).toBe(metadata.generation);
  });
});

describe('writes', () => {
  it('count generations outside metadata when there is no status sub-resource', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    await world.create(kind, boat({}, { status: { speed: 1 } }));
    const faster = await world.update(kind, 'gull', (obj) => {
      obj.status = { speed: 2 };
    });
    expect(faster.metadata.generation).toBe(2);
    const labelled = await world.update(kind, 'gull', (obj) => {
      obj.metadata.labels = { a: 'b' };
    });
    expect(labelled.metadata.generation).toBe(2);
  });

  it('of the status change nothing else', async () => {
    await world.define(boats([withSpec({ sails: { type: 'integer' } }, { subresources: { status: {} } })]));
    const kind = await world.served();
    expect((await world.create(kind, boat({ sails: 1 }, { status: {} }))).status).toBeUndefined();
    const updated = await world.update(
      kind,
      'gull',
      (obj) => {
        obj.spec = { sails: 9 };
        obj.metadata.labels = { a: 'b' };
        obj.status = {};
      },
      'status',
    );
    expect(updated).toMatchObject({ spec: { sails: 1 }, status: {}, metadata: { generation: 1 } });
    expect(updated.metadata.labels).toBeUndefined();
  });

  it('are refused without a resourceVersion', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    await world.create(kind, boat({}));
    const put = world.update(kind, 'gull', (obj) => {
      delete obj.metadata.resourceVersion;
    });
    expect(await messageOf(put)).toBe(
      `boats.${GROUP} "gull" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
    );
  });

  it('warn of finalizers without a domain', async () => {
    await world.define(boats([version()]));
    await world.create(
      await world.served(),
      boat({}, { metadata: { name: 'gull', finalizers: ['moor', 'a.example/b'] } }),
    );
    expect(world.warnings).toEqual([expect.stringContaining('metadata.finalizers: "moor": prefer a domain-qualified')]);
  });

  it('read metadata as ObjectMeta', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    const text = await messageOf(world.create(kind, boat({}, { metadata: { name: 'gull', labels: { a: 1 } } })));
    expect(text).toBe('json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string');
  });
});

describe('the scale sub-resource', () => {
  const scale = {
    specReplicasPath: '.spec.crew',
    statusReplicasPath: '.status.aboard',
    labelSelectorPath: '.status.pick',
  };

  it('reads and writes by its paths', async () => {
    await world.define(boats([version({ subresources: { scale } })]));
    const kind = await world.served();
    const obj = await world.create(kind, boat({ crew: 3 }, { status: { aboard: 2, pick: 'a=b' } }));
    const strategy = kind.strategy.scale;
    expect([strategy?.specReplicas(obj), strategy?.statusReplicas(obj), strategy?.selector(obj)]).toEqual([
      3,
      2,
      'a=b',
    ]);
    const empty = boat() as never;
    strategy?.setReplicas(empty, 5);
    expect(empty).toMatchObject({ spec: { crew: 5 } });
    expect(() => strategy?.checkReadable?.(boat() as never)).toThrow(
      'the spec replicas field ".spec.crew" does not exist',
    );
  });

  it('makes rules for the fields behind the paths', async () => {
    await world.define(boats([version({ subresources: { scale } })]));
    const kind = await world.served();
    expect(await messageOf(world.create(kind, boat({ crew: 'many' })))).toContain(
      '.spec.crew: Invalid value: 0: .spec.crew accessor error: many is of the type string, expected int64',
    );
    expect(await messageOf(world.create(kind, boat({ crew: -1 })))).toContain('should be a non-negative integer');
  });
});

describe('selectable fields', () => {
  it('select by text, numbers and booleans', async () => {
    const properties = { color: { type: 'string' }, decks: { type: 'integer' } };
    const selectableFields = [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.decks' }];
    await world.define(boats([withSpec(properties, { selectableFields })]));
    const kind = await world.served();
    const obj = await world.create(kind, boat({ color: 'red', decks: 2 }));
    expect(parseSelection(kind, '', 'spec.color=red,spec.decks=2').matches(obj)).toBe(true);
    expect(parseSelection(kind, '', 'spec.decks!=2').matches(obj)).toBe(false);
    expect(() => parseSelection(kind, '', 'spec.size=big')).toThrow('field label not supported: spec.size');
  });
});

describe('embedded resources', () => {
  it('keep only what ObjectMeta knows, and must say what they are', async () => {
    const cargo = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    };
    await world.define(boats([withSpec({ cargo })]));
    const kind = await world.served();
    const crate = { apiVersion: 'v1', kind: 'Crate', metadata: { name: 'c', odd: 1 }, any: 1 };
    const { spec } = await world.create(kind, boat({ cargo: crate }));
    expect(spec).toEqual({ cargo: { ...crate, metadata: { name: 'c' } } });
    expect(world.warnings).toEqual(['unknown field "spec.cargo.metadata.odd"']);
    const nameless = boat({ cargo: { metadata: { labels: { 'x y': 'z' } } } }, { metadata: { name: 'tern' } });
    const text = await messageOf(world.create(kind, nameless));
    expect(text).toContain('spec.cargo.apiVersion: Required value, spec.cargo.kind: Required value');
    expect(text).toContain('spec.cargo.metadata.labels: Invalid value: "x y"');
  });
});
