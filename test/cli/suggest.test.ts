import { expect, test } from 'vitest';
import { editDistance, suggestions } from '../../src/cli/suggest.ts';

test.each([
  ['get', 'get', 0],
  ['gte', 'get', 1],
  ['pdos', 'pods', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('%s → %s: %d edits', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test.each([
  ['ge', ['get', 'set', 'delete'], ['get']],
  ['deploymnets', ['deployments', 'replicasets'], ['deployments']],
  ['deploy', ['deployments', 'daemonsets'], ['deployments']],
  ['POD', ['pods'], ['pods']],
  ['xyzzy', ['get', 'apply'], []],
  ['x', ['get', 'y'], ['y']],
])('%s', (typed, candidates, found) => {
  expect(suggestions(typed, candidates)).toEqual(found);
});

test('a text of any length takes no time', () => {
  expect(suggestions('x'.repeat(1_000_000), ['get'])).toEqual([]);
});
