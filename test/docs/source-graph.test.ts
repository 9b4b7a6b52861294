// What the matrix counts: the declarations that a function leads to, and no others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Declaration, SourceGraph } from '../../scripts/matrix/source-graph.ts';

const FILES = {
  'in-kind.ts': `
    import { shared as checked, unused } from './in-rules.ts';
    import type { T } from './types.ts';
    import { far } from './out-far.ts';
    export const kind = { validate: (obj: T) => own(obj, LIMIT as number) };
    const LIMIT = 3;
    function own(obj: T, limit: number) { checked(obj); far(); return { alone: limit }; }
    function alone() { return 1; }
    function shadowed(unused: number) { return unused; }`,
  'in-rules.ts': `
    export function shared(obj: unknown) { return inner(obj); }
    const inner = (obj: unknown) => shared(obj);
    export function unused() {}`,
  'out-far.ts': 'export function far() {}',
};
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kctl-graph-'));
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(root, file), text);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['kind', ['LIMIT', 'inner', 'kind', 'own', 'shared']],
  ['alone', ['alone']],
  ['shadowed', ['shadowed']],
])('%s leads to %j', (start, wanted) => {
  const graph = new SourceGraph(root, ['in-']);
  const from = graph.module('in-kind.ts').declarations.get(start) as Declaration;
  const names = graph.reach([from]).map((code) => (code as Declaration).name);
  expect(names.sort()).toEqual(wanted);
});
