/** Changes to kubeconfig files: each goes into the file that has the entry, as client-go's ModifyConfig has it. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { cloneJson, isObject, type JsonObject } from '../../api/object.ts';
import { parseYaml } from '../../api/yaml-reader.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { type KubeconfigSource, kubeconfigFiles } from '../../client/kubeconfig.ts';
import { writeFileAtomic } from '../../util/write-file.ts';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';

export type Section = 'clusters' | 'users' | 'contexts';

const FIELD: Readonly<Record<Section, string>> = { clusters: 'cluster', users: 'user', contexts: 'context' };
const PRIVATE = 0o600;

interface ConfigFile {
  readonly path: string;
  readonly document: JsonObject;
}

interface Entry extends JsonObject {
  name: string;
}

/** The kubeconfig files of a command, read once; changes are written by `save`. */
export class ConfigEditor {
  readonly files: readonly ConfigFile[];
  readonly #changed = new Set<ConfigFile>();

  private constructor(files: readonly ConfigFile[]) {
    this.files = files;
  }

  /** @throws CliError for a file that is none */
  static async open(flags: Pick<GlobalFlags, 'kubeconfig'>, env: Terminal['env']): Promise<ConfigEditor> {
    const source: KubeconfigSource = { file: flags.kubeconfig, env, ...(env['HOME'] ? { home: env['HOME'] } : {}) };
    return new ConfigEditor(await Promise.all(kubeconfigFiles(source).map(readConfig)));
  }

  /** The file that commands name when something is not there. */
  get defaultPath(): string {
    return this.#newEntryFile().path;
  }

  names(section: Section): string[] {
    return [
      ...new Set(this.files.flatMap(({ document }) => entriesOf(document, section).map(({ name }) => name))),
    ].sort();
  }

  get(section: Section, name: string): JsonObject | undefined {
    const entry = this.#find(section, name)?.entry;
    const value = entry?.[FIELD[section]];
    return entry === undefined ? undefined : isObject(value) ? value : {};
  }

  /** Creates the entry in the first file that is there, changes it where it stands. */
  set(section: Section, name: string, value: JsonObject): void {
    const known = this.#find(section, name);
    if (known !== undefined) {
      known.entry[FIELD[section]] = value;
      this.#changed.add(known.file);
      return;
    }
    const file = this.#newEntryFile();
    file.document[section] = [...entriesOf(file.document, section), { name, [FIELD[section]]: value }];
    this.#changed.add(file);
  }

  remove(section: Section, name: string): void {
    for (const file of this.files) {
      const entries = entriesOf(file.document, section);
      if (!entries.some((entry) => entry.name === name)) continue;
      file.document[section] = entries.filter((entry) => entry.name !== name);
      this.#changed.add(file);
    }
  }

  get currentContext(): string {
    return String(this.#currentFile()?.document['current-context'] ?? '');
  }

  set currentContext(name: string) {
    const file = this.#currentFile() ?? this.#newEntryFile();
    file.document['current-context'] = name;
    this.#changed.add(file);
  }

  /** Where an entry stands, for paths in it. */
  directoryOf(section: Section, name: string): string {
    return dirname((this.#find(section, name)?.file ?? this.#newEntryFile()).path);
  }

  async save(): Promise<void> {
    for (const { path, document } of this.#changed) {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, stringifyYaml(complete(document)), PRIVATE, false);
    }
    this.#changed.clear();
  }

  #find(section: Section, name: string): { file: ConfigFile; entry: Entry } | undefined {
    for (const file of this.files) {
      const entry = entriesOf(file.document, section).find((each) => each.name === name);
      if (entry !== undefined) return { file, entry };
    }
    return undefined;
  }

  #currentFile(): ConfigFile | undefined {
    return this.files.find(({ document }) => Boolean(document['current-context']));
  }

  #newEntryFile(): ConfigFile {
    return (this.files.find(({ path }) => existsSync(path)) ?? this.files.at(-1)) as ConfigFile;
  }
}

async function readConfig(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, document: {} };
    throw new CliError(`error loading config file "${path}": ${(error as Error).message}`, { cause: error });
  }
  try {
    const { value } = parseYaml(text);
    return { path, document: isObject(value) ? cloneJson(value) : {} };
  } catch (error) {
    throw new CliError(`error loading config file "${path}": ${(error as Error).message}`, { cause: error });
  }
}

function entriesOf(document: JsonObject, section: Section): Entry[] {
  const list = document[section];
  return Array.isArray(list)
    ? list.filter((entry): entry is Entry => isObject(entry) && typeof entry['name'] === 'string')
    : [];
}

/** What every kubeconfig has; lists in the order of names. */
function complete(document: JsonObject): JsonObject {
  const sections = (['clusters', 'contexts', 'users'] as const).map((section) => {
    const entries = entriesOf(document, section).sort((a, b) => (a.name < b.name ? -1 : 1));
    return [section, entries.length === 0 ? null : entries] as const;
  });
  return {
    apiVersion: 'v1',
    kind: 'Config',
    ...document,
    ...Object.fromEntries(sections),
    'current-context': document['current-context'] ?? '',
  };
}

/** A path for an entry: relative to its file when it lies below it, else absolute. */
export function entryFilePath(path: string, directory: string): string {
  const absolute = resolve(path);
  const below = relative(directory, absolute);
  return below.startsWith('..') || isAbsolute(below) ? absolute : below;
}

/** The content of a file for `--embed-certs`, in base64. @param flag for the message */
export async function embedded(path: string, flag: string): Promise<string> {
  try {
    return (await readFile(path)).toString('base64');
  } catch {
    throw new CliError(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
  }
}
