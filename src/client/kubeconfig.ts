/**
 * Kubeconfig files: reading, merging and choosing; imitates client-go tools/clientcmd (loader.go).
 * What a chosen context means for a connection is client-config.ts.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { isObject, type JsonObject } from '../api/object.ts';
import { parseYaml } from '../api/yaml.ts';
import { ClientError, errorText, fileErrorText } from './client-error.ts';

/** One entry of `clusters`, `users` or `contexts`, as the file has it. */
export interface KubeconfigEntry {
  readonly value: JsonObject;
  /** The file that it comes from, to which relative paths in it refer. */
  readonly file: string;
}

export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  /** The files that were there, in order of precedence. */
  readonly files: readonly string[];
}

export interface KubeconfigSource {
  /** `--kubeconfig`: this file only, and it must exist. */
  readonly file?: string;
  /** KUBECONFIG is read from here; default process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}

export const EMPTY_KUBECONFIG: Kubeconfig = {
  currentContext: '',
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  files: [],
};

/** The files that would be read, whether they exist or not. The first is the one that `kctl config set-…` would write. */
export function kubeconfigFiles({ file, env = process.env, home = homedir() }: KubeconfigSource = {}): string[] {
  if (file !== undefined && file !== '') return [resolve(file)];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? [...new Set(listed)].map((path) => resolve(path)) : [join(home, '.kube', 'config')];
}

/**
 * All files merged: the first file to name a cluster, a user, a context or the current context wins. Files that do not
 * exist are passed over, except the explicit one.
 * @throws ClientError 'kubeconfig' naming the file
 */
export async function loadKubeconfig(source: KubeconfigSource = {}): Promise<Kubeconfig> {
  const explicit = source.file !== undefined && source.file !== '';
  const loaded = await Promise.all(kubeconfigFiles(source).map((file) => readKubeconfig(file, explicit)));
  return mergeKubeconfigs(loaded.filter((config) => config !== undefined));
}

/** @throws ClientError 'kubeconfig' */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  let document: unknown;
  try {
    document = parseYaml(text).value ?? {};
  } catch (error) {
    throw new ClientError('kubeconfig', `error loading config file "${file}": ${errorText(error)}`, { cause: error });
  }
  if (!isObject(document))
    throw new ClientError('kubeconfig', `error loading config file "${file}": it is no kubeconfig`);
  const { kind = 'Config', apiVersion = 'v1' } = document;
  if (kind !== 'Config' && kind !== '') {
    throw new ClientError(
      'kubeconfig',
      `error loading config file "${file}": no kind "${String(kind)}" is registered for version "${String(apiVersion)}": it is no kubeconfig`,
    );
  }
  const current = document['current-context'];
  return {
    currentContext: typeof current === 'string' ? current : '',
    clusters: entries(document, 'clusters', 'cluster', file),
    users: entries(document, 'users', 'user', file),
    contexts: entries(document, 'contexts', 'context', file),
    files: [file],
  };
}

/** The first of several wins, name by name. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merged = (field: 'clusters' | 'users' | 'contexts'): Map<string, KubeconfigEntry> => {
    const all = new Map<string, KubeconfigEntry>();
    for (const config of configs) for (const [name, entry] of config[field]) if (!all.has(name)) all.set(name, entry);
    return all;
  };
  return {
    currentContext: configs.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: merged('clusters'),
    users: merged('users'),
    contexts: merged('contexts'),
    files: configs.flatMap(({ files }) => files),
  };
}

/** A path in an entry, which is relative to its file. */
export function entryPath(entry: KubeconfigEntry, path: string): string {
  return isAbsolute(path) ? path : join(dirname(entry.file), path);
}

async function readKubeconfig(file: string, mustExist: boolean): Promise<Kubeconfig | undefined> {
  try {
    return parseKubeconfig(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) return undefined;
    throw new ClientError('kubeconfig', `error loading config file "${file}": ${fileErrorText(error, file)}`, {
      cause: error,
    });
  }
}

function entries(document: JsonObject, list: string, field: string, file: string): Map<string, KubeconfigEntry> {
  const found = new Map<string, KubeconfigEntry>();
  const items = document[list] ?? [];
  if (!Array.isArray(items)) {
    throw new ClientError('kubeconfig', `error loading config file "${file}": ${list} must be a list`);
  }
  for (const item of items) {
    if (!isObject(item) || typeof item['name'] !== 'string') {
      throw new ClientError('kubeconfig', `error loading config file "${file}": an entry of ${list} has no name`);
    }
    const value = item[field];
    if (!found.has(item['name'])) found.set(item['name'], { value: isObject(value) ? value : {}, file });
  }
  return found;
}
