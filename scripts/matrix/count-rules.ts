/** Counts what a kind decides, from its source: never by hand. What counts is said beside each count. */
import type { Schema } from '../../src/api/schema/schema.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { type KindSource, sourceOf } from './opinions.ts';
import { type AstNode, type Code, type SourceGraph, walk } from './source-graph.ts';

export const ASPECTS = ['defaults', 'validation', 'strategy', 'table', 'sub-resources'] as const;
export type Aspect = (typeof ASPECTS)[number];

export interface Counted {
  /** All rules together; 0 where there is nothing. */
  readonly count: number;
  /** The count in its parts: `12 static, 30 computed`. */
  readonly text: string;
  /** The code that was counted: what a test must lead to that proves it. */
  readonly code: readonly Code[];
}

export interface KindRules {
  readonly kind: Kind;
  readonly source: KindSource;
  readonly aspects: Readonly<Record<Aspect, Counted>>;
}

const KINDS = 'src/server/kinds/';
const REPORTS: ReadonlySet<string> = new Set([
  ...['invalid', 'required', 'duplicate', 'forbidden', 'notFound', 'tooLong', 'tooMany', 'internal', 'typeInvalid'],
  'notSupported',
]);
/** Opinions that are counted elsewhere, or are data of the shared code. */
const NOT_STRATEGY =
  /^(applyDefaults|validate|validateUpdate|cells|rowConditions|handlers|virtual|unstored)$|^handlers\.|^status\.validateUpdate$|^statusSubresources\..*\.validateUpdate$|^(status|scale|statusSubresources(\.[a-z]+)?|selectableFields)$/;
const PREPARES = /(^|\.)prepareFor(Create|Update)$/;
const WARNS = /(^|\.)warnings$/;
/** Rules that belong to a kind but not to its file: what a Service gets when it is stored. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, name: string]>> = {
  services: [`${KINDS}core/service-allocation.ts`, 'serviceAllocation'],
};

export function countRules(graph: SourceGraph, kind: Kind): KindRules {
  const source = sourceOf(graph, kind);
  const at = (pattern: RegExp) => [...source.opinions].filter(([name]) => pattern.test(name)).map(([, code]) => code);
  const extra = ELSEWHERE[kind.resource];
  const companion = extra === undefined ? undefined : graph.module(extra[0]).declarations.get(extra[1]);
  const validates = [
    ...at(/^(validate|validateUpdate|nameErrors|virtual)$/),
    ...(companion === undefined ? [] : [companion]),
  ];
  return {
    kind,
    source,
    aspects: {
      defaults: defaultsOf(kind, graph.reach(at(/^applyDefaults$/))),
      validation: validationOf(graph.reach(validates)),
      strategy: strategyOf(graph, kind, source, at),
      table: tableOf(kind, graph.reach(at(/^(cells|rowConditions)$/))),
      'sub-resources': subresourcesOf(graph, kind, source),
    },
  };
}

/** Static: fields of the type tables that have a default. Computed: places that set a field in applyDefaults. */
function defaultsOf(kind: Kind, code: readonly Code[]): Counted {
  const fixed = staticDefaults(kind.schema).size;
  const computed = sites(code, 'assignments');
  return { count: fixed + computed, text: parts([fixed, 'static'], [computed, 'computed']), code };
}

function staticDefaults(schema: Schema, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  if (schema.name !== undefined) {
    if (seen.has(schema.name)) return found;
    seen.add(schema.name);
  }
  for (const field of schema.fields?.values() ?? []) {
    if (field.default !== undefined) found.add(`${schema.name}.${field.name}`);
    staticDefaults(field.schema, found, seen);
  }
  for (const inner of [schema.items, schema.values]) if (inner !== undefined) staticDefaults(inner, found, seen);
  return found;
}

/** Places that report a field error, or throw a refusal; a check that several fields share counts once. */
function validationOf(code: readonly Code[]): Counted {
  const count = sites(code, 'refusals');
  return { count, text: String(count), code };
}

/** Opinions that the file declares, places that drop or fill a field, texts of warnings, field selectors. */
function strategyOf(
  graph: SourceGraph,
  kind: Kind,
  { opinions }: KindSource,
  at: (pattern: RegExp) => Code[],
): Counted {
  const selectors = kind.selectableFields.size;
  const declared = [...opinions.keys()].filter(
    (name) => !NOT_STRATEGY.test(name) && !name.startsWith('selectableFields.'),
  );
  const prepares = graph.reach(at(PREPARES));
  const warns = graph.reach(at(WARNS));
  const [prepared, warned] = [sites(prepares, 'changes'), texts(warns, isSentence).size];
  const text = parts(
    [declared.length, declared.length === 1 ? 'opinion' : 'opinions'],
    [prepared, prepared === 1 ? 'field prepared' : 'fields prepared'],
    [warned, warned === 1 ? 'warning' : 'warnings'],
    [selectors, selectors === 1 ? 'field selector' : 'field selectors'],
  );
  const count = declared.length + prepared + warned + selectors;
  const own = declared.flatMap((name) => opinions.get(name) ?? []);
  return { count, text, code: [...prepares, ...warns, ...own] };
}

/** Columns, and words of its own that the printer can put into them. */
function tableOf(kind: Kind, code: readonly Code[]): Counted {
  if (kind.virtual !== undefined) return { count: 0, text: '', code };
  const columns = kind.table.columns.length;
  const states = texts(code, (text) => /[a-z]{3}/i.test(text)).size;
  const shown = kind.table.custom ? `${columns} columns` : 'Name, Created At';
  const text = states === 0 ? shown : `${shown}, ${states} ${states === 1 ? 'word' : 'words'}`;
  return { count: columns + states, text, code };
}

/** Each with the places that refuse a request in code of its own. */
function subresourcesOf(graph: SourceGraph, kind: Kind, { opinions }: KindSource): Counted {
  const all: Code[] = [];
  const names = [...kind.subresources.keys()].map((name) => {
    const parts = [...opinions].filter(
      ([key]) =>
        key === `handlers.${name}` || key.startsWith(`statusSubresources.${name}.`) || key.startsWith(`${name}.`),
    );
    const code = graph.reach(parts.map(([, part]) => part));
    all.push(...code);
    const rules = sites(code, 'refusals');
    return rules === 0 ? name : `${name} (${rules})`;
  });
  return { count: names.length, text: names.join(', '), code: all };
}

function parts(...counts: [number, string][]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

type Site = 'refusals' | 'assignments' | 'changes';

/** What stands in one piece of code; the same pieces are reached from many kinds. */
interface Found extends Readonly<Record<Site, number>> {
  /** Texts that are no names. */
  readonly texts: readonly string[];
}

const FOUND = new WeakMap<AstNode, Found>();

function foundIn(code: AstNode): Found {
  const known = FOUND.get(code);
  if (known !== undefined) return known;
  const found = { refusals: 0, assignments: 0, changes: 0, texts: [] as string[] };
  walk(code, (node, parent) => {
    if (isRefusal(node)) found.refusals++;
    if (isAssignment(node)) found.assignments++;
    if (isAssignment(node) || isDeletion(node)) found.changes++;
    const text = textOf(node);
    if (text !== undefined && !isName(node, parent)) found.texts.push(text);
  });
  FOUND.set(code, found);
  return found;
}

function sites(code: readonly Code[], site: Site): number {
  return code.reduce((sum, { node }) => sum + foundIn(node)[site], 0);
}

function isRefusal(node: AstNode): boolean {
  if (node.type === 'ThrowStatement') return (node['argument'] as AstNode).type !== 'Identifier';
  const callee = node.type === 'CallExpression' ? (node['callee'] as AstNode) : undefined;
  if (callee?.type !== 'MemberExpression' || callee['computed'] === true) return false;
  const { name } = callee['property'] as { name: string };
  if (name !== 'add') return REPORTS.has(name);
  const [type] = node['arguments'] as AstNode[];
  return type?.type === 'Literal' && /^FieldValue|^InternalError$/.test(String(type['value']));
}

function isAssignment(node: AstNode): boolean {
  if (node.type === 'CallExpression') return (node['callee'] as { name?: string }).name === 'setOwn';
  return node.type === 'AssignmentExpression' && (node['left'] as AstNode).type === 'MemberExpression';
}

function isDeletion(node: AstNode): boolean {
  return node.type === 'UnaryExpression' && node['operator'] === 'delete';
}

function isSentence(text: string): boolean {
  return text.length >= 12 && text.includes(' ');
}

/** Distinct texts, without those that are compared, looked up or name a field. */
function texts(code: readonly Code[], counts: (text: string) => boolean): Set<string> {
  const own = code.filter(({ module }) => module.file.startsWith(KINDS));
  return new Set(own.flatMap(({ node }) => foundIn(node).texts.filter(counts)));
}

function textOf(node: AstNode): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node['quasis'] as { value: { raw: string } }[]).map(({ value }) => value.raw).join('…');
}

const COMPARISONS: ReadonlySet<unknown> = new Set(['===', '!==', 'in', '<', '>']);
const LOOKUPS: ReadonlySet<string> = new Set([
  'has',
  'get',
  'includes',
  'startsWith',
  'endsWith',
  'root',
  'child',
  'split',
  'join',
  'hasOwn',
  'getOwn',
]);

function isName(node: AstNode, parent: AstNode | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'BinaryExpression') return COMPARISONS.has(parent['operator']);
  if (parent.type === 'SwitchCase' || parent.type === 'TaggedTemplateExpression') return parent['test'] === node;
  if (parent.type === 'Property') return parent['key'] === node;
  if (parent.type === 'MemberExpression') return parent['property'] === node;
  const callee = parent.type === 'CallExpression' ? (parent['callee'] as AstNode) : undefined;
  return callee?.type === 'MemberExpression' && LOOKUPS.has((callee['property'] as { name: string }).name);
}
