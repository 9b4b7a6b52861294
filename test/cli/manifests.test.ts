import { describe, expect, test } from 'vitest';
import { checkManifest } from '../../src/cli/manifests/check-manifest.ts';
import { parseManifests, readManifests } from '../../src/cli/manifests/read-manifests.ts';

const kinds = (text: string): unknown[] => parseManifests(text, 'x.yaml').map(({ object }) => object['kind']);

describe('parseManifests', () => {
  test.each([
    ['kind: A\n', ['A']],
    ['---\nkind: A\n---\nkind: B\n', ['A', 'B']],
    ['--- # first\nkind: A\n---\n# nothing\n---\nkind: B', ['A', 'B']],
    ['\ufeffkind: A', ['A']],
    ['kind: A\r\n---\r\nkind: B\r\n', ['A', 'B']],
    ['a: |\n  ---x\nkind: A', ['A']],
    ['{"kind": "A"}', ['A']],
    ['{"kind": "A"}\n{"kind": "B"}', ['A', 'B']],
    ['{kind: A}', ['A']],
    ['kind: List\nitems: [{kind: A}, {kind: BList, items: [{kind: B}]}]', ['A', 'B']],
    ['', []],
    ['---\n---\n', []],
    ['null', []],
  ])('%j', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  test.each([
    ['a: [b', "error parsing x.yaml: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"],
    ['- a', 'error parsing x.yaml: it holds a list where an object is expected'],
    ['word', 'error parsing x.yaml: it holds a string where an object is expected'],
    ['{"kind": ]', /^error parsing x.yaml: invalid character/],
  ])('%j is an error', (text, message) => {
    expect(() => kinds(text)).toThrow(message);
  });
});

test('URLs and stdin', async () => {
  const stdin = (async function* () {
    yield 'kind: A';
  })();
  const options = { recursive: false, stdin, fetchText: async (url: string) => `kind: B\nfrom: ${url}` };
  expect(await readManifests(['-', 'https://example.com/x'], options)).toEqual([
    { object: { kind: 'A' }, source: 'STDIN' },
    { object: { kind: 'B', from: 'https://example.com/x' }, source: 'https://example.com/x' },
  ]);
});

test('what has no kind is no manifest', () => {
  expect(() => checkManifest({ object: { apiVersion: 'v1' }, source: 'x' })).toThrow('kind not set');
});
