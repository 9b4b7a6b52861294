/** `describe`: the parts, and the same bytes as kubectl for what is in every cluster; test/slow has all kinds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goTime, goValue, laidOut, longTime, selectorText, shortened } from '../../../src/cli/describe/description.ts';
import { fieldLabel } from '../../../src/cli/describe/generic-text.ts';
import { startTestPlane, type TestPlane } from '../../helpers/cli.ts';
import { sameAsKubectl } from './objects.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await plane.makeOld();
});

afterAll(() => plane.close());

test.each([['svc/kubernetes'], ['clusterrole/edit'], ['pc/system-node-critical'], ['pod/nope']])('%s', async (what) => {
  await sameAsKubectl(plane, ['describe', what]);
});

describe('the parts', () => {
  test.each([
    ['holderIdentity', 'Holder Identity'],
    ['uid', 'UID'],
    ['urlPath', 'URL Path'],
    ['aB', 'A B'],
    ['nonResourceURLs', 'Non Resource Ur Ls'],
    ['openAPIV3Schema', 'openAPIV3Schema'],
    ['app.kubernetes.io/name', 'app.kubernetes.io/name'],
  ])('%s is shown as %s', (field, label) => {
    expect(fieldLabel(field)).toBe(label);
  });

  test.each([
    [undefined, '<none>'],
    [{}, '<none>'],
    [{ matchLabels: { b: '1', a: '2' } }, 'a=2,b=1'],
    [{ matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['b', 'a'] }] }, 'x notin (a,b)'],
    [
      {
        matchExpressions: [
          { key: 'x', operator: 'Exists' },
          { key: 'y', operator: 'DoesNotExist' },
        ],
      },
      'x,!y',
    ],
  ])('selector %j', (selector, text) => {
    expect(selectorText(selector)).toBe(text);
  });

  test.each([
    [null, '<nil>'],
    ['', ''],
    [1.5, '1.5'],
    [0.00001, '1e-05'],
    [-2.5e-12, '-2.5e-12'],
    [1e25, '1e+25'],
    [12345678901234567890n, '12345678901234567890'],
    [[1, ['a', []], { b: null, a: true }], '[1 [a []] map[a:true b:<nil>]]'],
  ])('the value %o is %s', (value, text) => {
    expect(goValue(value)).toBe(text);
  });

  test('what is no selector', () => {
    expect(selectorText({ matchExpressions: [{ key: 'x', operator: 'Near' }] })).toBe('<error>');
  });

  test('texts are cut by bytes', () => {
    expect([shortened('äöü', 6), shortened('äöü', 4), shortened('', 0)]).toEqual(['äöü', 'äö...', '']);
  });

  test('form feeds end blocks, vertical tabs cells', () => {
    expect(laidOut('long:\ta\fb:\vc\n')).toBe('long:  a\nb:  c\n');
  });

  test('times as Go prints them', () => {
    expect(goTime('2025-01-02T03:04:05Z')).toMatch(/^2025-01-0[12] \d\d:\d\d:05 [+-]\d{4} \S+$/);
    expect(goTime(null)).toBe('0001-01-01 00:00:00 +0000 UTC');
  });

  test('columns are as wide as their block', () => {
    expect(laidOut('a:\tb\nlong name:\tc\nx\n  d:\te\n')).toBe('a:          b\nlong name:  c\nx\n  d:  e\n');
  });

  test('times are local, with their zone', () => {
    expect(longTime('2025-01-02T03:04:05Z')).toMatch(/^\w{3}, 0[123] Jan 2025 \d\d:\d\d:05 [+-]\d{4}$/);
  });
});
