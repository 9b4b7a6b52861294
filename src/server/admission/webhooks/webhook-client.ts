/**
 * Calls webhooks: HTTPS over HTTP/1.1, as upstream, with connections kept for the next call. A connection carries nothing before
 * the certificate behind it was found good; imitates apiserver pkg/util/webhook/client.go.
 */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { WebhookClientConfig } from '../../../api/types/admissionregistration-v1.ts';
import type { AdmissionContext } from '../admission.ts';
import { certificateFault } from './go-certificate.ts';
import { networkErrorText } from './go-network-error.ts';
import { type Address, addressOfService, ServiceError } from './service-address.ts';

export interface HookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A call without an answer, in the words of Go's net/http: `Post "URL": WHY`. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

const MAX_CLIENTS = 200;
const MAX_IDLE_CONNECTIONS = 16;
const IDLE_MS = 90_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const USER_AGENT = 'kube-apiserver-admission';
const DEADLINE = 'context deadline exceeded';

type ClientContext = Pick<AdmissionContext, 'objects' | 'random' | 'now'>;

/** One per plugin; keeps a client for each way of reaching a webhook, the 200 used last. */
export class WebhookClients {
  readonly #context: ClientContext;
  readonly #clients = new Map<string, WebhookClient>();

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** @throws CallError for a configuration that cannot be used */
  of(config: WebhookClientConfig): WebhookClient {
    const key = JSON.stringify(config);
    const client = this.#clients.get(key) ?? new WebhookClient(config, this.#context);
    this.#clients.delete(key);
    this.#clients.set(key, client);
    if (this.#clients.size > MAX_CLIENTS) this.#forgetOldest();
    return client;
  }

  #forgetOldest(): void {
    for (const [key, client] of this.#clients) {
      this.#clients.delete(key);
      client.close();
      return;
    }
  }
}

interface Target {
  /** `https://host[:port]/path`, without query. */
  readonly url: string;
  /** Of the Host header. */
  readonly authority: string;
  readonly path: string;
  /** Name that the certificate must be for. */
  readonly serverName: string;
  address(): Address | Promise<Address>;
}

export class WebhookClient {
  readonly #target: Target;
  readonly #agent: HookAgent;

  constructor(config: WebhookClientConfig, context: ClientContext) {
    this.#target = targetOf(config, context);
    const ca = caOf(config.caBundle);
    this.#agent = new HookAgent(async () => dial(this.#target, ca, context.now));
  }

  /** @throws CallError */
  async post(body: string, timeoutSeconds: number): Promise<HookAnswer> {
    const query = `?timeout=${timeoutSeconds}s`;
    const deadline = Date.now() + timeoutSeconds * 1000;
    const attempt = (): Promise<HookAnswer> => send(this.#target, query, this.#agent, body, deadline - Date.now());
    try {
      return await attempt().catch((error) => (error instanceof StaleConnection ? attempt() : Promise.reject(error)));
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw new CallError(`Post "${this.#target.url}${query}": ${failureText(error)}`, { cause: error });
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A kept connection was closed before the call went out: a new one may do. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

class Failure extends Error {
  override readonly name = 'Failure';
}

function failureText(error: unknown): string {
  if (error instanceof Failure || error instanceof ServiceError) return error.message;
  return error instanceof StaleConnection ? 'EOF' : networkErrorText(error);
}

/** @throws CallError */
function targetOf({ url, service }: WebhookClientConfig, context: ClientContext): Target {
  if (service !== undefined) {
    const { name = '', namespace = '', path = '', port = 443 } = service;
    const serverName = `${name}.${namespace}.svc`;
    const address = () => addressOfService({ namespace, name, port }, context);
    return makeTarget(`${serverName}:${port}`, path, serverName, address);
  }
  if (url === undefined) throw new CallError('webhook configuration must have either service or URL');
  const parsed = URL.parse(url);
  if (parsed === null) throw new CallError(`Unparsable URL: parse ${JSON.stringify(url)}: invalid URL`);
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const address = { host, port: Number(parsed.port || 443) };
  // Go keeps a port that the scheme implies.
  const authority = /^https:\/\/([^/?#]*)/i.exec(url)?.[1] ?? parsed.host;
  return makeTarget(authority, parsed.pathname, host, () => address);
}

function makeTarget(authority: string, path: string, serverName: string, address: Target['address']): Target {
  const joined = posix.join('/', path).replace(/(.)\/$/, '$1');
  return { url: `https://${authority}${joined}`, authority, path: joined, serverName, address };
}

/** @throws CallError */
function caOf(bundle: string | undefined): string | undefined {
  if (bundle === undefined || bundle === '') return undefined;
  const pem = Buffer.from(bundle, 'base64').toString('utf8');
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new CallError(
    'could not get REST client: unable to load root certificates: unable to parse bytes as PEM block',
  );
}

/** Connections to one target, made by `dial`. */
class HookAgent extends Agent {
  readonly #dial: () => Promise<Duplex>;

  constructor(dialTarget: () => Promise<Duplex>) {
    super({ keepAlive: true, maxFreeSockets: MAX_IDLE_CONNECTIONS, timeout: IDLE_MS, scheduling: 'lifo' });
    this.#dial = dialTarget;
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#dial().then(
      (socket) => done?.(null, socket),
      (error) => done?.(error as Error, undefined as unknown as Duplex),
    );
  }
}

async function dial(target: Target, ca: string | undefined, now: () => Date): Promise<TLSSocket> {
  const { host, port } = await target.address();
  const { serverName } = target;
  return new Promise((resolve, reject) => {
    const options: ConnectionOptions & { allowPartialTrustChain: boolean } = {
      host,
      port,
      servername: isIP(serverName) === 0 ? serverName : '',
      ...(ca === undefined ? {} : { ca }),
      ALPNProtocols: ['http/1.1'],
      // Go trusts whatever stands in the bundle, authority or not.
      allowPartialTrustChain: true,
      // Judged below, before anything is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
    const socket = connect(options);
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const fault = faultOf(socket, serverName, now());
      if (fault === undefined) resolve(socket);
      else {
        socket.destroy();
        reject(new Failure(fault));
      }
    });
  });
}

function faultOf(socket: TLSSocket, host: string, now: Date): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  const chainFault = socket.authorized ? undefined : String(socket.authorizationError);
  return certificateFault({ certificate, host, chainFault }, now);
}

function send(target: Target, query: string, agent: HookAgent, body: string, timeoutMs: number): Promise<HookAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      agent,
      method: 'POST',
      path: `${target.path}${query}`,
      host: target.serverName,
      headers: {
        host: target.authority,
        'user-agent': USER_AGENT,
        accept: 'application/json, */*',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    const deadline = new Failure(DEADLINE);
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        call.destroy(deadline);
      },
      Math.max(0, timeoutMs),
    );
    const settle = <T>(end: (value: T) => void) => {
      return (value: T): void => {
        clearTimeout(timer);
        end(value);
      };
    };
    const fail = settle(reject);
    let answered = false;
    call.once('error', (error: NodeJS.ErrnoException) => {
      const stale = call.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      fail(stale ? new StaleConnection() : error);
    });
    call.once('response', (response) => {
      answered = true;
      readAnswer(response)
        .catch((error: unknown) => Promise.reject(bodyError(late ? deadline : error)))
        .then(settle(resolve), fail);
    });
    call.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HookAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MAX_ANSWER_BYTES) throw new Failure(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  const { statusCode = 0, headers } = response;
  return { status: statusCode, contentType: headers['content-type'] ?? '', body: Buffer.concat(chunks) };
}

function bodyError(error: unknown): CallError {
  const cut = !(error instanceof Failure) && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
  const why = cut ? 'unexpected EOF' : failureText(error);
  return new CallError(`unexpected error when reading response body. Please retry. Original error: ${why}`, {
    cause: error,
  });
}
