/**
 * exec and attach over a WebSocket: the first byte of each message is its channel (kubernetes
 * apimachinery pkg/util/remotecommand: v5.channel.k8s.io, which adds CLOSE to v4).
 */
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { parseJson } from '../../api/json.ts';
import { isObject } from '../../api/object.ts';
import type { Status } from '../../api/status-error.ts';
import type { ClientConfig } from '../../client/client-config.ts';
import { CliError, PlainError } from '../errors.ts';
import { openSocket } from './channel-socket.ts';

export const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255] as const;

export interface Streams {
  /** Absent: nothing is sent. */
  readonly stdin?: AsyncIterable<Buffer | string>;
  /** Nothing more is read until a promise that it returns is settled. */
  readonly stdout: (bytes: Buffer) => unknown;
  readonly stderr: (bytes: Buffer) => void;
  /** Ends the connection. */
  readonly signal?: AbortSignal;
  /** Sizes of the terminal, the first at once. */
  readonly sizes?: AsyncIterable<{ readonly columns: number; readonly rows: number }>;
}

/** Ends with the command. @throws CliError with its exit code, StatusError, ClientError */
export async function remoteCommand(config: ClientConfig, path: string, streams: Streams): Promise<void> {
  let status: Status | undefined;
  let open: WebSocket | undefined;
  const hold = (written: unknown): void => {
    if (!(written instanceof Promise)) return;
    open?.pause();
    void written.catch(() => {}).finally(() => open?.resume());
  };
  const socket = await openSocket(config, path, PROTOCOLS, (message) => {
    const body = message.subarray(1);
    if (message[0] === STDOUT) hold(streams.stdout(body));
    else if (message[0] === STDERR) streams.stderr(body);
    else if (message[0] === ERROR) status = statusOf(body);
  });
  open = socket;
  streams.signal?.addEventListener('abort', () => socket.terminate(), { once: true });
  const ended = socket.readyState === socket.CLOSED ? Promise.resolve() : once(socket, 'close');
  if (streams.stdin !== undefined) void sendInput(socket, streams.stdin);
  if (streams.sizes !== undefined) void sendSizes(socket, streams.sizes);
  await Promise.race([ended, once(socket, 'error').then(([error]) => Promise.reject(error as Error))]);
  throwFailure(status);
}

async function sendInput(socket: WebSocket, stdin: AsyncIterable<Buffer | string>): Promise<void> {
  for await (const chunk of stdin) {
    if (socket.readyState !== socket.OPEN) return;
    await send(socket, STDIN, Buffer.from(chunk));
  }
  // v4 has no way to say that the input has ended.
  if (socket.protocol === PROTOCOLS[0] && socket.readyState === socket.OPEN)
    await send(socket, CLOSE, Buffer.from([STDIN]));
}

async function sendSizes(socket: WebSocket, sizes: NonNullable<Streams['sizes']>): Promise<void> {
  for await (const { columns, rows } of sizes) {
    if (socket.readyState !== socket.OPEN) return;
    await send(socket, RESIZE, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }
}

/** Resolves when the bytes have left: the input is read no faster than it goes out. */
function send(socket: WebSocket, channel: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.send(Buffer.concat([Buffer.from([channel]), bytes]), () => resolve()));
}

function statusOf(body: Buffer): Status | undefined {
  try {
    const value = parseJson(body);
    return isObject(value) ? (value as unknown as Status) : undefined;
  } catch {
    return { status: 'Failure', message: body.toString('utf8') } as Status;
  }
}

function throwFailure(status: Status | undefined): void {
  if (status === undefined || status.status === 'Success') return;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) {
    throw new PlainError(`command terminated with exit code ${code}`, { exitCode: Number(code) });
  }
  throw new CliError(status.message ?? 'the command failed');
}
