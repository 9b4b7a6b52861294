import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../src/util/heap.ts';

test('gives the least item first, with pushes between', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const heap = new Heap<number>((a, b) => a - b);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) expect(heap.pop()).toBe(model.shift());
        else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect([heap.peek(), heap.size]).toEqual([model[0], model.length]);
      }
    }),
  );
});
