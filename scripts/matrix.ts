/**
 * Writes the matrix of docs/conformance.md: what kctl decides for each kind, counted in the source, and the tests
 * that prove it.
 *
 *   npm run matrix
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILTIN_KINDS } from '../src/server/kinds/index.ts';
import { countRules } from './matrix/count-rules.ts';
import { matrixTable, withMatrix } from './matrix/page.ts';
import { Proofs } from './matrix/proofs.ts';
import { SourceGraph } from './matrix/source-graph.ts';

const PAGE = 'docs/conformance.md';
/** Where rules are: decoding, stores and the shared write path have none of their own for a kind. */
const FOLLOWED = ['src/server/kinds/', 'src/api/selectors.ts'];

/** The page as it should be. */
export function conformancePage(root: string): string {
  const graph = new SourceGraph(root, FOLLOWED);
  const kinds = BUILTIN_KINDS.map((kind) => countRules(graph, kind));
  return withMatrix(readFileSync(join(root, PAGE), 'utf8'), matrixTable(kinds, new Proofs(root, graph)));
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, PAGE), conformancePage(root));
}
