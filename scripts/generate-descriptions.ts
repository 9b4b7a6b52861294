// Collects the prose of the Kubernetes API for OpenAPI and `explain` into one compressed file. It is built, never
// committed: texts of types and fields come from the JSDoc of kubernetes-models (Kubernetes 1.36), with their line
// breaks; those that it lacks, and those of parameters, from @kubernetes/client-node (1.36 too), which has no text for
// fields that refer to another type and has lost the line breaks.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Descriptions, TypeDescription } from '../src/server/openapi/descriptions.ts';

const root = join(import.meta.dirname, '..');
const types = JSON.parse(readFileSync(join(root, 'src/api/schema/types.json'), 'utf8')) as Record<string, TypeFact>;

interface TypeFact {
  fields?: Record<string, { ref?: string }>;
  gvk?: unknown;
}

export interface DescriptionSources {
  /** Directory of @kubernetes/client-node. */
  readonly clientNode: string;
  /** Directories of kubernetes-models and @kubernetes-models/apimachinery. */
  readonly models: readonly string[];
}

/** Writes the compressed file; makes its directory. */
export function generateDescriptions(file: string, sources: DescriptionSources = installedSources()): void {
  const packed = brotliCompressSync(JSON.stringify(collectDescriptions(sources)), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, packed);
}

/** The packages in node_modules. Throws when one is missing. */
export function installedSources(): DescriptionSources {
  const [clientNode = '', ...models] = [
    '@kubernetes/client-node',
    'kubernetes-models',
    '@kubernetes-models/apimachinery',
  ].map(packageDirectory);
  return { clientNode, models };
}

function packageDirectory(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

export function collectDescriptions({ clientNode, models }: DescriptionSources): Descriptions {
  const generated = join(clientNode, 'dist/gen');
  const modelled = modelTypes(models);
  const described: Record<string, TypeDescription> = {};
  for (const [name, { fields }] of Object.entries(types)) {
    const best = modelled.get(flatName(name)) ?? EMPTY;
    const other = clientNodeType(generated, name);
    const texts = Object.keys(fields ?? {}).map((field) => [
      field,
      best.fields[field] ?? paragraphs(other.fields[inTypeScript(field)]),
    ]);
    const known = texts.filter(([, text]) => text !== undefined);
    described[name] = { text: best.text ?? paragraphs(other.text) ?? '', fields: Object.fromEntries(known) };
  }
  shareMetadataTexts(described);
  return { types: described, parameters: parameterTexts(generated) };
}

/** `x-kubernetes-validations` is x_kubernetes_validations in client-node. */
function inTypeScript(field: string): string {
  return field.replaceAll('-', '_');
}

interface FoundType {
  text?: string | undefined;
  fields: Record<string, string>;
}

const EMPTY: FoundType = { fields: {} };

/** Lists have no model of their own: they get the text that `metadata` has nearly everywhere. */
function shareMetadataTexts(described: Record<string, TypeDescription>): void {
  for (const type of ['ObjectMeta', 'ListMeta']) {
    const ref = `io.k8s.apimachinery.pkg.apis.meta.v1.${type}`;
    const owners = Object.keys(described).filter(
      (name) => types[name]?.fields?.metadata?.ref === ref && types[name]?.gvk,
    );
    const counts = new Map<string, number>();
    for (const text of owners.map((name) => described[name]?.fields.metadata)) {
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const [usual] = [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text);
    if (usual === undefined) continue;
    for (const name of owners) described[name] = withField(described[name] as TypeDescription, 'metadata', usual);
  }
}

function withField(type: TypeDescription, field: string, text: string): TypeDescription {
  return { ...type, fields: { [field]: text, ...type.fields } };
}

/** Two blanks behind the end of a sentence were, nearly always, an empty line. */
function paragraphs(text: string): string;
function paragraphs(text: string | undefined): string | undefined;
function paragraphs(text: string | undefined): string | undefined {
  return text?.replace(/(?<=[.:!?)]) {2}(?=\S)/g, '\n\n');
}

/** `io.k8s.api.core.v1.PodSpec` is IoK8sApiCoreV1PodSpec. */
function flatName(name: string): string {
  return name
    .split(/[.-]/)
    .map((part) => capital(part))
    .join('');
}

/** The models by flat name. Each file has one interface or type, exported once more under its flat name. */
function modelTypes(directories: readonly string[]): Map<string, FoundType> {
  const found = new Map<string, FoundType>();
  for (const file of directories.flatMap(modelFiles)) {
    const source = readFileSync(file, 'utf8');
    const [, local = '', flat] = /\b(I\w+) as I(IoK8s\w+)/.exec(source) ?? [];
    if (flat === undefined) continue;
    const type = declarations(source, /^export (?:interface|type) (\w+)/, withStars).get(local);
    if (type !== undefined) found.set(flat, type);
  }
  return found;
}

function modelFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.d.ts') && !/(?:^|\/)(?:_schemas|node_modules)\/|index\.d\.ts$/.test(path))
    .map((path) => join(directory, path));
}

/** `io.k8s.api.core.v1.Event` is CoreV1Event, where the short V1Event would be ambiguous. */
function clientNodeType(generated: string, name: string): FoundType {
  const [group = '', version = '', kind = ''] = name.split('.').slice(-3);
  const short = `${capital(version)}${kind}`;
  const models = [`${capital(group)}${short}`, short, `Version${kind}`];
  const file = models.map((model) => join(generated, 'models', `${model}.d.ts`)).find((path) => existsSync(path));
  if (file === undefined) return EMPTY;
  const found = declarations(readFileSync(file, 'utf8'), /^export declare class (\w+)/, unescaped);
  const [model] = [...found.values()];
  if (model === undefined) return EMPTY;
  // Every field of such a type carries the text of the type instead of its own.
  for (const [field, text] of Object.entries(model.fields))
    if (/^(MicroTime|IntOrString) is /.test(text)) delete model.fields[field];
  return model;
}

/**
 * The declarations of a file with the JSDoc before each and before their properties.
 * @param restore undoes what the generator of that file did to texts
 */
function declarations(source: string, opening: RegExp, restore: (text: string) => string): Map<string, FoundType> {
  const found = new Map<string, FoundType>();
  let current: FoundType | undefined;
  let comment: string | undefined;
  const lines = source.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.trimStart().startsWith('/**')) {
      const start = i;
      while (!(lines[i] as string).includes('*/')) i++;
      comment = restore(commentText(lines.slice(start, i + 1)));
      continue;
    }
    const name = opening.exec(line)?.[1];
    if (name !== undefined) {
      current = { text: comment, fields: {} };
      found.set(name, current);
    } else {
      const property = /^ {4}(?:readonly )?['"]?([\w$-]+)['"]?\??:/.exec(line)?.[1];
      if (property !== undefined && comment !== undefined && current !== undefined) current.fields[property] = comment;
    }
    comment = undefined;
  }
  return found;
}

function commentText(lines: readonly string[]): string {
  const inner = lines.map((line) =>
    line
      .replace(/^\s*\/\*\*( |$)/, '')
      .replace(/\s*\*\/\s*$/, '')
      .replace(/^\s*\*( |$)/, ''),
  );
  return inner.join('\n').trim();
}

/** kubernetes-models breaks up what would end a comment, and leaves the rest alone. */
function withStars(text: string): string {
  return text.replace(/\\([*/])/g, '$1');
}

const ENTITIES: Record<string, string> = {
  '&#39;': "'",
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&#x60;': '`',
  '&#x3D;': '=',
  '&amp;': '&',
};

function unescaped(text: string): string {
  return text
    .replace(/&(?:#39|quot|lt|gt|#x60|#x3D|amp);/g, (entity) => ENTITIES[entity] as string)
    .replace(/\\(['"`\\/])/g, '$1');
}

/** Texts of query and path parameters; those of connect options as `PodExecOptions.command`. */
function parameterTexts(generated: string): Record<string, string> {
  const texts: Record<string, string> = {};
  const directory = join(generated, 'apis');
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith('Api.d.ts'))
    .sort()) {
    const source = readFileSync(join(directory, file), 'utf8');
    for (const [, comment = ''] of source.matchAll(/\/\*\*\n((?: {5}\*(?!\/).*\n)+) {5}\*\/\n {4}\w+\(/g))
      addParameters(texts, comment);
  }
  return texts;
}

function addParameters(texts: Record<string, string>, comment: string): void {
  const parameters = [...comment.matchAll(/^ {5}\* @param _?(\w+) (.+)$/gm)];
  const options = parameters
    .map(([, , text = '']) => /^name of the (\w+Options)$/.exec(text)?.[1])
    .find((name) => name !== undefined);
  const log = /^ {5}\* read log of /m.test(comment) ? 'PodLogOptions' : undefined;
  for (const [, name = '', text = ''] of parameters) {
    if (text === '' || name === 'body' || /^name of the /.test(text)) continue;
    const owner = name === 'namespace' || name === 'pretty' ? undefined : (options ?? log);
    texts[owner === undefined ? name : `${owner}.${name}`] ??= paragraphs(unescaped(text));
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) generateDescriptions(process.argv[2] ?? join(root, 'dist/descriptions.json.br'));
