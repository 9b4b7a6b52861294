import { describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../../../src/server/admission/admission.ts';
import { admissionChain, createPlugins } from '../../../src/server/admission/chain.ts';
import { changedPaths } from '../../../src/server/admission/changed-paths.ts';
import { PLUGINS } from '../../../src/server/admission/plugins/index.ts';
import { TraceRecorder } from '../../../src/tracing/trace.ts';
import { attributesOf, contextOf, FakeObjects } from '../../helpers/admission.ts';
import facts from './facts.json' with { type: 'json' };

describe('the list of plugins', () => {
  it('stands in upstream’s order', () => {
    const order: string[] = facts.defaultEnabled_inOrder;
    const on = PLUGINS.filter((plugin) => plugin.on).map(({ name }) => name);
    const known = on.filter((name) => order.includes(name));
    expect(known).toEqual(order.filter((name) => on.includes(name)));
  });
  it('can be chosen from', () => {
    const names = (choice: object) => createPlugins(contextOf(), choice).map(({ name }) => name);
    expect(names({})).toContain('NamespaceLifecycle');
    expect(names({ disable: ['NamespaceLifecycle'] })).not.toContain('NamespaceLifecycle');
    expect(() => names({ enable: ['Nonsense'] })).toThrow('admission plugin "Nonsense" is unknown');
  });
  it('gives each plugin the name in the list', () => {
    for (const { name, create } of PLUGINS) expect(create(contextOf()).name).toBe(name);
  });
});

describe('the chain', () => {
  const log: string[] = [];
  const plugin = (name: string): AdmissionPlugin => ({
    name,
    admit: async ({ object }) => {
      log.push(`${name} admits`);
      if (object !== undefined) object[name] = true;
    },
    validate: () => {
      log.push(`${name} validates`);
      if (name === 'no') throw new Error('refused');
    },
  });
  it('lets every plugin change before any one checks', async () => {
    log.length = 0;
    const chain = admissionChain([plugin('a'), plugin('b')]);
    const attributes = attributesOf({ to: 'configmaps', object: {} });
    await chain.admit(attributes);
    await chain.validate(attributes);
    expect(log).toEqual(['a admits', 'b admits', 'a validates', 'b validates']);
    expect(attributes.object).toMatchObject({ a: true, b: true });
  });
  it('ends with the first refusal', async () => {
    log.length = 0;
    await expect(
      admissionChain([plugin('no'), plugin('b')]).validate(attributesOf({ to: 'configmaps', object: {} })),
    ).rejects.toThrow('refused');
    expect(log).toEqual(['no validates']);
  });
  it.each([
    { to: 'configmaps', object: { metadata: { name: 'a' } } },
    { to: 'pods', object: { metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } } },
    { to: 'configmaps', operation: 'UPDATE', object: { metadata: { name: 'a' } }, old: { metadata: { name: 'a' } } },
  ] as const)('has no plugin that waits where nothing is configured: $to $operation', (write) => {
    const objects = new FakeObjects()
      .put('namespaces', { metadata: { name: 'shop' } })
      .put('serviceaccounts', { metadata: { name: 'default', namespace: 'shop' } });
    const attributes = attributesOf(write);
    const resource = `/${write.to}`;
    for (const one of createPlugins(contextOf(objects))) {
      if (one.resources?.includes(resource) === false) continue;
      expect(one.admit?.(attributes), one.name).toBeUndefined();
      expect(one.validate?.(attributes), one.name).toBeUndefined();
    }
  });
  it('tells a trace what changed', async () => {
    const trace = new TraceRecorder('t', () => 0);
    const silent: AdmissionPlugin = { name: 'silent', admit: () => {} };
    await admissionChain([silent, plugin('a')]).admit({ ...attributesOf({ to: 'configmaps', object: {} }), trace });
    const { spans } = trace.finish({ auditId: '', startedAt: '', method: '', path: '', user: '', status: 0 });
    expect(spans).toMatchObject([
      { decision: 'a changed the object', details: { changes: [{ path: 'a', to: true }] } },
    ]);
  });
});

describe('changed paths', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [
      { a: { b: [1, 2] } },
      { a: { b: [1, 3, 4] } },
      [
        { path: 'a.b[1]', from: 2, to: 3 },
        { path: 'a.b[2]', to: 4 },
      ],
    ],
    [{ a: 1 }, {}, [{ path: 'a', from: 1 }]],
    [undefined, { a: 1 }, [{ path: '', to: { a: 1 } }]],
    [{ constructor: 1 }, { ['__proto__']: 2, constructor: 1 }, [{ path: '__proto__', to: 2 }]],
  ])('%j → %j', (before, after, changes) => expect(changedPaths(before, after)).toEqual(changes));
  it('are bounded', () => {
    expect(changedPaths({}, Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, i])))).toHaveLength(50);
  });
});
