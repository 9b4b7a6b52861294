/** Starts the API server on a store: certificates, identities, rights, bootstrap objects, listener. */
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { legacyTokenClaims } from '../api/service-account-claims.ts';
import type { Demand } from '../store/demand.ts';
import type { Store } from '../store/store.ts';
import { type CertificateRequestFields, issueCertificate } from '../util/certificates.ts';
import { admissionChain, createPlugins } from './admission/chain.ts';
import { claimStatusGuard } from './admission/claim-status-guard.ts';
import { escalationGuard } from './admission/escalation-guard.ts';
import { paramAccessGuard } from './admission/param-access-guard.ts';
import { ServiceAccountKeys } from './authentication/service-account-keys.ts';
import type { AccessAttributes } from './authorization/authorizer.ts';
import { type AuthorizationSetup, setUpAuthorization } from './authorization/set-up.ts';
import { bootstrap, bootstrapFacts } from './bootstrap/bootstrap.ts';
import { firstAddress, kubernetesService } from './bootstrap/kubernetes-service.ts';
import { bootstrapObjects } from './bootstrap/objects.ts';
import { describingHandlers } from './endpoints/describing-handlers.ts';
import type { HealthCheck } from './endpoints/health.ts';
import { measuredAuthenticator, measuredAuthorizer } from './endpoints/metrics/measured-access.ts';
import { MeasuredStore } from './endpoints/metrics/measured-store.ts';
import { Metrics } from './endpoints/metrics/metrics.ts';
import { nonResourceRequests } from './endpoints/paths.ts';
import type { PublicJwk } from './endpoints/service-account-issuer.ts';
import { versionInfo } from './endpoints/version.ts';
import { startCrdController } from './extensions/crd-controller.ts';
import { CustomResources } from './extensions/custom-resources.ts';
import { metricsFilter } from './filters/metrics.ts';
import type { LocalTransport } from './http/local-transport.ts';
import { type IdentityParts, readTokens, setUpIdentity } from './identity.ts';
import { serviceAllocation } from './kinds/core/service-allocation.ts';
import { services, servicesKind } from './kinds/core/services.ts';
import { BUILTIN_KINDS } from './kinds/index.ts';
import { KindTable } from './kinds/kind-table.ts';
import type { ObjectAccess } from './kinds/subresource.ts';
import { DEFAULT_FLAGS, type ServerFlags } from './options.ts';
import { type AccessFiles, refuseLastingDirectory, writeAccessFiles } from './pki/access-files.ts';
import { adminKubeconfig, writeAdminKubeconfig } from './pki/kubeconfig.ts';
import { makePki, type Pki } from './pki/pki.ts';
import { preparePkiDirectory } from './pki/pki-directory.ts';
import { servingHosts } from './pki/serving-hosts.ts';
import { type Compactor, startCompactor } from './registry/compactor.ts';
import { ObjectMirror } from './registry/object-mirror.ts';
import type { Admission } from './registry/write.ts';
import type { UserInfo } from './request/user.ts';
import { type ApiServerOptions, createApiServer } from './server.ts';
import { feedIndexes, LateFeeding } from './watch/index-feeds.ts';

export interface StartOptions extends Partial<ServerFlags> {
  readonly store: Store;
  readonly log: Logger;
  readonly uuid: () => string;
  /** Where certificates are kept; absent: nowhere. With `inMemory`: where clients find what they need meanwhile. */
  readonly dataDir?: string;
  readonly inMemory?: boolean;
}

export interface LegacyTokenRequest {
  readonly namespace: string;
  readonly account: { readonly name: string; readonly uid: string };
  readonly secret: string;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly caCertificate: string;
  readonly kubeconfig: string;
  readonly kubeconfigFile: string | undefined;
  local(user: UserInfo): LocalTransport;
  /** By requests from outside, watches and streams aside. */
  readonly demand: Demand;
  /** A service-account token that never expires, for a secret to keep. */
  signLegacyToken(about: LegacyTokenRequest): Promise<string>;
  /** Signed by the authority behind this server's certificate. @returns PEM */
  signCertificate(fields: CertificateRequestFields): Promise<string>;
  close(graceMs: number): Promise<void>;
}

const SYSTEM_CHECKS = [
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
];

/** @throws Error in plain words for files, addresses and ranges that cannot be used */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const flags: ServerFlags = { ...DEFAULT_FLAGS, ...definedOnly(options) };
  const now = (): Date => new Date();
  const { log, uuid } = options;
  const metrics = new Metrics({
    version: versionInfo(),
    storageBytes: () => options.store.size(),
    storageObjects: () => storedObjects(options.store, kinds),
  });
  const store = new MeasuredStore(options.store, metrics);
  const kinds = kindsFor(store, flags);
  const late = new LateFeeding((feeds) => feedIndexes(store, kinds, feeds, log));
  const access = setUpAuthorization(flags.authorizationMode, (feeds) => late.feed(feeds));
  const definitions = new CustomResources(kinds);
  const mirror = new ObjectMirror();
  // Keys are read and made on other threads while this one looks through the store.
  const [{ pki, saved }, tokenFile, { fresh, feeding }] = await Promise.all([
    pkiFor(options, flags, now),
    readTokens(flags.tokenAuthFile),
    prepareStore(options, kinds, now, [...access.feeds, definitions, ...mirror.feeds()]),
  ]);
  const clientCa = flags.clientCaFile === undefined ? pki.ca.cert : await readFile(flags.clientCaFile, 'utf8');
  const keys = new ServiceAccountKeys({ signingKey: pki.serviceAccount.privateKey });
  const parts: IdentityParts = { flags, clientCa, pki, tokenFile, keys, access, now };
  let port = flags.securePort;
  const address = (): string => `${urlHost(flags.advertiseAddress)}:${port}`;
  const server = createApiServer({
    store,
    kinds,
    log,
    now,
    maxRequestsInFlight: flags.maxRequestsInflight,
    maxMutatingRequestsInFlight: flags.maxMutatingRequestsInflight,
    requestTimeoutMs: flags.requestTimeout,
    minRequestTimeoutSeconds: flags.minRequestTimeout,
    tls: { ...(await servingPair(flags, pki)), clientCa: clientCa + pki.frontProxyCa.cert },
    address: flags.bindAddress,
    port: flags.securePort,
    namespaceLabels: namespaceLabels(mirror),
    admission: (objects) => admissionFor(flags, access, objects, mirror, kinds, now),
    identity(objects) {
      const { authenticator, services } = setUpIdentity(parts, objects);
      return { authenticator: measuredAuthenticator(authenticator, metrics), services };
    },
    authorizer: measuredAuthorizer(access.authorizer, metrics),
    metrics: metricsFilter(metrics),
    countWatchEvents: (group, version, resource) => metrics.watchEvents(group, version, resource),
    nonResource: describing({ flags, store, kinds, keys, address, metrics }),
  });
  port = (await server.listen()).port;
  let compactor: Compactor | undefined;
  const extensions = startCrdController({ registry: server.services.registry, kinds, definitions, log });
  const end = async (graceMs: number): Promise<void> => {
    feeding.stop();
    late.stop();
    compactor?.stop();
    extensions.stop();
    await server.close(graceMs);
  };
  try {
    const url = `https://${urlHost(reachable(flags.bindAddress))}:${port}`;
    const [files] = await Promise.all([
      filesFor(options, pki, url),
      saved,
      bootstrap({ store, kinds, now, uuid }, kubernetesService(flags, port, now())),
    ]);
    // Behind the last bootstrap object: how they came to be is no history.
    compactor = startCompactor(store, fresh);
    return {
      url,
      port,
      caCertificate: pki.ca.cert,
      kubeconfig: adminKubeconfig(pki, url),
      kubeconfigFile: files?.kubeconfigFile,
      local: (user) => server.local(user),
      demand: server.demand,
      signCertificate: (fields) => issueCertificate(pki.ca, fields),
      signLegacyToken: ({ namespace, account, secret }) => keys.sign(legacyTokenClaims(namespace, account, secret)),
      async close(graceMs) {
        files?.remove();
        await end(graceMs);
      },
    };
  } catch (error) {
    await end(0);
    throw error;
  }
}

async function prepareStore(
  { store, uuid, log }: StartOptions,
  kinds: KindTable,
  now: () => Date,
  feeds: Parameters<typeof feedIndexes>[2],
): Promise<{ fresh: boolean; feeding: Awaited<ReturnType<typeof feedIndexes>> }> {
  const fresh = (await store.currentRevision()) === 0;
  await bootstrapFacts({ store, kinds, now, uuid }, bootstrapObjects(now()));
  return { fresh, feeding: await feedIndexes(store, kinds, feeds, log) };
}

/** The built-in kinds, with the Service kind that gives out this server's addresses and ports. */
function kindsFor(store: Store, flags: ServerFlags): KindTable {
  const allocation = serviceAllocation({
    clusterIPRanges: flags.serviceClusterIpRange,
    nodePortRange: flags.serviceNodePortRange,
    get: (key) => store.get(key),
    list: (query) => store.list(query),
  });
  return new KindTable(BUILTIN_KINDS.map((kind) => (kind === services ? servicesKind(allocation) : kind)));
}

/** Of namespaces as they are now. */
function namespaceLabels(mirror: ObjectMirror): (namespace: string) => Record<string, string> | undefined {
  const namespaces = mirror.of('', 'namespaces');
  return (name) => {
    const found = namespaces.get('', name);
    return found === undefined ? undefined : (found.metadata.labels ?? {});
  };
}

function admissionFor(
  flags: ServerFlags,
  access: AuthorizationSetup,
  stored: ObjectAccess,
  mirror: ObjectMirror,
  kinds: KindTable,
  now: () => Date,
): Admission {
  const objects = mirror.over(stored);
  const mirrored = <T>(group: string, resource: string) => mirror.of<T>(group, resource);
  const authorize = (attributes: AccessAttributes) => access.authorizer.authorize(attributes);
  const context = { objects, mirrored, kinds, now, random: Math.random, authorize };
  const choice = { enable: flags.enableAdmissionPlugins, disable: flags.disableAdmissionPlugins };
  // Upstream's strategies ask these two at the end of validation: before all plugins that validate.
  const inValidation = [paramAccessGuard(objects, kinds, authorize), claimStatusGuard(authorize)];
  const behindMutation = escalationGuard({ index: access.rbac, authorize });
  return admissionChain([...inValidation, ...createPlugins(context, choice), behindMutation]);
}

interface Described {
  readonly flags: ServerFlags;
  readonly store: Store;
  readonly kinds: KindTable;
  readonly keys: ServiceAccountKeys;
  readonly metrics: Metrics;
  /** `host:port` that clients reach the server by. */
  address(): string;
}

/** How many objects of each resource are stored, by `RESOURCE.GROUP`. */
async function storedObjects(store: Store, kinds: KindTable): Promise<Map<string, number>> {
  const counted = new Map<string, number>();
  for (const { group, resource, storage, virtual } of kinds.all()) {
    const name = group === '' ? resource : `${resource}.${group}`;
    if (virtual === undefined && !counted.has(name)) counted.set(name, await store.count(storage.prefix));
  }
  return counted;
}

/** What the server tells about itself: all paths that are no resources. */
function describing({ flags, store, kinds, keys, address, metrics }: Described): ApiServerOptions['nonResource'] {
  const issuer = {
    issuer: flags.serviceAccountIssuer[0] ?? '',
    jwksUri: () => `https://${address()}/openid/v1/jwks`,
    keys: () => keys.jwks().keys as PublicJwk[],
  };
  return ({ traces }, inFlight) => {
    metrics.inFlightFrom(inFlight.count);
    const checks = healthChecks(store);
    const version = versionInfo();
    return nonResourceRequests(
      describingHandlers({ kinds, version, checks, metrics, traces, issuer, serverAddress: address }),
    );
  };
}

/** Options that were left undefined must not hide the defaults. */
function definedOnly(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** `saved`: what lasts is on the disk. */
async function pkiFor(
  options: StartOptions,
  flags: ServerFlags,
  now: () => Date,
): Promise<{ pki: Pki; saved: Promise<void> | undefined }> {
  const serviceAddress = firstAddress(flags.serviceClusterIpRange[0] ?? '');
  const hosts = servingHosts({ serviceAddress, addresses: [flags.bindAddress, flags.advertiseAddress] });
  if (options.dataDir !== undefined && options.inMemory !== true) {
    // RS256 is what every verifier of service-account tokens knows, and what lasts is worth the time it takes to make.
    return preparePkiDirectory(options.dataDir, { hosts, now, serviceAccountAlgorithm: 'RS256' });
  }
  if (options.dataDir !== undefined) refuseLastingDirectory(options.dataDir);
  return { pki: await makePki({ hosts, now }), saved: undefined };
}

/** What is written for clients: for good, or until the server ends; nothing without a directory. */
async function filesFor({ dataDir, inMemory }: StartOptions, pki: Pki, url: string): Promise<AccessFiles | undefined> {
  if (dataDir === undefined) return undefined;
  if (inMemory === true) return writeAccessFiles(dataDir, pki, url);
  return { kubeconfigFile: await writeAdminKubeconfig(dataDir, pki, url), remove: () => {} };
}

async function servingPair(flags: ServerFlags, pki: Pki): Promise<{ cert: string; key: string }> {
  if (flags.tlsCertFile === undefined || flags.tlsPrivateKeyFile === undefined) return pki.serving;
  const [cert, key] = await Promise.all([
    readFile(flags.tlsCertFile, 'utf8'),
    readFile(flags.tlsPrivateKeyFile, 'utf8'),
  ]);
  return { cert, key };
}

function healthChecks(store: Store): HealthCheck[] {
  const reachable = async (): Promise<void> => void (await store.currentRevision());
  const started = SYSTEM_CHECKS.map((name): HealthCheck => ({ name, check: () => {} }));
  const synced: HealthCheck = { name: 'informer-sync', check: () => {}, endpoints: ['readyz'] };
  return [{ name: 'log', check: () => {} }, { name: 'etcd', check: reachable }, synced, ...started];
}

function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** A wildcard is no address that a client can call. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
