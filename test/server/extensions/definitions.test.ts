import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import type { CustomResourceDefinition } from '../../../src/api/types/apiextensions-v1.ts';
import { isConditionTrue } from '../../../src/server/kinds/apiextensions/crd-conditions.ts';
import { boats, DefinitionWorld, GROUP, version, withSpec } from './definition-world.ts';

let world: DefinitionWorld;
beforeEach(async () => {
  world = await new DefinitionWorld().start();
});
afterEach(() => world.close());

const boat = (spec?: object, more: object = {}) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Boat',
  metadata: { name: 'gull' },
  ...(spec === undefined ? {} : { spec }),
  ...more,
});

describe('a definition', () => {
  it('becomes kinds once its names are accepted, preferred version first', async () => {
    const more = { schema: version().schema, storage: false } as const;
    await world.define(
      boats([version(), { ...version(), name: 'v2', ...more }, { ...version(), name: 'v1beta1', ...more }]),
    );
    const kind = await world.served();
    expect(world.kinds.versions(GROUP, 'boats').map((served) => served.version)).toEqual(['v2', 'v1', 'v1beta1']);
    expect(kind).toMatchObject({
      singular: 'boat',
      kind: 'Boat',
      listKind: 'BoatList',
      namespaced: true,
      source: 'crd',
    });
    const crd = await world.definition(`boats.${GROUP}`, (found) => isConditionTrue(found, 'Established'));
    expect(crd.status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['NamesAccepted', 'NoConflicts'],
      ['Established', 'InitialNamesAccepted'],
    ]);
  });

  it('keeps its kinds while nothing but its status changes', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    await world.update(world.crdKind, `boats.${GROUP}`, (crd) => {
      crd.metadata.labels = { a: 'b' };
    });
    await world.definition(`boats.${GROUP}`, (crd) => crd.metadata?.labels?.a === 'b');
    expect(world.kinds.find(GROUP, 'v1', 'boats')).toBe(kind);
  });

  it('waits for a name that another one has', async () => {
    await world.define(boats([version()]));
    await world.served();
    await world.define(
      boats([version()], { names: { plural: 'ships', singular: 'ship', kind: 'Boat', listKind: 'ShipList' } }),
    );
    const refused = await world.definition(`ships.${GROUP}`, (crd) => (crd.status?.conditions ?? []).length > 0);
    expect(refused.status).toMatchObject({
      acceptedNames: { kind: '', plural: 'ships' },
      conditions: [
        { type: 'NamesAccepted', status: 'False', reason: 'KindConflict', message: '"Boat" is already in use' },
        { type: 'Established', status: 'False', reason: 'NotAccepted' },
      ],
    });
    await world.delete(world.crdKind, `boats.${GROUP}`);
    expect((await world.served('ships')).kind).toBe('Boat');
  });

  it('gets back the conditions that somebody took', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    const mine = { type: 'Mine', status: 'True', lastTransitionTime: null, reason: '', message: '' };
    const take = (crd: KubeObject): void => {
      crd.status = { ...(crd.status as object), conditions: [mine] };
    };
    await world.update(world.crdKind, `boats.${GROUP}`, take, 'status');
    const restored = await world.definition(`boats.${GROUP}`, (crd) => (crd.status?.conditions ?? []).length > 2);
    expect(restored.status?.conditions?.map(({ type }) => type)).toEqual(['Mine', 'NamesAccepted', 'Established']);
    expect((await world.served()).kind).toBe(kind.kind);
  });

  it('is told all short names that are taken', async () => {
    await world.define(boats([version()], { names: { shortNames: ['bt', 'bts'] } }));
    await world.served();
    const names = { plural: 'boots', kind: 'Boot', shortNames: ['bt', 'bo', 'bts'] };
    await world.define(boats([version()], { names }));
    const refused = await world.definition(`boots.${GROUP}`, (crd) => (crd.status?.conditions ?? []).length > 0);
    const message = '["bt" is already in use, "bts" is already in use]';
    expect(refused.status?.acceptedNames?.shortNames).toBeUndefined();
    expect(refused.status?.conditions?.[0]).toMatchObject({ reason: 'ShortNamesConflict', message });
  });

  it('cannot take the place of a built-in resource', async () => {
    const builtIn = world.kinds.find('networking.k8s.io', 'v1', 'ingresses');
    const metadata = {
      name: 'ingresses.networking.k8s.io',
      annotations: { 'api-approved.kubernetes.io': 'unapproved' },
    };
    const names = { plural: 'ingresses', kind: 'Ingress' };
    const spec = { group: 'networking.k8s.io', scope: 'Namespaced', names, versions: [version()] };
    await world.define({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec });
    await world.definition(metadata.name, (crd) => isConditionTrue(crd, 'Established'));
    expect(world.kinds.find('networking.k8s.io', 'v1', 'ingresses')).toBe(builtIn);
    await world.delete(world.crdKind, metadata.name);
    await expect(world.get(world.crdKind, metadata.name)).resolves.toBeDefined();
    expect(world.kinds.find('networking.k8s.io', 'v1', 'ingresses')).toBe(builtIn);
  });

  it('is served again after a restart, before its controller runs', async () => {
    await world.define(boats([version()]));
    await world.create(await world.served(), boat({ sails: 1 }));
    await world.stop();
    const { KindTable } = await import('../../../src/server/kinds/kind-table.ts');
    const { CustomResources } = await import('../../../src/server/extensions/custom-resources.ts');
    const kinds = new KindTable(world.kinds.all().filter((kind) => kind.source === 'builtin'));
    const definitions = new CustomResources(kinds);
    definitions.put(await world.get(world.crdKind, `boats.${GROUP}`));
    expect((await world.get(kinds.find(GROUP, 'v1', 'boats') as never, 'gull')).spec).toEqual({ sails: 1 });
  });
});

describe('deletion', () => {
  const terminating = (crd: CustomResourceDefinition): string =>
    crd.status?.conditions?.find(({ type }) => type === 'Terminating')?.reason ?? '';

  it('takes the instances along', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    await world.create(kind, boat({ sails: 1 }));
    const marked = await world.delete(world.crdKind, `boats.${GROUP}`);
    expect(marked.metadata).toMatchObject({
      finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
      generation: 1,
    });
    expect(terminating(marked as CustomResourceDefinition)).toBe('InstanceDeletionPending');
    await world.gone();
    expect(await world.store.count(kind.storage.prefix)).toBe(0);
    await expect(world.get(world.crdKind, `boats.${GROUP}`)).rejects.toMatchObject({ code: 404 });
  });

  it('waits for finalizers and lets nothing new in', async () => {
    await world.define(boats([version()]));
    const kind = await world.served();
    await world.create(kind, boat(undefined, { metadata: { name: 'gull', finalizers: ['sea.example/moor'] } }));
    await world.delete(world.crdKind, `boats.${GROUP}`);
    await world.definition(`boats.${GROUP}`, (crd) => terminating(crd) === 'InstanceDeletionInProgress');
    await expect(world.create(kind, boat({}, { metadata: { name: 'tern' } }))).rejects.toMatchObject({
      code: 403,
      message: `boats.${GROUP} "tern" is forbidden: create not allowed while custom resource definition is terminating`,
    });
    await world.update(kind, 'gull', (obj) => {
      delete obj.metadata.finalizers;
    });
    await world.gone();
  });

  it('leaves the way free for a new definition', async () => {
    await world.define(boats([version()]));
    const old = await world.served();
    await world.delete(world.crdKind, `boats.${GROUP}`);
    await world.gone();
    await world.define(boats([withSpec({ sails: { type: 'integer' } })]));
    const kind = await world.served();
    expect(kind).not.toBe(old);
    await world.create(kind, boat({ sails: 1, oars: 2 }));
    expect(world.warnings).toEqual(['unknown field "spec.oars"']);
  });
});

describe('groups of definitions', () => {
  const names = async (): Promise<string[]> => {
    const kind = world.kinds.preferred('apiregistration.k8s.io', 'apiservices');
    const { entries } = await world.store.list({ prefix: kind?.storage.prefix ?? '' });
    return entries.map(({ key }) => key.slice(key.lastIndexOf('/') + 1));
  };

  it('have API services of the served versions', async () => {
    await world.define(
      boats([
        version(),
        { ...version(), name: 'v2', storage: false },
        { ...version(), name: 'v3', storage: false, served: false },
      ]),
    );
    await expect.poll(names).toEqual([`v1.${GROUP}`, `v2.${GROUP}`]);
    await world.delete(world.crdKind, `boats.${GROUP}`);
    await expect.poll(names).toEqual([]);
  });
});
