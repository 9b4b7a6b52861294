import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldsNode, LEAF } from '../../../src/api/patch/apply/fields.ts';
import { listTrail, mapTrail, textOfFields } from '../../../src/api/patch/apply/fields-trail.ts';

function mapOf(members: readonly (readonly [string, FieldsNode])[], self = false): FieldsNode {
  return members.reduce((trail, [name, node]) => trail.with(name, node), mapTrail(self)).fields(self);
}

function listOf(members: readonly (readonly [string, FieldsNode])[], self = false): FieldsNode {
  return members.reduce((trail, [key, node]) => trail.with(key, node), listTrail(self)).items(self);
}

describe('trails', () => {
  test('members of a map come out sorted, whatever their order', () => {
    const inner = mapOf([['x', LEAF]], true);
    const expected = '{"f:a":{},"f:b":{".":{},"f:x":{}},"f:c":{}}';
    for (const order of ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']) {
      const made = mapOf([...order].map((name) => [name, name === 'b' ? inner : LEAF]));
      expect(JSON.stringify(made)).toBe(expected);
    }
  });

  test('the same members lead to the same tree, which nobody can change', () => {
    const once = mapOf([['a', LEAF]], true);
    expect(mapOf([['a', LEAF]], true)).toBe(once);
    expect(mapOf([['a', LEAF]])).not.toBe(once);
    expect(() => Object.assign(once, { 'f:b': {} })).toThrow(TypeError);
  });

  test('a name with other fields below is another member', () => {
    const [x, y] = [mapOf([['x', LEAF]]), mapOf([['y', LEAF]])];
    for (const node of [x, y, LEAF, x, y]) expect(mapOf([['a', node]])['f:a']).toBe(node);
  });

  test('items keep their order; those that share their key are one, without anything below', () => {
    const below = mapOf([['x', LEAF]], true);
    expect(
      JSON.stringify(
        listOf(
          [
            ['v:2', LEAF],
            ['v:1', below],
          ],
          true,
        ),
      ),
    ).toBe('{".":{},"v:2":{},"v:1":{".":{},"f:x":{}}}');
    expect(
      JSON.stringify(
        listOf([
          ['v:1', below],
          ['v:2', LEAF],
          ['v:1', below],
        ]),
      ),
    ).toBe('{"v:1":{},"v:2":{}}');
  });

  test('property: the text is the tree', () => {
    const name = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('__proto__', 'constructor', '"', '1', 'é'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 5 }), name, fc.boolean(), (names, outer, self) => {
        const inner = mapOf(
          names.map((n) => [n, LEAF]),
          self,
        );
        const tree = listOf(
          [
            ['k:1', mapOf([[outer, inner]])],
            ['k:2', LEAF],
          ],
          self,
        );
        expect(textOfFields(tree)).toBe(JSON.stringify(tree));
        expect(textOfFields(structuredClone(tree))).toBeUndefined();
      }),
    );
  });

  test('a deep tree does not hold the text of each level', () => {
    let tree = mapOf(Array.from({ length: 60 }, (_, i) => [`${i}`.padStart(10_000, 'x'), LEAF]));
    for (let depth = 0; depth < 3_000; depth++) tree = mapOf([['d', tree]]);
    expect(textOfFields(tree)?.length).toBe(60 * (10_000 + '"f:":{},'.length) + 1 + 3_000 * '{"f:d":}'.length);
  });

  test('more than are kept, and longer than are kept', () => {
    const names = Array.from({ length: 200 }, (_, i) => `n${String(i).padStart(3, '0')}`);
    const text = `{${names.map((name) => `"f:${name}":{}`).join(',')}}`;
    const long = () => JSON.stringify(mapOf(names.map((name) => [name, LEAF])));
    expect(long()).toBe(text);
    const others = Array.from({ length: 12_000 }, (_, i) => `u${i}`.padEnd(100, 'x'));
    expect(others.filter((name) => mapOf([[name, LEAF]])[`f:${name}`] !== LEAF)).toEqual([]);
    expect(long()).toBe(text);
  });
});
