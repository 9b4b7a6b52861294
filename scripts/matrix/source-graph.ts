/**
 * Which declarations a piece of code leads to: function by function, across the imports of src/server/kinds and
 * src/api. By names: a name that is bound anywhere inside a declaration is its own, so that nothing is counted that is
 * not meant.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'vitest/node';

/** A node of the syntax tree, as ESTree has it. */
export interface AstNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A top-level declaration of a module. */
export interface Declaration {
  readonly module: Module;
  readonly name: string;
  readonly node: AstNode;
}

/** Code, and the module whose names it uses. */
export interface Code {
  readonly module: Module;
  readonly node: AstNode;
}

export interface Module {
  readonly file: string;
  readonly body: readonly AstNode[];
  /** By local name: where an imported value comes from. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** Types say nothing at run time; of a cast only what is cast is code. */
const CASTS: ReadonlySet<string> = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as AstNode).type === 'string';
}

/** The code below a node, without types. */
function childrenOf(node: AstNode): AstNode[] {
  const { type } = node;
  if (type === 'Identifier' || type === 'Literal') return [];
  if (type.startsWith('TS')) return CASTS.has(type) ? [node['expression'] as AstNode] : [];
  const children: AstNode[] = [];
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

export function walk(
  node: AstNode,
  visit: (node: AstNode, parent: AstNode | undefined) => void,
  parent?: AstNode,
): void {
  visit(node, parent);
  for (const child of childrenOf(node)) walk(child, visit, node);
}

export class SourceGraph {
  readonly #root: string;
  readonly #followed: readonly string[];
  readonly #modules = new Map<string, Module>();
  readonly #leadsTo = new Map<AstNode, readonly Declaration[]>();

  /** Only files below one of `followed` (from `root`, with a slash at the end) are entered. */
  constructor(root: string, followed: readonly string[]) {
    this.#root = root;
    this.#followed = followed;
  }

  /** @throws Error when there is no such file */
  module(file: string): Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const source = readFileSync(join(this.#root, file), 'utf8');
    const body = (parseAst(source, { lang: 'ts' }) as unknown as { body: AstNode[] }).body;
    const declarations = new Map<string, Declaration>();
    const module: Module = { file, body, imports: importsOf(file, body), declarations };
    for (const statement of body)
      for (const [name, node] of declared(statement)) declarations.set(name, { module, name, node });
    this.#modules.set(file, module);
    return module;
  }

  /** What a name of the module stands for, here or where it is imported from. */
  resolve(module: Module, name: string): Declaration | undefined {
    const own = module.declarations.get(name);
    if (own !== undefined) return own;
    const origin = module.imports.get(name);
    if (origin === undefined || !this.#followed.some((folder) => origin.file.startsWith(folder))) return undefined;
    return this.module(origin.file).declarations.get(origin.name);
  }

  /** The codes themselves and every declaration that they lead to. */
  reach(starts: readonly Code[]): Code[] {
    const found = new Map<AstNode, Code>(starts.map((code) => [code.node, code]));
    const open = [...starts];
    for (let code = open.pop(); code !== undefined; code = open.pop()) {
      for (const next of this.#next(code)) {
        if (found.has(next.node)) continue;
        found.set(next.node, next);
        open.push(next);
      }
    }
    return [...found.values()];
  }

  #next({ module, node }: Code): readonly Declaration[] {
    const known = this.#leadsTo.get(node);
    if (known !== undefined) return known;
    const names = freeNames(node);
    const next = [...names]
      .map((name) => this.resolve(module, name))
      .filter((declaration) => declaration !== undefined);
    this.#leadsTo.set(node, next);
    return next;
  }
}

function importsOf(file: string, body: readonly AstNode[]): Map<string, { file: string; name: string }> {
  const imports = new Map<string, { file: string; name: string }>();
  for (const statement of body) {
    if (statement.type !== 'ImportDeclaration' || statement['importKind'] === 'type') continue;
    const from = (statement['source'] as { value: string }).value;
    if (!from.startsWith('.')) continue;
    for (const specifier of statement['specifiers'] as AstNode[]) {
      if (specifier.type !== 'ImportSpecifier' || specifier['importKind'] === 'type') continue;
      imports.set(nameOf(specifier['local']), { file: join(dirname(file), from), name: nameOf(specifier['imported']) });
    }
  }
  return imports;
}

function nameOf(node: unknown): string {
  return (node as { name: string }).name;
}

function declared(statement: AstNode): [string, AstNode][] {
  const node = statement.type === 'ExportNamedDeclaration' ? statement['declaration'] : statement;
  if (!isNode(node)) return [];
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return [[nameOf(node['id']), node]];
  if (node.type !== 'VariableDeclaration') return [];
  return (node['declarations'] as AstNode[])
    .filter(({ id }) => (id as AstNode).type === 'Identifier')
    .map((declarator) => [nameOf(declarator['id']), declarator]);
}

/** Names that are used but not bound in the code. */
function freeNames(root: AstNode): Set<string> {
  const used = new Set<string>();
  const bound = new Set<string>();
  walk(root, (node, parent) => {
    if (isFunction(node)) for (const parameter of node['params'] as AstNode[]) bind(parameter, bound);
    if (node.type === 'VariableDeclarator' && node !== root) bind(node['id'] as AstNode, bound);
    if (node.type === 'Identifier' && !isLabel(node, parent)) used.add(nameOf(node));
  });
  for (const name of bound) used.delete(name);
  return used;
}

function isFunction(node: AstNode): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);
}

/** The name of a member or of a property, not of a value. */
function isLabel(node: AstNode, parent: AstNode | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  const keyed = ['Property', 'MethodDefinition', 'PropertyDefinition'].includes(parent.type);
  return keyed && parent['key'] === node && parent['value'] !== node && parent['shorthand'] !== true;
}

function bind(pattern: AstNode, bound: Set<string>): void {
  walk(pattern, (node, parent) => {
    if (node.type !== 'Identifier') return;
    if (
      parent?.type === 'Property' &&
      parent['key'] === node &&
      parent['value'] !== node &&
      parent['shorthand'] !== true
    )
      return;
    if (parent?.type === 'AssignmentPattern' && parent['right'] === node) return;
    bound.add(nameOf(node));
  });
}
