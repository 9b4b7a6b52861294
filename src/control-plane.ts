/**
 * Wires store, API server and controllers for one process. The only such place. Many may run in one process.
 *
 *   const plane = await startControlPlane({ inMemory: true, securePort: 0 });
 *   … plane.url, plane.kubeconfig …
 *   await plane.close();
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type RunningControllers, startControllers } from './controllers/start.ts';
import type { LocalTransport } from './server/http/local-transport.ts';
import type { ServerFlags } from './server/options.ts';
import type { UserInfo } from './server/request/user.ts';
import { startServer } from './server/start.ts';
import { type Demand, noDemand } from './store/demand.ts';
import { openMemoryStore } from './store/memory/memory-store.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';
import { lazyLog } from './util/lazy-log.ts';

export interface ControlPlaneOptions extends Partial<ServerFlags> {
  /** Where everything that lasts is kept. Absent: nowhere. */
  readonly dataDir?: string;
  /** Nothing is kept; with a `dataDir` the kubeconfig and the CA's certificate lie there until `close()`. */
  readonly inMemory?: boolean;
  readonly durability?: 'full' | 'normal' | 'memory';
  readonly log?: Logger;
}

export interface ControlPlane {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly port: number;
  /** Kubeconfig text of an administrator. */
  readonly kubeconfig: string;
  /** Path of the kubeconfig, when there is a data directory. */
  readonly kubeconfigFile: string | undefined;
  readonly caCertificate: string;
  readonly store: Store;
  /** Requests from inside the process. */
  local(user: UserInfo): LocalTransport;
  /** Ends watches, drains for half a second at most, closes the store. */
  close(): Promise<void>;
}

/** Grace for requests under way at close. */
const DRAIN_MS = 500;
const CONTROLLERS_AFTER_MS = 25;

/** @throws Error in plain words when the data directory or the address cannot be used */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const log = options.log ?? lazyLog('silent', () => Promise.reject(new Error('a silent log is never loaded')));
  let served: Demand = noDemand;
  const demand: Demand = {
    requestsUnderWay: () => served.requestsUnderWay(),
    requestsArriving: () => served.requestsArriving(),
  };
  const store = await openStore(options, demand);
  try {
    const server = await startServer({ ...options, store, log, uuid: randomUUID });
    served = server.demand;
    let controllers: RunningControllers | undefined;
    // Their first look at everything holds up the thread: who waits for the server comes first.
    const later = setTimeout(() => {
      controllers = startControllers({
        transport: (user) => server.local(user),
        log,
        caCertificate: server.caCertificate,
        signLegacyToken: server.signLegacyToken,
        signCertificate: server.signCertificate,
      });
    }, CONTROLLERS_AFTER_MS);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      clearTimeout(later);
      await Promise.all([within(DRAIN_MS, controllers?.stop()), server.close(DRAIN_MS)]);
      await store.close();
    };
    return {
      url: server.url,
      port: server.port,
      kubeconfig: server.kubeconfig,
      kubeconfigFile: server.kubeconfigFile,
      caCertificate: server.caCertificate,
      store,
      local: (user) => server.local(user),
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Waits no longer than this for work that should end by itself. */
async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, enough]).finally(() => clearTimeout(timer));
}

async function openStore({ inMemory, dataDir, durability }: ControlPlaneOptions, demand: Demand): Promise<Store> {
  if (inMemory || dataDir === undefined) return openMemoryStore();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openSqliteStore({ file: join(dataDir, 'state.db'), durability: durability ?? 'full', demand });
}
