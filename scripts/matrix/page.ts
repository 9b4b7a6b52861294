/** The matrix as Markdown, and its place in a page. */
import { basename } from 'node:path';
import { ASPECTS, type Aspect, type KindRules } from './count-rules.ts';
import type { Proofs } from './proofs.ts';

const BEGIN = '<!-- written by `npm run matrix` -->';
const END = '<!-- end of the matrix -->';

const NEVER_STORED = 'none upstream: never stored';
/** Why upstream has nothing to decide, by aspect; `*` for a kind that is only asked. */
const NONE: Readonly<Record<Aspect, Readonly<Record<string, string>>>> = {
  defaults: { '*': 'none upstream' },
  validation: { ServiceAccount: "none upstream: metadata's rules alone", ComponentStatus: 'none upstream: read-only' },
  strategy: { '*': NEVER_STORED },
  table: { '*': 'none upstream: a Table is 406' },
  'sub-resources': { '*': 'none upstream' },
};

export function matrixTable(kinds: readonly KindRules[], proofs: Proofs): string {
  const head = ['kind', ...ASPECTS];
  const rows = kinds.map((rules) => [
    `${rules.kind.apiVersion} ${rules.kind.kind}`,
    ...ASPECTS.map((aspect) => cell(rules, aspect, proofs)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The number of rules in their parts, and what proves them. Empty where that is not known: the test of the page fails. */
function cell(rules: KindRules, aspect: Aspect, proofs: Proofs): string {
  const { count, text } = rules.aspects[aspect];
  if (count === 0) return NONE[aspect][rules.kind.kind] ?? NONE[aspect]['*'] ?? '';
  const files = proofs.of(rules, aspect);
  if (files.length === 0) return '';
  return `${text} ${files.map((file) => `[${titleOf(file)}](../${file})`).join(' ')}`;
}

/** `jobs` of `test/…/jobs.test.ts`, `rules/core` of a table of rules. */
function titleOf(file: string): string {
  return file.endsWith('.test.ts') ? basename(file, '.test.ts') : `rules/${basename(file, '.ts')}`;
}

/** The page with `table` between its markers. @throws Error when the page has none */
export function withMatrix(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the page has no place for the matrix');
  return `${page.slice(0, from)}${BEGIN}\n${table}\n${page.slice(to)}`;
}
