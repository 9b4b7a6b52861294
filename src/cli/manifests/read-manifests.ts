/** Objects from files, directories, URLs and stdin, in the order and with the words of kubectl. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { JsonSyntaxError, parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { parseYaml } from '../../api/yaml-reader.ts';
import { CliError, PlainError } from '../errors.ts';
import { readAll, type Terminal } from '../io.ts';

export interface Manifest {
  readonly object: JsonObject;
  /** The file as it was named, or STDIN: for messages. */
  readonly source: string;
}

export interface ReadOptions {
  readonly recursive: boolean;
  readonly stdin: Terminal['stdin'];
  readonly fetchText?: (url: string) => Promise<string>;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

/** Every object of every file; Lists are opened. @throws CliError */
export async function readManifests(names: readonly string[], options: ReadOptions): Promise<Manifest[]> {
  const all: Manifest[] = [];
  for (const name of names) all.push(...(await readOne(name, options)));
  return all;
}

async function readOne(name: string, options: ReadOptions): Promise<Manifest[]> {
  if (name === '-') return parseManifests(await readAll(options.stdin), 'STDIN');
  if (/^https?:\/\//.test(name)) return parseManifests(await (options.fetchText ?? fetchText)(name), name);
  const files = await filesAt(name, options.recursive);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files.flatMap((file, i) => parseManifests(texts[i] as string, file));
}

async function filesAt(path: string, recursive: boolean): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new CliError(`the path ${JSON.stringify(path)} does not exist`);
  if (!found.isDirectory()) return [path];
  const files = await filesIn(path, recursive);
  if (files.length > 0) return files;
  throw new CliError(`error reading [${path}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`);
}

/** In the order of names, directories where they stand. */
async function filesIn(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return recursive ? filesIn(path, true) : [];
      return EXTENSIONS.includes(extname(entry.name)) ? [path] : [];
    }),
  );
  return nested.flat();
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url).catch((error: Error) => {
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    if (cause?.code === 'ECONNREFUSED') {
      const { host } = new URL(url);
      throw new PlainError(
        `The connection to the server ${host} was refused - did you specify the right host or port?`,
      );
    }
    throw new CliError(`unable to read URL ${JSON.stringify(url)}: ${cause?.message ?? error.message}`);
  });
  if (response.ok) return response.text();
  throw new CliError(
    `unable to read URL ${JSON.stringify(url)}, server reported ${response.status} ${response.statusText}, status code=${response.status}`,
  );
}

/** The objects of a text: YAML documents, or JSON. @throws CliError */
export function parseManifests(text: string, source: string): Manifest[] {
  const documents = /^\s*\{/.test(text) ? jsonDocuments(text, source) : yamlDocuments(text, source);
  return documents
    .filter((value) => value !== null && value !== undefined)
    .flatMap((value) => {
      if (!isObject(value))
        throw new CliError(`error parsing ${source}: it holds ${goKind(value)} where an object is expected`);
      return opened(value).map((object) => ({ object, source }));
    });
}

function jsonDocuments(text: string, source: string): unknown[] {
  try {
    return [parseJson(text)];
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    // Flow-style YAML begins with a brace too, and JSON objects may follow one another.
    const parts = yamlParts(text.replace(/\}[ \t]*\r?\n\s*\{/g, '}\n---\n{'));
    try {
      return parts.map((part) => parseYaml(part).value);
    } catch {
      // A stream of objects ends in the middle of one.
      const message = error.message === 'unexpected end of JSON input' ? 'unexpected EOF' : error.message;
      throw new CliError(`error parsing ${source}: ${message}`, { cause: error });
    }
  }
}

function yamlDocuments(text: string, source: string): unknown[] {
  return yamlParts(text).map((part) => {
    try {
      return parseYaml(part).value;
    } catch (error) {
      const message = (error as Error).message.replace(/^error converting YAML to JSON: /, '');
      throw new CliError(`error parsing ${source}: error converting YAML to JSON: ${message}`, { cause: error });
    }
  });
}

/** The texts between `---` lines. */
function yamlParts(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/^---(?=\s|$)/m)
    .filter((part) => part.trim() !== '');
}

/** The objects of a List, or the object itself. */
function opened(object: JsonObject): JsonObject[] {
  const { items, kind } = object;
  if (!Array.isArray(items) || typeof kind !== 'string' || !kind.endsWith('List')) return [object];
  return items.filter(isObject).flatMap(opened);
}

function goKind(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
