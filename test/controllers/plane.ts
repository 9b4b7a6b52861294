/** A real API server in this process with controllers, and a client of an administrator. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { GroupVersionResource, ResourceTarget } from '../../src/client/resource-path.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { CONTROLLERS } from '../../src/controllers/index.ts';
import type { ControllerDefinition } from '../../src/controllers/shared/controller.ts';
import { startControllers } from '../../src/controllers/start.ts';
import { startServer } from '../../src/server/start.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';

export const NAMESPACES: GroupVersionResource = { group: '', version: 'v1', resource: 'namespaces' };
export const CONFIG_MAPS: GroupVersionResource = { group: '', version: 'v1', resource: 'configmaps' };
export const SECRETS: GroupVersionResource = { group: '', version: 'v1', resource: 'secrets' };
export const EVENTS: GroupVersionResource = { group: '', version: 'v1', resource: 'events' };

const ADMIN = { name: 'admin', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };
const log = pino({ level: 'silent' });

export interface TestPlane {
  readonly client: RestClient;
  readonly caCertificate: string;
  /** Starts more controllers on the same server. @returns what stops them */
  start(controllers: readonly ControllerDefinition[]): () => Promise<void>;
  /** A namespace of its own. */
  namespace(): Promise<string>;
  close(): Promise<void>;
}

export async function startPlane(controllers: readonly ControllerDefinition[] = CONTROLLERS): Promise<TestPlane> {
  const store = openMemoryStore();
  const server = await startServer({ store, log, uuid: randomUUID, inMemory: true, securePort: 0 });
  const running: (() => Promise<void>)[] = [];
  const start = (definitions: readonly ControllerDefinition[]): (() => Promise<void>) => {
    const { stop } = startControllers({
      transport: (user) => server.local(user),
      log,
      caCertificate: server.caCertificate,
      signLegacyToken: server.signLegacyToken,
      signCertificate: server.signCertificate,
      controllers: definitions,
    });
    running.push(stop);
    return stop;
  };
  start(controllers);
  const client = new RestClient({ transport: server.local(ADMIN) });
  let count = 0;
  return {
    client,
    caCertificate: server.caCertificate,
    start,
    async namespace() {
      const name = `test-${count++}`;
      await client.create(NAMESPACES, { metadata: { name } });
      return name;
    },
    async close() {
      await Promise.all(running.map((stop) => stop()));
      await server.close(0);
      await store.close();
    },
  };
}

const TIMEOUT = { timeout: 10_000, interval: 3 };

/** Undefined when it is not there. */
export async function find<T = KubeObject>(client: RestClient, target: ResourceTarget): Promise<T | undefined> {
  try {
    return await client.get<T>(target);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** Waits until the object is gone. */
export async function gone(client: RestClient, target: ResourceTarget): Promise<void> {
  await expect.poll(() => find(client, target), TIMEOUT).toBeUndefined();
}

/** Waits until what is picked of the object equals `value`. */
export async function until<T = KubeObject>(
  client: RestClient,
  target: ResourceTarget,
  pick: (object: T | undefined) => unknown,
  value: unknown,
): Promise<void> {
  await expect.poll(async () => pick(await find<T>(client, target)), TIMEOUT).toEqual(value);
}

/** Waits until the object is there. */
export async function there(client: RestClient, target: ResourceTarget): Promise<void> {
  await until(client, target, (object) => object !== undefined, true);
}

export const POLL = TIMEOUT;
