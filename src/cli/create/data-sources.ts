/** What --from-literal, --from-file and --from-env-file put into a ConfigMap or Secret. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isConfigMapKey, isEnvVarName } from '../../api/names.ts';
import { CliError } from '../errors.ts';
import { list, texts } from '../flags/flag-kinds.ts';

export const SOURCE_FLAGS = {
  'from-file': list({ summary: 'A file or directory; KEY=FILE chooses the key.' }),
  'from-literal': texts({ summary: 'KEY=VALUE; may be repeated.' }),
  'from-env-file': list({ summary: 'A file with lines of KEY=VALUE.' }),
};

export interface Sources {
  readonly 'from-file'?: readonly string[];
  readonly 'from-literal'?: readonly string[];
  readonly 'from-env-file'?: readonly string[];
}

/** Takes each key once. @throws CliError for a key that is taken or malformed */
export type AddEntry = (key: string, value: Buffer) => void;

/** @throws CliError in kubectl's words */
export async function readSources(sources: Sources, env: Readonly<Record<string, string | undefined>>, add: AddEntry) {
  const { 'from-file': files = [], 'from-literal': literals = [], 'from-env-file': envFiles = [] } = sources;
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0)) {
    throw new CliError('from-env-file cannot be combined with from-file or from-literal');
  }
  for (const literal of literals) {
    const at = literal.indexOf('=');
    if (at <= 0) throw new CliError(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, at), Buffer.from(literal.slice(at + 1)));
  }
  for (const source of files) await addFile(source, add);
  for (const file of envFiles) await addEnvFile(file, env, add);
}

/** Collects entries for an object. @param owner `ConfigMap "x"` */
export function entryCollector(entries: Map<string, Buffer>, kind: string, name: string): AddEntry {
  return (key, value) => {
    const [malformed] = isConfigMapKey(key);
    if (malformed !== undefined) {
      throw new CliError(`${JSON.stringify(key)} is not a valid key name for a ${kind}: ${malformed}`);
    }
    if (entries.has(key)) {
      const where = `Data for ${kind} ${JSON.stringify(name)}`;
      throw new CliError(`cannot add key ${JSON.stringify(key)}, another key by that name already exists in ${where}`);
    }
    entries.set(key, value);
  };
}

async function addFile(source: string, add: AddEntry): Promise<void> {
  const { key, path } = fileSource(source);
  const found = await stat(path).catch(() => {
    throw new CliError(`error reading ${path}: no such file or directory`);
  });
  if (!found.isDirectory()) return add(key, await readFile(path));
  if (source.includes('=')) throw new CliError('cannot give a key name for a directory path');
  const entries = await readdir(path, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    add(name, await readFile(join(path, name)));
  }
}

function fileSource(source: string): { key: string; path: string } {
  const [first = '', second, ...more] = source.split('=');
  if (second === undefined) return { key: basename(source), path: source };
  if (more.length > 0) throw new CliError("key names or file paths cannot contain '='");
  if (first === '') throw new CliError(`key name for file path ${second} missing`);
  if (second === '') throw new CliError(`file path for key name ${first} missing`);
  return { key: first, path: second };
}

/** A line without `=` takes the value of the environment. */
async function addEnvFile(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  add: AddEntry,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CliError(`error reading ${file}: no such file or directory`);
  });
  for (const raw of text.replace(/^\ufeff/, '').split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const key = at < 0 ? line : line.slice(0, at);
    const [malformed] = isEnvVarName(key);
    if (malformed !== undefined) throw new CliError(`${JSON.stringify(key)} is not a valid key name: ${malformed}`);
    add(key, Buffer.from(at < 0 ? (env[key] ?? '') : line.slice(at + 1)));
  }
}
