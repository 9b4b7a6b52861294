/**
 * Which test files prove which aspect of a kind. A test file proves it that has a table of rules for it
 * (test/server/kinds/rules), imports a function that the aspect leads to, or imports the kind and speaks of the aspect.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULE_FILES } from '../../test/server/kinds/rules/index.ts';
import type { Aspect, KindRules } from './count-rules.ts';
import type { Code, SourceGraph } from './source-graph.ts';

const TESTS = 'test/server';
/** Plays the tables of rules, which are named in its place. */
const RULE_TEST = 'test/server/kinds/rules.test.ts';
const RULES = 'test/server/kinds/rules';
/** At most so many files in a cell. */
const SHOWN = 2;
/** Tests of what all kinds share: they name every kind, and prove none. Recordings are not part of the repository. */
const GENERAL = /fuzz|golden|robustness/;
const SPEAKS_OF: Readonly<Record<Aspect, RegExp>> = {
  defaults: /\b(applyDefaults|defaults?)\b/i,
  validation: /causes|refus|invalid|validate/i,
  strategy: /prepareFor|warning|generation|selectable|status/i,
  table: /\bcells\b/,
  'sub-resources': /'(status|scale|approval|finalize|eviction|binding|token)'/,
};
/** What every kind's code leads to says nothing about one of them. */
const EVERYWHERE: ReadonlySet<string> = new Set(['src/server/kinds/printing.ts', 'src/server/kinds/define.ts']);

interface TestFile {
  readonly file: string;
  readonly text: string;
  /** By `file#name`. */
  readonly imports: ReadonlySet<string>;
}

export class Proofs {
  readonly #tests: readonly TestFile[];

  constructor(root: string, graph: SourceGraph) {
    const files = readdirSync(join(root, TESTS), { recursive: true, encoding: 'utf8' });
    this.#tests = files
      .map((file) => join(TESTS, file))
      .filter((file) => file.endsWith('.test.ts') && file !== RULE_TEST && !GENERAL.test(file))
      .sort()
      .map((file) => {
        const imports = [...graph.module(file).imports.values()].map(({ file: from, name }) => `${from}#${name}`);
        return { file, text: readFileSync(join(root, file), 'utf8'), imports: new Set(imports) };
      });
  }

  /** Files from the repository's root, the nearest first. */
  of({ kind, source, aspects }: KindRules, aspect: Aspect): string[] {
    const own = `${source.file}#${source.name}`;
    const functions = new Set(aspects[aspect].code.flatMap((code) => nameOf(code)));
    const found = this.#tests
      .map((test) => ({ file: test.file, near: nearness(test, own, functions, aspect) }))
      .filter(({ near }) => near > 0)
      .sort((a, b) => b.near - a.near || (a.file < b.file ? -1 : 1))
      .map(({ file }) => file);
    return [...tablesOf(`${kind.apiVersion}/${kind.kind}`, aspect), ...found].slice(0, SHOWN);
  }
}

function tablesOf(key: string, aspect: Aspect): string[] {
  const having = Object.entries(RULE_FILES).filter(([, rules]) => (rules[key]?.[aspect]?.length ?? 0) > 0);
  return having.map(([name]) => `${RULES}/${name}.ts`);
}

function nameOf(code: Code): string[] {
  const name = (code as { name?: string }).name;
  return name === undefined || EVERYWHERE.has(code.module.file) ? [] : [`${code.module.file}#${name}`];
}

/** 2: about the kind itself; 1: about something that it shares; 0: about something else. */
function nearness({ imports, text }: TestFile, own: string, functions: ReadonlySet<string>, aspect: Aspect): number {
  if (imports.has(own) && SPEAKS_OF[aspect].test(text)) return 2;
  for (const imported of imports) if (functions.has(imported)) return imported.includes('/shared/') ? 1 : 2;
  return 0;
}
