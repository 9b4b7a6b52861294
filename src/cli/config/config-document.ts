/** Merged kubeconfigs as one document, as `config view` shows it. */
import { cloneJson, isObject, type JsonObject } from '../../api/object.ts';
import type { Kubeconfig, KubeconfigEntry } from '../../client/kubeconfig.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { CliError } from '../errors.ts';

export interface ViewOptions {
  /** Show keys and tokens. */
  readonly raw: boolean;
  /** Only what the chosen context needs. */
  readonly minify: boolean;
  readonly context?: string;
}

const DATA = ['certificate-authority-data', 'client-certificate-data', 'client-key-data'];
const SECRETS = ['token', 'password'];

/** Fields in the order of the Go types, which is that of JSON. */
const FIELDS = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'cluster',
  'user',
  'namespace',
];

/** @throws CliError when the context does not exist */
export function configDocument(kubeconfig: Kubeconfig, options: ViewOptions): JsonObject {
  const current = options.context ?? kubeconfig.currentContext;
  const chosen = options.minify ? minified(kubeconfig, current) : kubeconfig;
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: named(chosen.clusters, 'cluster', options),
    users: named(chosen.users, 'user', options),
    contexts: named(chosen.contexts, 'context', options),
    'current-context': current,
  };
}

/** Fields that are written although they are empty. */
const ALWAYS: Readonly<Record<string, JsonObject>> = { cluster: { server: '' }, context: { cluster: '', user: '' } };

function minified(
  { contexts, clusters, users }: Kubeconfig,
  name: string,
): Pick<Kubeconfig, 'clusters' | 'users' | 'contexts'> {
  if (name === '') throw new CliError('current-context must exist in order to minify');
  const context = contexts.get(name);
  if (context === undefined) throw new CliError(`cannot locate context ${name}`);
  const only = (map: Kubeconfig['users'], key: unknown): Map<string, KubeconfigEntry> =>
    new Map([...map].filter(([entry]) => entry === key));
  return {
    contexts: only(contexts, name),
    clusters: only(clusters, context.value['cluster']),
    users: only(users, context.value['user']),
  };
}

function named(entries: ReadonlyMap<string, KubeconfigEntry>, field: string, options: ViewOptions): unknown {
  if (entries.size === 0) return null;
  return [...entries.keys()].sort(compareUtf8).map((name) => ({
    name,
    [field]: { ...ALWAYS[field], ...shown(entries.get(name) as KubeconfigEntry, options) },
  }));
}

function shown(entry: KubeconfigEntry, { raw }: ViewOptions): JsonObject {
  const value: JsonObject = {};
  const fields = [...FIELDS, ...Object.keys(entry.value)].filter((field) => Object.hasOwn(entry.value, field));
  for (const field of new Set(fields)) value[field] = cloneJson(entry.value[field]);
  if (isObject(value['exec'])) value['exec'] = execFields(value['exec']);
  return raw ? value : redacted(value);
}

function redacted(value: JsonObject): JsonObject {
  const copy = { ...value };
  for (const field of DATA) if (copy[field]) copy[field] = 'DATA+OMITTED';
  for (const field of SECRETS) if (copy[field]) copy[field] = 'REDACTED';
  return copy;
}

/** In Go's order, with the one field that is always written. */
function execFields(exec: JsonObject): JsonObject {
  const { command, args, env, apiVersion, installHint, provideClusterInfo = false, interactiveMode, ...more } = exec;
  return { command, args, env, apiVersion, installHint, provideClusterInfo, interactiveMode, ...more };
}
