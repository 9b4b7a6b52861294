import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedMap } from '../../src/util/sorted-map.ts';
import { compareUtf8 } from '../../src/util/utf8-order.ts';

const key = fc.integer({ min: 0, max: 3000 }).map((n) => `k${n}`);
const change = fc.record({ key, value: fc.option(fc.nat()) });

test('is a map with its keys in order, whatever is put in and taken out', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3000, size: 'max' }), key, key, (changes, low, high) => {
      const sorted = new SortedMap<number>();
      const model = new Map<string, number>();
      for (const { key: name, value } of changes) {
        if (value === null) expect(sorted.delete(name)).toBe(model.delete(name));
        else {
          sorted.set(name, value);
          model.set(name, value);
        }
      }
      const keys = [...model.keys()].sort(compareUtf8);
      const within = keys.filter((name) => compareUtf8(name, low) >= 0 && compareUtf8(name, high) < 0);
      expect([...sorted.keys('')]).toEqual(keys);
      expect([...sorted.keys(low, high)]).toEqual(within);
      expect(sorted.count('')).toBe(model.size);
      if (compareUtf8(low, high) <= 0) expect(sorted.count(low, high)).toBe(within.length);
      for (const name of [low, high, ...keys.slice(0, 5)]) expect(sorted.get(name)).toBe(model.get(name));
    }),
    { numRuns: 30 },
  );
});
