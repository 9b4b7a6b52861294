/** From a kubeconfig (or the files in a pod) to everything that a connection needs. */
import { readFile } from 'node:fs/promises';
import { isObject, type JsonObject } from '../api/object.ts';
import { ClientError, fileErrorText } from './client-error.ts';
import {
  allCredentials,
  basicCredentials,
  type ClientCertificate,
  type Credentials,
  certificateCredentials,
  type Impersonation,
  NO_CREDENTIALS,
  tokenCredentials,
  tokenFileCredentials,
} from './credentials.ts';
import { type ExecHost, type ExecPlugin, execCredentials, runProgram } from './exec-credentials.ts';
import { entryPath, type Kubeconfig, type KubeconfigEntry } from './kubeconfig.ts';

/** What https-transport.ts needs to connect. */
export interface ClientConfig {
  /** `https://host:port`, maybe with a path; without a slash at the end. */
  readonly server: string;
  /** PEM; absent: the machine's own authorities. */
  readonly caCertificates?: string;
  /** Where those come from, for error messages: a file, or `certificate-authority-data of cluster "x"`. */
  readonly caSource?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly credentials: Credentials;
  readonly impersonate: Impersonation;
  /** Of requests that name none. */
  readonly namespace: string;
  /** '' outside a kubeconfig. */
  readonly context: string;
}

/** What flags may say instead of the kubeconfig. */
export interface ConfigOverrides {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly token?: string;
  /** Basic authentication. */
  readonly username?: string;
  readonly password?: string;
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  readonly impersonate?: Impersonation;
}

/** @throws ClientError 'kubeconfig' or 'credentials' in one plain line */
export async function clientConfig(
  kubeconfig: Kubeconfig,
  overrides: ConfigOverrides = {},
  host: Partial<ExecHost> = {},
): Promise<ClientConfig> {
  const context = chooseContext(kubeconfig, overrides);
  const cluster = chooseEntry(kubeconfig.clusters, 'cluster', overrides.cluster ?? context.cluster);
  const user = chooseEntry(kubeconfig.users, 'user', overrides.user ?? context.user);
  const server = overrides.server ?? text(cluster, 'server');
  if (server === undefined) throw noServer(kubeconfig, context);
  const authority = await readAuthority(cluster, overrides, overrides.cluster ?? context.cluster ?? '');
  const insecure = overrides.insecureSkipTlsVerify ?? cluster?.value['insecure-skip-tls-verify'] === true;
  const shared = {
    server: server.replace(/\/+$/, ''),
    ...(insecure ? {} : authority),
    insecureSkipTlsVerify: insecure,
    tlsServerName: overrides.tlsServerName ?? text(cluster, 'tls-server-name'),
    proxyUrl: text(cluster, 'proxy-url'),
  };
  return {
    ...shared,
    credentials: await readCredentials(
      user,
      overrides,
      execHost(host),
      execClusterInfo(shared, cluster),
      overrides.user ?? context.user ?? '',
    ),
    impersonate: overrides.impersonate ?? readImpersonation(user),
    namespace: overrides.namespace ?? context.namespace ?? 'default',
    context: context.name,
  };
}

interface ChosenContext {
  readonly name: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

function chooseContext(kubeconfig: Kubeconfig, overrides: ConfigOverrides): ChosenContext {
  const name = overrides.context ?? kubeconfig.currentContext;
  if (name === '') return { name };
  const entry = kubeconfig.contexts.get(name);
  if (entry === undefined) {
    throw new ClientError(
      'kubeconfig',
      `context "${name}" does not exist${suggestion([...kubeconfig.contexts.keys()])}`,
    );
  }
  return { name, cluster: text(entry, 'cluster'), user: text(entry, 'user'), namespace: text(entry, 'namespace') };
}

function suggestion(names: readonly string[]): string {
  return names.length === 0
    ? ': the kubeconfig has none'
    : `; there is ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}

function chooseEntry(
  map: ReadonlyMap<string, KubeconfigEntry>,
  what: string,
  name: string | undefined,
): KubeconfigEntry | undefined {
  if (name === undefined || name === '') return undefined;
  const entry = map.get(name);
  if (entry === undefined) throw new ClientError('kubeconfig', `${what} "${name}" does not exist in the kubeconfig`);
  return entry;
}

function noServer({ files }: Kubeconfig, { name }: ChosenContext): ClientError {
  const why =
    files.length === 0
      ? 'no kubeconfig was found (KUBECONFIG, ~/.kube/config)'
      : name === ''
        ? `no current-context is set in ${files.join(', ')}`
        : `the cluster of context "${name}" names no server`;
  return new ClientError('kubeconfig', `no server to talk to: ${why}`);
}

async function readAuthority(
  cluster: KubeconfigEntry | undefined,
  { certificateAuthority }: ConfigOverrides,
  clusterName: string,
): Promise<Pick<ClientConfig, 'caCertificates' | 'caSource'>> {
  if (certificateAuthority !== undefined) {
    return {
      caCertificates: await readText(certificateAuthority, 'certificate-authority', clusterName),
      caSource: certificateAuthority,
    };
  }
  const data = text(cluster, 'certificate-authority-data');
  if (data !== undefined) {
    return { caCertificates: decode(data), caSource: `certificate-authority-data of cluster "${clusterName}"` };
  }
  const path = text(cluster, 'certificate-authority');
  if (cluster === undefined || path === undefined) return {};
  const file = entryPath(cluster, path);
  return { caCertificates: await readText(file, 'certificate-authority', clusterName), caSource: file };
}

async function readCredentials(
  user: KubeconfigEntry | undefined,
  overrides: ConfigOverrides,
  host: ExecHost,
  cluster: JsonObject,
  userName: string,
): Promise<Credentials> {
  const parts: Credentials[] = [];
  const certificate = await readCertificate(user, overrides, userName);
  if (certificate !== undefined) parts.push(certificateCredentials(certificate));
  const token = overrides.token ?? (await tokenOf(user, host.now));
  const { username = text(user, 'username') } = overrides;
  if (token !== undefined && username !== undefined) {
    throw new ClientError(
      'credentials',
      `more than one authentication method found for ${userName}; found [token basicAuth], only one is allowed`,
    );
  }
  if (username !== undefined)
    parts.push(basicCredentials(username, overrides.password ?? text(user, 'password') ?? ''));
  else if (typeof token === 'string') parts.push(tokenCredentials(token));
  else if (token !== undefined) parts.push(token);
  else if (user !== undefined) parts.push(...otherCredentials(user, host, cluster));
  return parts.length === 0 ? NO_CREDENTIALS : parts.length === 1 ? (parts[0] as Credentials) : allCredentials(parts);
}

/** A token file goes before a token that stands in the kubeconfig, as in client-go. */
async function tokenOf(
  user: KubeconfigEntry | undefined,
  now: () => number,
): Promise<string | Credentials | undefined> {
  const path = text(user, 'tokenFile');
  if (user === undefined || path === undefined) return text(user, 'token');
  const file = entryPath(user, path);
  await readText(file, 'tokenFile');
  return tokenFileCredentials(() => readText(file, 'tokenFile'), now);
}

function otherCredentials(user: KubeconfigEntry, host: ExecHost, cluster: JsonObject): Credentials[] {
  const exec = user.value['exec'];
  if (isObject(exec)) return [execCredentials(execPlugin(user, exec, cluster), host)];
  const provider = user.value['auth-provider'];
  if (!isObject(provider)) return [];
  const name = String(provider['name'] ?? '');
  throw new ClientError(
    'credentials',
    `the auth provider "${name}" of the kubeconfig is not supported: use an exec plugin`,
  );
}

async function readCertificate(
  user: KubeconfigEntry | undefined,
  overrides: ConfigOverrides,
  userName: string,
): Promise<ClientCertificate | undefined> {
  const cert = await pem(user, overrides.clientCertificate, 'client-certificate', userName);
  const key = await pem(user, overrides.clientKey, 'client-key', userName);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new ClientError(
      'kubeconfig',
      `a ${cert === undefined ? 'client-key' : 'client-certificate'} was given without its ${cert === undefined ? 'client-certificate' : 'client-key'}`,
    );
  }
  return { cert, key };
}

/** The text of FIELD-data or of the file FIELD. */
async function pem(
  user: KubeconfigEntry | undefined,
  override: string | undefined,
  field: string,
  userName: string,
): Promise<string | undefined> {
  const what = field.replace('certificate', 'cert');
  if (override !== undefined) return readText(override, what, userName);
  const data = text(user, `${field}-data`);
  if (data !== undefined) return decode(data);
  const path = text(user, field);
  return user === undefined || path === undefined ? undefined : readText(entryPath(user, path), what, userName);
}

function readImpersonation(user: KubeconfigEntry | undefined): Impersonation {
  const groups = user?.value['as-groups'];
  const extra = user?.value['as-user-extra'];
  return {
    user: text(user, 'as'),
    uid: text(user, 'as-uid'),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    extra: isObject(extra) ? (extra as Record<string, string[]>) : {},
  };
}

function execPlugin(user: KubeconfigEntry, exec: JsonObject, cluster: JsonObject): ExecPlugin {
  const command = String(exec['command'] ?? '');
  const env = Array.isArray(exec['env']) ? exec['env'].filter(isObject) : [];
  const mode = exec['interactiveMode'];
  return {
    apiVersion: String(exec['apiVersion'] ?? ''),
    // A bare name is looked up in PATH; a path is relative to the kubeconfig.
    command: command.includes('/') ? entryPath(user, command) : command,
    args: Array.isArray(exec['args']) ? exec['args'].map(String) : [],
    env: env.map(({ name, value }) => ({ name: String(name), value: String(value ?? '') })),
    installHint: typeof exec['installHint'] === 'string' ? exec['installHint'] : undefined,
    interactiveMode: mode === 'Never' || mode === 'Always' ? mode : 'IfAvailable',
    cluster: exec['provideClusterInfo'] === true ? cluster : undefined,
  };
}

/** The `cluster` of an ExecCredential's spec. */
function execClusterInfo(
  shared: Omit<ClientConfig, 'credentials' | 'impersonate' | 'namespace' | 'context'>,
  cluster?: KubeconfigEntry,
): JsonObject {
  const { server, caCertificates, insecureSkipTlsVerify, tlsServerName, proxyUrl } = shared;
  const extensions = Array.isArray(cluster?.value['extensions']) ? cluster.value['extensions'].filter(isObject) : [];
  const config = extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.['extension'];
  return {
    server,
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
    ...(insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(caCertificates === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(caCertificates).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
    config: config ?? null,
  };
}

function execHost(host: Partial<ExecHost>): ExecHost {
  return { env: process.env, interactive: process.stdin.isTTY === true, now: Date.now, run: runProgram, ...host };
}

const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this process runs in a pod that may talk to its cluster. */
export function isInCluster(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT']);
}

/** The pod's service account. @throws ClientError 'kubeconfig' outside a pod */
export async function inClusterConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  directory = SERVICE_ACCOUNT_DIRECTORY,
): Promise<ClientConfig> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw new ClientError(
      'kubeconfig',
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  }
  const file = (name: string): string => `${directory}/${name}`;
  await readText(file('token'), 'service account token');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caCertificates: await readText(file('ca.crt'), 'service account ca.crt'),
    caSource: file('ca.crt'),
    insecureSkipTlsVerify: false,
    credentials: tokenFileCredentials(() => readText(file('token'), 'service account token'), Date.now),
    impersonate: {},
    namespace: (await readText(file('namespace'), 'namespace').catch(() => 'default')).trim(),
    context: '',
  };
}

/** @param owner the entry of the kubeconfig that names the file */
async function readText(file: string, what: string, owner?: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const whose = owner === undefined ? ':' : ` for ${owner} due to`;
    throw new ClientError('kubeconfig', `unable to read ${what} ${file}${whose} ${fileErrorText(error, file)}`, {
      cause: error,
    });
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function text(entry: KubeconfigEntry | undefined, field: string): string | undefined {
  const value = entry?.value[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
