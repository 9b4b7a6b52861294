/** Reads a kuberc: kubectl.config.k8s.io/v1alpha1 and v1beta1; imitates kubectl pkg/kuberc. */
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { isObject, type JsonObject } from '../../api/object.ts';
import { parseYaml } from '../../api/yaml-reader.ts';
import { fileErrorText } from '../../client/client-error.ts';
import { preferencesError } from './kuberc-file.ts';

export interface OptionDefault {
  /** Long form, without dashes. */
  readonly name: string;
  readonly default: string;
}

export interface CommandDefaults {
  /** `create namespace` */
  readonly command: string;
  readonly options: readonly OptionDefault[];
}

export interface Alias extends CommandDefaults {
  readonly name: string;
  readonly prependArgs: readonly string[];
  readonly appendArgs: readonly string[];
}

export interface Preferences {
  readonly defaults: readonly CommandDefaults[];
  readonly aliases: readonly Alias[];
  /** Which credential plugins of the kubeconfig may run; undefined: all. */
  readonly plugins?: PluginPolicy;
}

export interface PluginPolicy {
  readonly policy: 'DenyAll' | 'Allowlist';
  /** Names or paths. */
  readonly allowed: readonly string[];
}

const GROUP = 'kubectl.config.k8s.io';
const VERSIONS = [`${GROUP}/v1alpha1`, `${GROUP}/v1beta1`];
const FIELDS = [
  'apiVersion',
  'kind',
  'defaults',
  'overrides',
  'aliases',
  'credentialPluginPolicy',
  'credentialPluginAllowlist',
  'credPluginAllowlist',
];

/** undefined for an empty file. @throws PlainError in kubectl's words */
export async function readPreferences(file: string, warn: (line: string) => void): Promise<Preferences | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw preferencesError(`kuberc error kuberc: ${fileErrorText(error, file)}`);
  });
  if (text.trim() === '') return undefined;
  const document = preferenceDocument(text);
  if (document === undefined) {
    throw preferencesError(`kuberc error kuberc: no valid preferences found in ${file}, use --v=5 to see details`);
  }
  const unknown = Object.keys(document).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) {
    const list = unknown.map((field) => `unknown field ${JSON.stringify(field)}`).join(', ');
    warn(`kuberc: ignoring strict decoding error in ${file}: strict decoding error: ${list}`);
  }
  return checked({
    defaults: listOf(document['defaults'] ?? document['overrides']).map(commandDefaults),
    aliases: listOf(document['aliases']).map(aliasOf),
    plugins: pluginPolicy(document),
  });
}

/** The first document that is one. */
function preferenceDocument(text: string): JsonObject | undefined {
  for (const part of text.split(/^---(?=\s|$)/m)) {
    try {
      const { value } = parseYaml(part);
      const known = isObject(value) && value['kind'] === 'Preference' && VERSIONS.includes(String(value['apiVersion']));
      if (known) return value;
    } catch {
      // Another document may be one.
    }
  }
  return undefined;
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** v1alpha1 says `flags`. */
function commandDefaults(entry: JsonObject): CommandDefaults {
  const options = listOf(entry['options'] ?? entry['flags']);
  return {
    command: String(entry['command'] ?? ''),
    options: options.map((option) => ({
      name: String(option['name'] ?? ''),
      default: String(option['default'] ?? ''),
    })),
  };
}

function aliasOf(entry: JsonObject): Alias {
  return {
    ...commandDefaults(entry),
    name: String(entry['name'] ?? ''),
    prependArgs: words(entry['prependArgs']),
    appendArgs: words(entry['appendArgs']),
  };
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Imitates client-go's ValidatePluginPolicy. @throws PlainError */
function pluginPolicy(document: JsonObject): PluginPolicy | undefined {
  const policy = String(document['credentialPluginPolicy'] ?? '');
  const list = document['credentialPluginAllowlist'] ?? document['credPluginAllowlist'];
  if (!['', 'AllowAll', 'DenyAll', 'Allowlist'].includes(policy)) {
    throw preferencesError(`unknown plugin policy: ${JSON.stringify(policy)}`);
  }
  if (policy !== 'Allowlist') {
    if (list !== undefined && list !== null) {
      throw preferencesError(`${MISCONFIGURED}: plugin policy is ${JSON.stringify(policy)} but allowlist is non-nil`);
    }
    return policy === 'DenyAll' ? { policy, allowed: [] } : undefined;
  }
  if (list === undefined || list === null) {
    throw preferencesError('credential plugin policy set to "Allowlist", but allowlist is unspecified');
  }
  const allowed = listOf(list).map(({ name, command }) => String(name ?? command ?? ''));
  allowed.forEach(checkEntry);
  return { policy, allowed };
}

const MISCONFIGURED = 'misconfigured credential plugin allowlist';

function checkEntry(name: string, index: number): void {
  if (name === '') throw preferencesError(`${MISCONFIGURED}: empty allowlist entry #${index + 1}`);
  const clean = posix.normalize(name).replace(/(?<=.)\/$/, '');
  if (clean !== name) {
    throw preferencesError(`non-normalized file path: ${JSON.stringify(name)} vs ${JSON.stringify(clean)}`);
  }
}

function checked(preferences: Preferences): Preferences {
  const names = new Set<string>();
  for (const { name, options } of preferences.aliases) {
    if (!/^[a-zA-Z]+$/.test(name)) {
      throw preferencesError('invalid alias name, can only include alphabetical characters');
    }
    if (names.has(name)) throw preferencesError(`duplicate alias name ${name}`);
    names.add(name);
    checkNames(options);
  }
  for (const { options } of preferences.defaults) checkNames(options);
  return preferences;
}

function checkNames(options: readonly OptionDefault[]): void {
  const dashed = options.find(({ name }) => name.startsWith('-'));
  if (dashed !== undefined) throw preferencesError(`flag name ${dashed.name} should be in long form without dashes`);
}
