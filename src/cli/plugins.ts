/** Programs in PATH that begin with `kctl-` or `kubectl-`: commands of their own, as kubectl has them. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PREFIXES = ['kctl', 'kubectl'];

export interface Plugin {
  readonly path: string;
  /** What is wrong with it. */
  readonly warnings: readonly string[];
}

/**
 * All of them, in the order of PATH.
 * @param isCommand whether words (`create-foo`) name a command, which comes first
 */
export function listPlugins(searchPath: string, isCommand: (words: readonly string[]) => boolean): Plugin[] {
  const seen = new Map<string, string>();
  const plugins: Plugin[] = [];
  for (const directory of new Set(searchPath.split(delimiter).filter((each) => each.trim() !== ''))) {
    for (const file of filesOf(directory)) {
      if (!PREFIXES.some((prefix) => file.startsWith(`${prefix}-`))) continue;
      const path = join(directory, file);
      const shadow = seen.get(file);
      const words = file.split('-').slice(1);
      plugins.push({
        path,
        warnings: [
          ...(isExecutable(path) ? [] : [`warning: ${path} identified as a kubectl plugin, but it is not executable`]),
          ...(shadow === undefined ? [] : [`warning: ${path} is overshadowed by a similarly named plugin: ${shadow}`]),
          ...(isCommand(words) ? [`warning: ${file} overwrites existing command: "kctl ${words.join(' ')}"`] : []),
        ],
      });
      if (shadow === undefined) seen.set(file, path);
    }
  }
  return plugins;
}

function filesOf(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
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
