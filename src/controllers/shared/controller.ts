/** What every controller is given, and what it gives back. */
import type { Logger } from 'pino';
import type { RestClient } from '../../client/rest-client.ts';
import { WorkQueue, type WorkQueueOptions } from '../../client/work-queue.ts';
import type { CertificateRequestFields } from '../../util/certificates.ts';
import type { Clock } from '../../util/clock.ts';
import type { ObjectFeed } from './object-feed.ts';
import type { ResourceDiscovery } from './resource-discovery.ts';

export interface ControllerContext {
  /** Requests as the service account kube-system/NAME. */
  client(name: string): RestClient;
  /** One stream a resource, shared by all controllers. Subscribe while starting. */
  readonly feed: ObjectFeed;
  readonly discovery: ResourceDiscovery;
  readonly log: Logger;
  readonly clock: Clock;
  /** PEM of the authority behind the API server's certificate. */
  readonly caCertificate: string;
  /** Makes a service-account token that never expires, for a secret; absent where no key is at hand. */
  readonly signLegacyToken?: LegacyTokenSigner;
  /** Signs a certificate with the authority's key; absent where no key is at hand. @returns PEM */
  readonly signCertificate?: CertificateSigner;
}

export type CertificateSigner = (fields: CertificateRequestFields) => Promise<string>;

export type LegacyTokenSigner = (about: {
  readonly namespace: string;
  readonly account: { readonly name: string; readonly uid: string };
  /** The secret that will hold it. */
  readonly secret: string;
}) => Promise<string>;

export interface Controller {
  /** Resolves when the work under way has ended. */
  stop(): Promise<void>;
}

/** Upstream's name of the controller, which is also its service account's. */
export interface ControllerDefinition {
  readonly name: string;
  start(context: ControllerContext): Controller;
}

/** A queue that writes its failures to the log. */
export function controllerQueue<K>(
  { log, clock }: ControllerContext,
  controller: string,
  options: Omit<WorkQueueOptions<K>, 'clock' | 'onError'>,
): WorkQueue<K> {
  return new WorkQueue<K>({
    ...options,
    clock,
    onError: (error, key, retryInMs) =>
      log.debug({ controller, key: String(key), retryInMs, err: error }, 'reconcile failed'),
  });
}
