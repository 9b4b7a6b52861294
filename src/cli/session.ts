/** The connection of one command: from flags and kubeconfig to a client. */
import { existsSync } from 'node:fs';
import { getOwn, setOwn } from '../api/object.ts';
import { type ClientConfig, clientConfig, inClusterConfig, isInCluster } from '../client/client-config.ts';
import type { Discovery } from '../client/discovery.ts';
import { DiscoveryClient } from '../client/discovery-client.ts';
import { type Kubeconfig, kubeconfigFiles, loadKubeconfig } from '../client/kubeconfig.ts';
import { RestClient } from '../client/rest-client.ts';
import type { Transport } from '../client/transport.ts';
import { parseDuration } from '../util/duration.ts';
import { CliError, PlainError } from './errors.ts';
import type { GlobalFlags } from './flags/global-flags.ts';
import { type Output, type Terminal, wantsColor } from './io.ts';
import { guardedRun } from './kuberc/plugin-policy.ts';
import type { PluginPolicy } from './kuberc/read-preferences.ts';
import { loggedTransport } from './logged-transport.ts';
import { timeoutTransport } from './timeout-transport.ts';
import type { RequestTracer } from './trace/request-tracer.ts';
import { TRACE_FORMATS, type TraceSink } from './trace/trace-format.ts';

export interface Session {
  readonly config: ClientConfig;
  readonly client: RestClient;
  /** --namespace, or that of the context. */
  readonly namespace: string;
  /** Whether --namespace was given: then objects may not name another. */
  readonly namespaceGiven: boolean;
  /** Asked for once. */
  discovery(): Promise<Discovery>;
  /** Prints the trace, if one was asked for, and ends the connections. @throws CliError for --warnings-as-errors */
  close(): Promise<void>;
}

/** @throws ClientError, CliError */
export async function openSession(flags: GlobalFlags, terminal: Terminal): Promise<Session> {
  const tracer = await tracerFor(flags, terminal);
  const started = performance.now();
  const config = await configOf(flags, terminal.env, terminal.plugins);
  tracer?.record('kubeconfig', started, configText(config));
  const timeoutMs = requestTimeoutMs(flags['request-timeout']);
  // Heavy, and completion reads settings from this file without it.
  const { createHttpsTransport } = await import('../client/https-transport.ts');
  const network = createHttpsTransport(config, {});
  const plain = timeoutTransport(
    flags.v >= 6
      ? loggedTransport(network, { server: config.server, output: terminal.stderr, level: flags.v })
      : network,
    timeoutMs,
  );
  const transport = tracer === undefined ? plain : tracer.wrap(plain);
  const warnings = new Warnings(flags, terminal);
  const client = new RestClient({ transport, userAgent: 'kctl', onWarning: (text) => warnings.show(text) });
  const discovery = new DiscoveryClient(client, (warning) => warnings.note(warning));
  if (flags['match-server-version']) await checkServerVersion(client);
  return {
    config,
    client,
    namespace: config.namespace,
    namespaceGiven: flags.namespace !== undefined && flags.namespace !== '',
    discovery: () => discovery.discovery(),
    async close() {
      await finishTrace(tracer, plain, config);
      await transport.close();
      if (flags['warnings-as-errors']) warnings.fail();
    },
  };
}

async function finishTrace(tracer: RequestTracer | undefined, plain: Transport, config: ClientConfig): Promise<void> {
  if (tracer === undefined) return;
  if (!config.impersonate.user) return tracer.finish(plain);
  const { createHttpsTransport } = await import('../client/https-transport.ts');
  const reader = createHttpsTransport({ ...config, impersonate: {} });
  await tracer.finish(plain, reader);
  await reader.close();
}

/** The kubeconfig that the flags choose. @throws ClientError, CliError */
export async function kubeconfigOf(flags: Pick<GlobalFlags, 'kubeconfig'>, env: Terminal['env']): Promise<Kubeconfig> {
  if (flags.kubeconfig !== undefined && flags.kubeconfig !== '' && !existsSync(flags.kubeconfig)) {
    throw new CliError(`stat ${flags.kubeconfig}: no such file or directory`);
  }
  return loadKubeconfig({ file: flags.kubeconfig, env });
}

/** Where to, and as whom. @throws ClientError, CliError */
export async function configOf(
  flags: GlobalFlags,
  env: Terminal['env'],
  plugins?: PluginPolicy,
): Promise<ClientConfig> {
  const kubeconfig = await kubeconfigOf(flags, env);
  checkNames(kubeconfig, flags, env);
  checkImpersonation(flags, kubeconfig);
  if (flags['insecure-skip-tls-verify'] && flags['certificate-authority']) {
    throw new CliError('specifying a root certificates file with the insecure flag is not allowed');
  }
  if (kubeconfig.files.length === 0 && !flags.server && isInCluster(env)) {
    const pod = await inClusterConfig(env);
    return { ...pod, namespace: flags.namespace || pod.namespace, impersonate: impersonation(flags) ?? {} };
  }
  const overrides = {
    context: flags.context,
    cluster: flags.cluster,
    user: flags.user,
    namespace: flags.namespace || undefined,
    server: flags.server,
    token: flags.token || undefined,
    username: flags.username || undefined,
    password: flags.password || undefined,
    certificateAuthority: flags['certificate-authority'] || undefined,
    clientCertificate: flags['client-certificate'] || undefined,
    clientKey: flags['client-key'] || undefined,
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] || undefined,
    tlsServerName: flags['tls-server-name'] || undefined,
    impersonate: impersonation(flags),
  };
  return clientConfig(kubeconfig, overrides, plugins === undefined ? {} : { run: guardedRun(plugins) });
}

function checkNames({ contexts, clusters, users, files }: Kubeconfig, flags: GlobalFlags, env: Terminal['env']): void {
  const { context, cluster, user } = flags;
  if (context !== undefined && context !== '' && !contexts.has(context)) {
    throw new PlainError(`Error in configuration: context was not found for specified context: ${context}`);
  }
  if (cluster !== undefined && !clusters.has(cluster))
    throw new CliError(`no server found for cluster ${JSON.stringify(cluster)}`);
  if (user !== undefined && !users.has(user)) throw new CliError(`auth info ${JSON.stringify(user)} does not exist`);
  if (files.length === 0 && flags.server === undefined && !isInCluster(env)) {
    throw new CliError(
      `no kubeconfig found (${kubeconfigFiles({ file: flags.kubeconfig, env }).join(', ')}) and no --server given\n` +
        'Try this: kctl serve, then export KUBECONFIG=~/.local/share/kctl/admin.kubeconfig',
    );
  }
}

function checkImpersonation(flags: GlobalFlags, { contexts, currentContext }: Kubeconfig): void {
  const { as: user, 'as-group': groups = [], 'as-uid': uid, 'as-user-extra': extra = [] } = flags;
  if (user || !(groups.length > 0 || uid || extra.length > 0)) return;
  const context = contexts.get(flags.context ?? currentContext);
  const self = flags.user ?? context?.value['user'] ?? '';
  throw new CliError(`requesting uid, groups or user-extra for ${String(self)} without impersonating a user`);
}

function impersonation(flags: GlobalFlags): ClientConfig['impersonate'] | undefined {
  if (!flags.as) return undefined;
  const extra = extraOf(flags['as-user-extra'] ?? []);
  return { user: flags.as, groups: flags['as-group'] ?? [], uid: flags['as-uid'], extra };
}

/** `KEY=VALUE`, several values of one key by repetition; what is no pair is passed over, as in cli-runtime. */
function extraOf(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 0) continue;
    const key = pair.slice(0, at);
    setOwn(extra, key, [...((getOwn(extra, key) as string[] | undefined) ?? []), pair.slice(at + 1)]);
  }
  return extra;
}

/** --match-server-version. @throws CliError */
async function checkServerVersion(client: RestClient): Promise<void> {
  const [{ default: pjson }, { clientVersion }] = await Promise.all([
    import('../../package.json', { with: { type: 'json' } }),
    import('./version-report.ts'),
  ]);
  const own = clientVersion(pjson.version)['gitVersion'] ?? '';
  const { gitVersion = '' } = await client.json<{ gitVersion?: string }>('GET', '/version');
  if (withoutBuild(gitVersion) === withoutBuild(own)) return;
  throw new CliError(`server version (${gitVersion}) differs from client version (${own})`);
}

/** Of two builds of one release the part behind `+` differs. */
function withoutBuild(version: string): string {
  return version.replace(/\+.*/, '');
}

function configText({ context, server, namespace, impersonate }: ClientConfig): string {
  const as = impersonate.user ? `, as ${impersonate.user}` : '';
  const where = context === '' ? 'no context' : `context ${context}`;
  return `${where}: ${server}, namespace ${namespace}${as}`;
}

/** 0 = no limit. */
function requestTimeoutMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 0) return ms;
  throw new CliError(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  );
}

async function tracerFor(flags: GlobalFlags, terminal: Terminal): Promise<RequestTracer | undefined> {
  const sink = terminal.tracing ?? flagSink(flags, terminal);
  if (sink === undefined) return undefined;
  const { RequestTracer: Tracer } = await import('./trace/request-tracer.ts');
  const { format, teach, output } = sink;
  return new Tracer({
    format,
    teach,
    color: wantsColor(flags, output, terminal.env),
    width: output.columns || Number.MAX_SAFE_INTEGER,
    write: (text) => void output.write(text),
  });
}

/** `--trace`, `--trace=json`, `--trace=teach` … @throws CliError */
function flagSink({ trace }: GlobalFlags, { stderr }: Terminal): TraceSink | undefined {
  if (trace === undefined || trace === 'false') return undefined;
  if (trace === 'true' || trace === 'teach') return { format: 'text', teach: trace === 'teach', output: stderr };
  const format = TRACE_FORMATS.find((name) => name === trace);
  if (format !== undefined) return { format, teach: false, output: stderr };
  throw new CliError(`--trace must be ${TRACE_FORMATS.join(', ')} or teach, not ${JSON.stringify(trace)}`);
}

/** Each text once, in yellow where there is colour. */
class Warnings {
  readonly #seen = new Set<string>();
  readonly #noted = new Set<string>();
  readonly #color: boolean;
  readonly #stderr: Output;

  constructor(flags: GlobalFlags, { stderr, env }: Terminal) {
    this.#color = wantsColor(flags, stderr, env);
    this.#stderr = stderr;
  }

  show(text: string): void {
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    this.#tell(text);
  }

  /** A warning of this side, which is no reason to fail. */
  note(text: string): void {
    if (this.#noted.has(text)) return;
    this.#noted.add(text);
    this.#tell(text);
  }

  #tell(text: string): void {
    this.#stderr.write(`${this.#color ? '\u001b[33;1mWarning:\u001b[0m' : 'Warning:'} ${text}\n`);
  }

  fail(): void {
    const { size } = this.#seen;
    if (size > 0) throw new CliError(`${size} warning${size === 1 ? '' : 's'} received`);
  }
}
