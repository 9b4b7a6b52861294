/**
 * One keep-alive HTTP/1.1 connection over TLS that does as little as possible: the load generator shares the machine
 * with the server it measures. Requests go one after another; answers need a content-length, streams are raw.
 */
import { connect, type TLSSocket } from 'node:tls';

export interface Target {
  readonly url: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');

export class Connection {
  readonly #socket: TLSSocket;
  readonly #host: string;
  readonly #token: string;
  #parts: Buffer[] = [];
  #received = 0;
  #wanted = -1;
  #status = 0;
  #headBytes = 0;
  #resolve: ((answer: Answer) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  private constructor(socket: TLSSocket, target: Target) {
    this.#socket = socket;
    this.#host = new URL(target.url).host;
    this.#token = target.token;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(target: Target): Promise<Connection> {
    const { hostname, port } = new URL(target.url);
    return new Promise((done, reject) => {
      const socket = connect({ host: hostname, port: Number(port || 443), rejectUnauthorized: false }, () =>
        done(new Connection(socket, target)),
      );
      socket.setNoDelay(true);
      socket.once('error', reject);
    });
  }

  /** @throws Error when the connection breaks; a bad status is an answer like any other */
  send(request: Request): Promise<Answer> {
    if (this.#socket.destroyed) return Promise.reject(new Error('the server closed the connection'));
    return new Promise((done, reject) => {
      this.#resolve = done;
      this.#reject = reject;
      this.#socket.write(this.#render(request));
    });
  }

  /** Sends a request whose answer never ends; `onChunk` gets the raw bytes, head and chunk sizes included. */
  stream(request: Request, onChunk: (chunk: Buffer) => void): void {
    this.#socket.removeAllListeners('data');
    this.#socket.on('data', onChunk);
    this.#socket.write(this.#render(request));
  }

  close(): void {
    this.#reject = undefined;
    this.#socket.destroy();
  }

  #render({ method, path, headers = {}, body }: Request): string {
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\nauthorization: Bearer ${this.#token}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    if (body === undefined) return `${head}\r\n`;
    return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }

  #read(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#received += chunk.length;
    if (this.#wanted < 0 && !this.#readHead()) return;
    if (this.#received >= this.#wanted) this.#finish();
  }

  /** False while the head is incomplete. */
  #readHead(): boolean {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [bytes];
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = bytes.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length === null) this.#fail(new Error(`an answer without content-length: ${head}`));
    this.#status = Number(head.slice(9, 12));
    this.#headBytes = end + HEAD_END.length;
    this.#wanted = this.#headBytes + Number(length?.[1]);
    return true;
  }

  #finish(): void {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const answer = { status: this.#status, body: bytes.subarray(this.#headBytes) };
    this.#parts = [];
    this.#received = 0;
    this.#wanted = -1;
    const done = this.#resolve;
    this.#reject = undefined;
    done?.(answer);
  }

  #fail(error: Error): void {
    const reject = this.#reject;
    this.#reject = undefined;
    reject?.(error);
  }
}
