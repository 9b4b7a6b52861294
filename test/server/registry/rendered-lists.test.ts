import { expect, test } from 'vitest';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { RenderedLists } from '../../../src/server/registry/rendered-lists.ts';
import type { Entry } from '../../../src/store/store.ts';

const ENTRIES: readonly Entry[] = [{ key: '/a', value: Buffer.from('{}'), createRevision: 1, modRevision: 1 }];
const BOATS = { apiVersion: 'sea.example/v1' } as Kind;
/** What a definition becomes when its columns or defaults change. */
const CHANGED_BOATS = { apiVersion: 'sea.example/v1' } as Kind;

test('what was made of a list is used again for the same kind, form and entries only', () => {
  const lists = new RenderedLists();
  const text = (kind: Kind, entries: readonly Entry[], variant: string, made: string): string =>
    lists.render(kind, entries, variant, () => Buffer.from(made)).toString();
  expect(text(BOATS, ENTRIES, 'list', 'one')).toBe('one');
  expect(text(BOATS, ENTRIES, 'list', 'two')).toBe('one');
  expect(text(BOATS, ENTRIES, 'table', 'two')).toBe('two');
  expect(text(CHANGED_BOATS, ENTRIES, 'list', 'three')).toBe('three');
  expect(text(BOATS, [...ENTRIES], 'list', 'four')).toBe('four');
});

test('so is what a selector left', () => {
  const lists = new RenderedLists();
  const none: readonly Entry[] = [];
  expect(lists.select(BOATS, ENTRIES, 'a=b', () => none)).toBe(none);
  expect(lists.select(BOATS, ENTRIES, 'a=b', () => ENTRIES)).toBe(none);
  expect(lists.select(BOATS, ENTRIES, 'c=d', () => ENTRIES)).toBe(ENTRIES);
  expect(lists.select(CHANGED_BOATS, ENTRIES, 'a=b', () => ENTRIES)).toBe(ENTRIES);
});

test('the oldest are forgotten', () => {
  const lists = new RenderedLists();
  const mebibytes = (count: number) => () => Buffer.alloc(count << 20);
  const first = lists.render(BOATS, ENTRIES, '0', mebibytes(4));
  for (let i = 1; i < 4; i++) lists.render(BOATS, ENTRIES, `${i}`, mebibytes(4));
  expect(lists.render(BOATS, ENTRIES, '0', mebibytes(4))).toBe(first);
  lists.render(BOATS, ENTRIES, '4', mebibytes(4));
  expect(lists.render(BOATS, ENTRIES, '0', mebibytes(4))).not.toBe(first);
  const long = lists.render(BOATS, ENTRIES, 'long', mebibytes(5));
  expect(lists.render(BOATS, ENTRIES, 'long', mebibytes(5))).not.toBe(long);
});
