import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/api/object.ts';
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../../src/api/patch/strategic-merge-patch.ts';
import { schemaOfKind } from '../../../src/api/schema/type-table.ts';
import { lastAppliedText, withLastApplied } from '../../../src/cli/apply/last-applied.ts';
import { migratedFields } from '../../../src/cli/apply/migrate-fields.ts';
import { threeWayStrategicPatch } from '../../../src/cli/apply/strategic-patch.ts';
import { threeWayMergePatch } from '../../../src/cli/apply/three-way-merge.ts';

const POD = schemaOfKind('', 'v1', 'Pod');
const pod = (containers: object[], more: object = {}): JsonObject => ({ spec: { containers, ...more } });

describe('strategic', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    [
      'nothing',
      pod([{ name: 'a', image: 'x' }]),
      pod([{ name: 'a', image: 'x' }]),
      pod([{ name: 'a', image: 'x', tty: true }]),
      {},
    ],
    [
      'a changed item',
      pod([{ name: 'a', image: 'x' }]),
      pod([{ name: 'a', image: 'y' }]),
      pod([{ name: 'a', image: 'x', tty: true }, { name: 'sidecar' }]),
      { spec: { containers: [{ image: 'y', name: 'a' }], '$setElementOrder/containers': [{ name: 'a' }] } },
    ],
    [
      'a removed item',
      pod([{ name: 'a' }, { name: 'b' }]),
      pod([{ name: 'a' }]),
      pod([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
      { spec: { containers: [{ $patch: 'delete', name: 'b' }], '$setElementOrder/containers': [{ name: 'a' }] } },
    ],
    ['a removed field', pod([], { nodeName: 'x' }), pod([]), pod([], { nodeName: 'x' }), { spec: { nodeName: null } }],
    [
      'a list without a merge key',
      pod([{ name: 'a', args: ['1'] }]),
      pod([{ name: 'a', args: ['2'] }]),
      pod([{ name: 'a', args: ['1', 'x'] }]),
      { spec: { containers: [{ args: ['2'], name: 'a' }], '$setElementOrder/containers': [{ name: 'a' }] } },
    ],
    [
      'finalizers',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: ['b'] } },
      { metadata: { finalizers: ['a', 'z'] } },
      {
        metadata: {
          finalizers: ['b'],
          '$deleteFromPrimitiveList/finalizers': ['a'],
          '$setElementOrder/finalizers': ['b'],
        },
      },
    ],
  ])('%s', (_, original, modified, current, patch) => {
    expect(threeWayStrategicPatch(POD, original, modified, current)).toEqual(patch);
  });

  test('applied, it gives what is wanted and keeps what others set', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
    const containers = (prefix: string) =>
      names.chain((list) =>
        fc.tuple(
          ...list.map((name) => fc.record({ name: fc.constant(name), image: fc.constantFrom(`${prefix}1`, 'same') })),
        ),
      );
    fc.assert(
      fc.property(containers('o'), containers('m'), containers('l'), (original, modified, live) => {
        const patch = threeWayStrategicPatch(POD, pod(original), pod(modified), pod(live));
        const after = applyStrategicMergePatch(POD, pod(live), patch);
        const result = (after['spec'] as { containers: { name: string }[] }).containers;
        for (const wanted of modified) expect(result).toContainEqual(wanted);
        const foreign = live.filter(({ name }) => ![...modified, ...original].some((known) => known.name === name));
        for (const kept of foreign) expect(result).toContainEqual(kept);
        expect(result.length).toBe(new Set([...modified, ...foreign].map(({ name }) => name)).size);
      }),
    );
  });
});

describe('merge', () => {
  test.each<[JsonObject, JsonObject, JsonObject, JsonObject]>([
    [{ a: 1, b: 2 }, { a: 5 }, { a: 1, b: 2, c: 3 }, { a: 5, b: null }],
    [{}, { a: { b: [1] } }, { a: { b: [1], c: 2 } }, {}],
    [{}, { a: { b: [1, 2] } }, { a: { b: [1] } }, { a: { b: [1, 2] } }],
    [{ a: { x: 1 } }, { a: {} }, { a: { x: 1 } }, { a: { x: null } }],
    [{}, { a: null }, {}, {}],
  ])('%j → %j on %j', (original, modified, current, patch) => {
    expect(threeWayMergePatch(original, modified, current)).toEqual(patch);
  });

  test('applied, nothing is left to do', () => {
    const value = fc.letrec((tie) => ({
      object: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 3 }),
      value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.array(fc.integer(), { maxLength: 2 }), tie('object')),
    })).object as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(value, value, value, (original, modified, current) => {
        const after = applyMergePatch(current, threeWayMergePatch(original, modified, current)) as JsonObject;
        expect(threeWayMergePatch(modified, modified, after)).toEqual({});
      }),
    );
  });
});

test('what was applied last is remembered as kubectl writes it', () => {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'x', annotations: { note: '<' } } };
  const text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"note":"\\u003c"},"name":"x"}}\n';
  const annotated = withLastApplied(object);
  expect(lastAppliedText(annotated)).toBe(text);
  expect(lastAppliedText(withLastApplied(annotated))).toBe(text);
  expect(lastAppliedText(object)).toBeUndefined();
});

test('fields of client-side apply move to the one who applies now', () => {
  const update = {
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    fieldsV1: {
      'f:data': { 'f:a': {}, 'f:b': {} },
      'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
    },
  };
  const own = { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': { 'f:c': {} } } };
  const other = { manager: 'x', operation: 'Update', fieldsV1: { 'f:data': { 'f:d': {} } } };
  expect(migratedFields([update, other, own], 'kubectl')).toEqual([
    other,
    {
      ...own,
      fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {}, 'f:c': {} }, 'f:metadata': { 'f:annotations': { '.': {} } } },
    },
  ]);
  expect(migratedFields([other, own], 'kubectl')).toBeUndefined();
});
