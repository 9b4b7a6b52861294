/** Where the opinions of a kind stand in the source: the parts of what its file hands to `defineKind`. */
import type { Kind } from '../../src/server/kinds/kind.ts';
import { type AstNode, type Code, isNode, type Module, type SourceGraph, walk } from './source-graph.ts';

const INDEX = 'src/server/kinds/index.ts';
/** Opinions whose parts count one by one. */
const OPENED: ReadonlySet<string> = new Set(['status', 'statusSubresources', 'handlers', 'selectableFields', 'scale']);

/** By name; parts of `status`, `handlers` and such as `status.validateUpdate`. */
export type Opinions = ReadonlyMap<string, Code>;

export interface KindSource {
  readonly file: string;
  /** The constant that holds the kind. */
  readonly name: string;
  readonly opinions: Opinions;
}

interface Definition {
  readonly file: string;
  readonly name: string;
  readonly call: AstNode;
}

/** By `group/version/resource`; found once per graph. */
const DEFINITIONS = new WeakMap<SourceGraph, ReadonlyMap<string, Definition>>();

/** @throws Error when no kind's file calls `defineKind` with its resource */
export function sourceOf(graph: SourceGraph, kind: Kind): KindSource {
  const all = DEFINITIONS.get(graph) ?? definitionsOf(graph);
  DEFINITIONS.set(graph, all);
  const found = all.get(`${kind.group}/${kind.version}/${kind.resource}`);
  if (found === undefined) throw new Error(`no file defines ${kind.resource} of ${kind.apiVersion}`);
  const opinions = new Map<string, Code>();
  const given = (found.call['arguments'] as AstNode[])[3];
  if (given !== undefined) open(graph, { module: graph.module(found.file), node: given }, '', opinions);
  return { file: found.file, name: found.name, opinions };
}

function definitionsOf(graph: SourceGraph): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const [name, { file }] of graph.module(INDEX).imports) {
    const module = graph.module(file);
    for (const statement of module.body) {
      walk(statement, (call) => {
        if (call.type !== 'CallExpression' || (call['callee'] as { name?: string }).name !== 'defineKind') return;
        const [group, version, resource] = (call['arguments'] as AstNode[]).map((part) => textOf(module, part));
        found.set(`${group}/${version}/${resource}`, { file, name, call });
      });
    }
  }
  return found;
}

function textOf(module: Module, node: AstNode): unknown {
  if (node.type === 'Literal') return node['value'];
  const declared = node.type === 'Identifier' ? module.declarations.get(node['name'] as string) : undefined;
  return (declared?.node['init'] as AstNode | undefined)?.['value'];
}

/** The properties of an object, wherever it is written: in place, in a constant, in what a function returns. */
function open(graph: SourceGraph, code: Code, prefix: string, out: Map<string, Code>): void {
  for (const { module, node } of objectsOf(graph, code)) {
    for (const property of node['properties'] as AstNode[]) {
      if (property.type === 'SpreadElement') {
        open(graph, { module, node: property['argument'] as AstNode }, prefix, out);
        continue;
      }
      const key = property['key'] as { name?: string; value?: string };
      const name = prefix + (key.name ?? key.value ?? '');
      const value = { module, node: property['value'] as AstNode };
      if (prefix === '' && OPENED.has(name)) open(graph, value, `${name}.`, out);
      else if (prefix === 'statusSubresources.') open(graph, value, `${name}.`, out);
      if (!isAbsent(value.node)) out.set(name, value);
    }
  }
}

function isAbsent(node: AstNode): boolean {
  return node.type === 'Identifier' && node['name'] === 'undefined';
}

function objectsOf(graph: SourceGraph, { module, node }: Code): Code[] {
  switch (node.type) {
    case 'ObjectExpression':
      return [{ module, node }];
    case 'ConditionalExpression':
      return ['consequent', 'alternate'].flatMap((part) => objectsOf(graph, { module, node: node[part] as AstNode }));
    case 'Identifier':
    case 'CallExpression': {
      const name = node.type === 'Identifier' ? node['name'] : (node['callee'] as { name?: string }).name;
      const declaration = typeof name === 'string' ? graph.resolve(module, name) : undefined;
      return declaration === undefined ? [] : returnedBy(graph, declaration);
    }
    default:
      return [];
  }
}

function returnedBy(graph: SourceGraph, { module, node }: Code): Code[] {
  if (node.type === 'VariableDeclarator') return objectsOf(graph, { module, node: node['init'] as AstNode });
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration') {
    const body = node['body'] as AstNode;
    if (body.type !== 'BlockStatement') return objectsOf(graph, { module, node: body });
    return (body['body'] as AstNode[])
      .filter((statement) => statement.type === 'ReturnStatement' && isNode(statement['argument']))
      .flatMap((statement) => objectsOf(graph, { module, node: statement['argument'] as AstNode }));
  }
  return [];
}
