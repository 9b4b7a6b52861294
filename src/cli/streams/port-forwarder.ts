/**
 * Local ports that lead into a pod. Each connection is a WebSocket of its own (v4.channel.k8s.io, as kubelets have it
 * for `?ports=`): channel 0 carries data, channel 1 errors, and each begins with the port number.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ClientConfig } from '../../client/client-config.ts';
import { withQuery } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { openSocket } from './channel-socket.ts';
import type { ForwardedPort } from './forwarded-ports.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const [DATA, ERROR] = [0, 1] as const;
const PORT_BYTES = 2;
/** More unsent than this, and the local side waits. */
const HIGH_WATER = 1 << 20;

export interface ForwardOptions {
  readonly config: ClientConfig;
  /** `/api/v1/namespaces/NS/pods/NAME/portforward` */
  readonly path: string;
  readonly addresses: readonly string[];
  readonly note: (line: string) => void;
  readonly fail: (line: string) => void;
}

/** Says where it listens; ends when the signal aborts. @throws CliError when nothing can be listened on */
export async function forwardPorts(
  ports: readonly ForwardedPort[],
  options: ForwardOptions,
  signal: AbortSignal,
): Promise<void> {
  await probe(ports, options);
  const servers: Server[] = [];
  try {
    for (const port of ports) servers.push(...(await listen(port, options)));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    for (const server of servers) server.close();
  }
}

/** Refusals come before anything listens. */
async function probe([first]: readonly ForwardedPort[], { config, path }: ForwardOptions): Promise<void> {
  try {
    const socket = await openSocket(config, withQuery(path, { ports: first?.remote }), [PROTOCOL], () => {});
    socket.on('error', () => {});
    socket.close();
  } catch (error) {
    throw new CliError(`error upgrading connection: ${(error as Error).message}`, { cause: error });
  }
}

async function listen(port: ForwardedPort, options: ForwardOptions): Promise<Server[]> {
  const servers: Server[] = [];
  let { local } = port;
  const errors: string[] = [];
  for (const address of options.addresses.flatMap((one) => (one === 'localhost' ? ['127.0.0.1', '::1'] : [one]))) {
    try {
      const server = await listenAt(address, { ...port, local }, options);
      servers.push(server);
      local = (server.address() as { port: number }).port;
    } catch (error) {
      errors.push(`unable to create listener: Error ${(error as Error).message}`);
    }
  }
  if (servers.length === 0)
    throw new CliError(
      `unable to listen on port ${port.local}: Listeners failed to create with the following errors: [${errors.join(' ')}]`,
    );
  return servers;
}

async function listenAt(address: string, { local, remote }: ForwardedPort, options: ForwardOptions): Promise<Server> {
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    options.note(`Handling connection for ${(server.address() as { port: number } | null)?.port ?? local}\n`);
    forward(socket, remote, options).catch((error: Error) => {
      options.fail(`E: an error occurred forwarding ${local} -> ${remote}: ${error.message}\n`);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(local, address, resolve);
  });
  const shown = address.includes(':') ? `[${address}]` : address;
  options.note(`Forwarding from ${shown}:${(server.address() as { port: number }).port} -> ${remote}\n`);
  return server;
}

async function forward(local: Socket, remote: number, { config, path }: ForwardOptions): Promise<void> {
  const answers = new Answers(local);
  const socket = await openSocket(config, withQuery(path, { ports: remote }), [PROTOCOL], (message) =>
    answers.take(message),
  );
  local.on('error', () => socket.close());
  local.on('data', (bytes: Buffer) => {
    socket.send(Buffer.concat([Buffer.from([DATA]), bytes]), () => local.resume());
    if (socket.bufferedAmount > HIGH_WATER) local.pause();
  });
  local.on('end', () => socket.close());
  local.resume();
  await answers.end(socket);
  local.end();
}

/** What comes from the pod. The first bytes of each channel are the number of the port. */
class Answers {
  readonly #local: Socket;
  readonly #skip = [PORT_BYTES, PORT_BYTES];
  #socket: WebSocket | undefined;
  #failed: ((error: Error) => void) | undefined;
  #error: Error | undefined;

  constructor(local: Socket) {
    this.#local = local;
  }

  take(message: Buffer): void {
    const channel = message[0];
    if (channel !== DATA && channel !== ERROR) return;
    const skipped = Math.min(this.#skip[channel] as number, message.length - 1);
    this.#skip[channel] = (this.#skip[channel] as number) - skipped;
    const body = message.subarray(1 + skipped);
    if (body.length === 0) return;
    if (channel === ERROR) this.#fail(new Error(body.toString('utf8')));
    else if (!this.#local.write(body)) this.#wait();
  }

  /** When the pod has ended the connection. @throws Error with what it says */
  end(socket: WebSocket): Promise<void> {
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      if (this.#error !== undefined) reject(this.#error);
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#failed?.(error);
    this.#socket?.close();
  }

  /** Until the local side has taken what it was given. */
  #wait(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.pause();
    this.#local.once('drain', () => socket.resume());
  }
}
