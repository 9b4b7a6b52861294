/** Programs in PATH that begin with `kctl-` or `kubectl-`: commands of their own, as kubectl has them. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PREFIXES = ['kctl', 'kubectl'];

export interface Plugin {
  readonly path: string;
  /** What is wrong with it. */
  readonly warnings: readonly string[];
}

export interface FoundPlugins {
  readonly plugins: readonly Plugin[];
  /** Directories of the path that cannot be read, and why. */
  readonly unreadable: readonly string[];
}

/**
 * All of them, in the order of PATH.
 * @param commandOf the command that words (`create`, `foo`) mean, which comes first: `create`
 */
export function listPlugins(
  searchPath: string,
  commandOf: (words: readonly string[]) => string | undefined,
): FoundPlugins {
  const seen = new Map<string, string>();
  const plugins: Plugin[] = [];
  const unreadable: string[] = [];
  for (const directory of new Set(searchPath.split(delimiter).filter((each) => each.trim() !== ''))) {
    const files = filesOf(directory);
    if (typeof files === 'string') unreadable.push(files);
    else for (const file of files.filter(isPluginName)) plugins.push(pluginOf(directory, file, seen, commandOf));
  }
  return { plugins, unreadable };
}

function isPluginName(file: string): boolean {
  return PREFIXES.some((prefix) => file.startsWith(`${prefix}-`));
}

function pluginOf(
  directory: string,
  file: string,
  seen: Map<string, string>,
  commandOf: (words: readonly string[]) => string | undefined,
): Plugin {
  const path = join(directory, file);
  const shadow = seen.get(file);
  if (shadow === undefined) seen.set(file, path);
  const command = commandOf(file.split('-').slice(1));
  return {
    path,
    warnings: [
      ...(isExecutable(path) ? [] : [`warning: ${path} identified as a kubectl plugin, but it is not executable`]),
      ...(shadow === undefined ? [] : [`warning: ${path} is overshadowed by a similarly named plugin: ${shadow}`]),
      ...(command === undefined ? [] : [`warning: ${file} overwrites existing command: "kctl ${command}"`]),
    ],
  };
}

/** Names, or why there are none. */
function filesOf(directory: string): string[] | string {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'no such file or directory', EACCES: 'permission denied' }[code ?? ''] ?? message;
    return `Unable to read directory ${JSON.stringify(directory)} from your PATH: open ${directory}: ${why}. Skipping...\n`;
  }
}

export interface PluginCall {
  readonly path: string;
  readonly args: readonly string[];
}

/** The program for a command line: `foo bar-baz -x` is kubectl-foo-bar_baz, or kubectl-foo with the rest. */
export function findPlugin(argv: readonly string[], searchPath: string): PluginCall | undefined {
  const flag = argv.findIndex((arg) => arg.startsWith('-'));
  const words = argv.slice(0, flag < 0 ? argv.length : flag);
  for (let count = words.length; count > 0; count--) {
    const name = words
      .slice(0, count)
      .map((word) => word.replaceAll('-', '_'))
      .join('-');
    if (name.includes('/')) continue;
    for (const prefix of PREFIXES) {
      const path = searchPath
        .split(delimiter)
        .filter((each) => each !== '')
        .map((directory) => join(directory, `${prefix}-${name}`))
        .find(isExecutable);
      if (path !== undefined) return { path, args: argv.slice(count) };
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
