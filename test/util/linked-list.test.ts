import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Link, LinkedList } from '../../src/util/linked-list.ts';

function itemsOf<T>(list: LinkedList<T>): T[] {
  const items: T[] = [];
  for (let link = list.first; link !== undefined; link = link.next) items.push(link.item);
  return items;
}

test('items leave in any order, the others stay in theirs', () => {
  const additions = fc.array(fc.record({ leaves: fc.nat(), add: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(additions, (steps) => {
      const list = new LinkedList<number>();
      const links: Link<number>[] = [];
      let next = 0;
      for (const { add, leaves } of steps) {
        if (add || links.length === 0) links.push(list.add(next++));
        else list.delete(links.splice(leaves % links.length, 1)[0] as Link<number>);
        expect(itemsOf(list)).toEqual(links.map(({ item }) => item));
      }
    }),
  );
});

test('a link that is gone leads nowhere, and to delete it again does nothing', () => {
  const list = new LinkedList<string>();
  const [a, b, c] = ['a', 'b', 'c'].map((item) => list.add(item)) as [Link<string>, Link<string>, Link<string>];
  list.delete(b);
  expect([b.previous, b.next]).toEqual([undefined, undefined]);
  list.delete(b);
  expect(itemsOf(list)).toEqual(['a', 'c']);
  list.delete(a);
  list.delete(a);
  list.delete(c);
  expect(itemsOf(list)).toEqual([]);
  list.add('d');
  expect(itemsOf(list)).toEqual(['d']);
});

/** Sixteen things at a time come and go, after a collection that saw the list; prints the bytes that are kept. */
const CHURN = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const { LinkedList } = await import(process.argv[1]);
  const list = new LinkedList();
  const thing = (n) => ({ n, parts: Array.from({ length: 16 }, () => ({ n })) });
  const churn = (times) => {
    for (let i = 0; i < times; i++) {
      const links = Array.from({ length: 16 }, (_, n) => list.add(thing(n)));
      for (const link of links) list.delete(link);
    }
  };
  const old = () => getHeapSpaceStatistics().find((space) => space.space_name === 'old_space').space_used_size;
  churn(1000);
  gc();
  const before = old();
  churn(4000);
  process.stdout.write(String(old() - before));
`;

test('what was in the list is gone at the next minor collection: with a Set these are one to twenty megabytes', () => {
  const file = join(import.meta.dirname, '../../src/util/linked-list.ts');
  const flags = ['--expose-gc', '--max-semi-space-size=1', '--input-type=module', '--eval', CHURN];
  const kept = Number(execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' }));
  expect(kept).toBeLessThan(256 * 1024);
});
