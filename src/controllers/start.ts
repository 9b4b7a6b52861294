/** Starts every controller of index.ts on one feed of changes. */
import type { Logger } from 'pino';
import { RestClient } from '../client/rest-client.ts';
import type { Transport } from '../client/transport.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { CONTROLLERS } from './index.ts';
import type {
  CertificateSigner,
  ControllerContext,
  ControllerDefinition,
  LegacyTokenSigner,
} from './shared/controller.ts';
import { ObjectFeed } from './shared/object-feed.ts';
import { ResourceDiscovery } from './shared/resource-discovery.ts';

/** Who a controller's requests come from. */
export interface ControllerUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface ControllersOptions {
  /** A way to the API server, as this user. */
  transport(user: ControllerUser): Transport;
  readonly log: Logger;
  /** PEM, published to every namespace in kube-root-ca.crt. */
  readonly caCertificate: string;
  /** Absent: secrets that ask for a service account's token stay empty. */
  readonly signLegacyToken?: LegacyTokenSigner;
  /** Absent: nothing signs approved requests for certificates. */
  readonly signCertificate?: CertificateSigner;
  readonly clock?: Clock;
  /** Default: all of index.ts. */
  readonly controllers?: readonly ControllerDefinition[];
}

export interface RunningControllers {
  /** Resolves when no request of theirs is under way. */
  stop(): Promise<void>;
}

/** Becomes the field manager of what controllers write. */
const USER_AGENT = 'kube-controller-manager';
const ALL_USERS = 'system:authenticated';

/** Returns at once; the controllers' first look at the cluster is under way. */
export function startControllers(options: ControllersOptions): RunningControllers {
  const { log, caCertificate, clock = systemClock, controllers = CONTROLLERS } = options;
  const transports: Transport[] = [];
  const clientOf = (user: ControllerUser): RestClient => {
    const transport = options.transport(user);
    transports.push(transport);
    return new RestClient({ transport, userAgent: USER_AGENT, clock });
  };
  const observer = clientOf(controllerManager());
  const feed = new ObjectFeed({ client: observer, clock, log });
  const discovery = new ResourceDiscovery({ client: observer, clock, log });
  const context: ControllerContext = {
    client: (name) => clientOf(serviceAccount(name)),
    feed,
    discovery,
    log,
    clock,
    caCertificate,
    ...(options.signLegacyToken === undefined ? {} : { signLegacyToken: options.signLegacyToken }),
    ...(options.signCertificate === undefined ? {} : { signCertificate: options.signCertificate }),
  };
  discovery.onAnswer((answer) => feed.follow(answer));
  const running = controllers.map((definition) => definition.start(context));
  discovery.subscribe(feed);
  feed.start();
  return {
    async stop() {
      await Promise.all([feed.stop(), discovery.stop()]);
      await Promise.all(running.map((controller) => controller.stop()));
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}

function controllerManager(): ControllerUser {
  return { name: 'system:kube-controller-manager', uid: '', groups: [ALL_USERS], extra: {} };
}

function serviceAccount(name: string): ControllerUser {
  return {
    name: `system:serviceaccount:kube-system:${name}`,
    uid: '',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', ALL_USERS],
    extra: {},
  };
}
