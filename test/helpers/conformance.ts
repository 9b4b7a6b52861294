/** What the replays of Kubernetes' own conformance tests share: a server, its clients, namespaces and watches. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isObject, type KubeObject } from '../../src/api/object.ts';
import { type Status, StatusError } from '../../src/api/status-error.ts';
import { type ClientConfig, clientConfig } from '../../src/client/client-config.ts';
import { createHttpsTransport } from '../../src/client/https-transport.ts';
import { parseKubeconfig } from '../../src/client/kubeconfig.ts';
import { type BodyOptions, RestClient } from '../../src/client/rest-client.ts';
import type { WatchEvent } from '../../src/client/watch-stream.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { type Result, run } from './command.ts';
import { clientBinaries } from './kubectl.ts';
import { readWatch } from './read-watch.ts';

/** Any object; its fields are read with `field` or compared as a whole. */
export type Thing = KubeObject;
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ThingList {
  readonly metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  readonly items: Thing[];
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Longest wait for something that comes by itself; reached only when a test fails. */
export const PATIENCE = { timeout: 30_000, interval: 20 };

/** Requests by path, as conformance tests send them with client-go's REST client. */
export class Api {
  readonly rest: RestClient;

  constructor(config: ClientConfig) {
    this.rest = new RestClient({ transport: createHttpsTransport(config), userAgent: 'e2e.test/v1.36.0' });
  }

  get<T = Thing>(path: string, query?: Query, headers?: Record<string, string>): Promise<T> {
    return this.rest.json<T>('GET', path, { query, headers });
  }

  list(path: string, query?: Query): Promise<ThingList> {
    return this.get<ThingList>(path, query);
  }

  create(path: string, body: unknown, query?: Query): Promise<Thing> {
    return this.send('POST', path, { body, query });
  }

  update(path: string, body: unknown, query?: Query): Promise<Thing> {
    return this.send('PUT', path, { body, query });
  }

  patch(path: string, type: keyof typeof PATCH_TYPES, body: unknown, query?: Query): Promise<Thing> {
    return this.send('PATCH', path, { body, query, contentType: PATCH_TYPES[type] });
  }

  /** Answers the object, or a Status when it is gone. */
  remove(path: string, body?: unknown, query?: Query): Promise<Thing> {
    return this.send('DELETE', path, { body, query });
  }

  send(method: string, path: string, options: BodyOptions): Promise<Thing> {
    return this.rest.json<Thing>(method, path, options);
  }

  /** The answer's status and body, whatever they are. */
  async raw(path: string, headers: Record<string, string> = {}): Promise<{ code: number; text: string; etag: string }> {
    try {
      const response = await this.rest.request('GET', path, { headers });
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      return { code: response.status, text: Buffer.concat(chunks).toString(), etag: String(response.headers['etag']) };
    } catch (error) {
      if (error instanceof StatusError) return { code: error.code, text: error.message, etag: '' };
      throw error;
    }
  }

  /** Resolves when the server has begun to answer, so that no later change is missed. */
  async watch(path: string, query: Query = {}): Promise<WatchRecord> {
    const ending = new AbortController();
    const response = await this.rest.request('GET', path, {
      query: { ...query, watch: true },
      signal: ending.signal,
    });
    return new WatchRecord(readWatch(response.body), ending);
  }

  /** Reads, changes and writes back until nobody else was faster. */
  async change(path: string, change: (object: Thing) => void, write = path): Promise<Thing> {
    for (let attempt = 0; ; attempt++) {
      const object = await this.get(path);
      change(object);
      try {
        return await this.update(write, object);
      } catch (error) {
        if (!(error instanceof StatusError && error.reason === 'Conflict') || attempt === 20) throw error;
      }
    }
  }

  /** Waits until nothing is found at the path. */
  async gone(path: string): Promise<void> {
    await expect.poll(() => this.reasonOf(this.get(path)), PATIENCE).toBe('NotFound');
  }

  /** The reason of a refusal, or '' when there was none. */
  async reasonOf(request: Promise<unknown>): Promise<string> {
    try {
      await request;
      return '';
    } catch (error) {
      if (error instanceof StatusError) return error.reason;
      throw error;
    }
  }
}

/** The events of one watch, in order. */
export class WatchRecord {
  readonly #events: AsyncGenerator<WatchEvent>;
  readonly #ending: AbortController;

  constructor(events: AsyncGenerator<WatchEvent>, ending: AbortController) {
    this.#events = events;
    this.#ending = ending;
  }

  /** @throws Error when the server ends the watch */
  async next(): Promise<WatchEvent> {
    const { value, done } = await this.#events.next();
    if (done) throw new Error('the watch ended unexpectedly');
    return value;
  }

  /** The first event that is wanted; what comes before is skipped, as conformance tests do. */
  async until(wanted: (event: WatchEvent) => boolean): Promise<WatchEvent> {
    for (;;) {
      const event = await this.next();
      if (wanted(event)) return event;
    }
  }

  stop(): void {
    this.#ending.abort();
  }
}

export interface ConformanceServer {
  readonly plane: ControlPlane;
  /** Gone with the server. */
  readonly directory: string;
  readonly api: Api;
  readonly config: ClientConfig;
  /** Another user, or another way to prove who one is. */
  as(changes: Partial<ClientConfig>): Api;
  /** A namespace with its default service account and root CA, as the e2e framework waits for them. */
  namespace(prefix: string): Promise<string>;
  kubectl(args: readonly string[], stdin?: string): Promise<Result>;
  close(): Promise<void>;
}

export async function startConformanceServer(): Promise<ConformanceServer> {
  const directory = await mkdtemp(join(tmpdir(), 'kctl-conformance-'));
  const plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const file = join(directory, 'kubeconfig');
  await writeFile(file, plane.kubeconfig, { mode: 0o600 });
  const config = await clientConfig(parseKubeconfig(plane.kubeconfig, file));
  const api = new Api(config);
  const env = { ...process.env, HOME: directory, KUBECONFIG: file };
  return {
    plane,
    directory,
    api,
    config,
    as: (changes) => new Api({ ...config, ...changes }),
    async namespace(prefix) {
      const { metadata } = await api.create('/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { generateName: `${prefix}-`, labels: { 'e2e-framework': prefix } },
      });
      const path = `/api/v1/namespaces/${metadata.name}`;
      await expect.poll(() => api.reasonOf(api.get(`${path}/serviceaccounts/default`)), PATIENCE).toBe('');
      await expect.poll(() => api.reasonOf(api.get(`${path}/configmaps/kube-root-ca.crt`)), PATIENCE).toBe('');
      return String(metadata.name);
    },
    kubectl: (args, stdin) => run(clientBinaries().kubectl, args, { env, stdin }),
    async close() {
      await plane.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The Status of a request that must be refused. */
export async function refusal(request: Promise<unknown>): Promise<Status> {
  try {
    await request;
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('the request was expected to fail');
}

/** What lies at a path such as `spec.template.spec.containers.0.ports`; undefined when a part is missing. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isObject(at) ? at[part] : undefined;
  }, value);
}

export const nameOf = ({ metadata }: Thing): string => String(metadata.name);

export const revision = ({ metadata }: Pick<Thing, 'metadata'>): bigint => BigInt(String(metadata.resourceVersion));
