import { expect, it } from 'vitest';
import { patchJson } from '../../../src/api/patch/json-patch.ts';
import { JsonPatchFailure } from '../../../src/api/patch/json-patch-failure.ts';

const DOC = { data: { a: '1' }, list: ['x', 'y'] };

it.each<[unknown, string]>([
  [
    { op: 'remove', path: '/data/none' },
    "error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value",
  ],
  [{ op: 'remove', path: '/none/x' }, 'remove operation does not apply: doc is missing path: "/none/x": missing value'],
  [
    { op: 'remove', path: '/list/7' },
    "error in remove for path: '/list/7': Unable to access invalid index: 7: invalid index referenced",
  ],
  [{ op: 'remove', path: '/list/x' }, `error in remove for path: '/list/x': strconv.Atoi: parsing "x": invalid syntax`],
  [{ op: 'remove' }, 'remove operation failed to decode path: missing value'],
  [
    { op: 'add', path: '/none/x', value: 1 },
    'add operation does not apply: doc is missing path: "/none/x": missing value',
  ],
  [
    { op: 'add', path: '/list/9', value: 1 },
    "error in add for path: '/list/9': Unable to access invalid index: 9: invalid index referenced",
  ],
  [
    { op: 'add', path: '/list/x', value: 1 },
    `error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
  ],
  [
    { op: 'replace', path: '/none/x', value: 1 },
    'replace operation does not apply: doc is missing path: /none/x: missing value',
  ],
  [
    { op: 'replace', path: '/list/9', value: 1 },
    'replace operation does not apply: doc is missing key: /list/9: missing value',
  ],
  [{ op: 'test', path: '/data/a', value: '2' }, 'testing value /data/a failed: test failed'],
  [{ op: 'test', path: '/data/b', value: '2' }, 'testing path /data/b failed: test failed'],
  [
    { op: 'test', path: '/none/b', value: '2' },
    'test operation does not apply: is missing path: /none/b: missing value',
  ],
  [
    { op: 'move', from: '/data/b', path: '/data/c' },
    "error in move for path: 'b': Unable to remove nonexistent key: b: missing value",
  ],
  [
    { op: 'move', from: '/none/b', path: '/data/c' },
    'move operation does not apply: doc is missing from path: /none/b: missing value',
  ],
  [
    { op: 'move', from: '/data/a', path: '/none/c' },
    'move operation does not apply: doc is missing destination path: /none/c: missing value',
  ],
  [
    { op: 'copy', from: '/none/b', path: '/data/c' },
    'copy operation does not apply: doc is missing from path: /none/b: missing value',
  ],
  [{ op: 'copy', path: '/data/c' }, 'copy operation failed to decode from: missing value'],
  [{ op: 'paint', path: '/data/c' }, 'Unexpected kind: paint'],
  [{ path: '/data/c' }, 'Unexpected kind: unknown'],
])('%j', (operation, message) => {
  expect(() => patchJson(DOC, [operation])).toThrow(new JsonPatchFailure(operation, DOC));
  expect(() => patchJson(DOC, [operation])).toThrow(message);
});
it('a failed test is known as one', () => {
  expect(new JsonPatchFailure({ op: 'test', path: '/x' }, {}).isTest).toBe(true);
  expect(new JsonPatchFailure({ op: 'remove', path: '/x' }, {}).isTest).toBe(false);
});
