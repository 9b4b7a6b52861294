/** Webhooks to be asked in tests: an HTTPS server on the loopback with a certificate of its own. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createAuthority, createCertificate, type KeyedCertificate } from '../../src/util/certificates.ts';

export interface ReviewRequest {
  readonly uid: string;
  readonly [field: string]: unknown;
}

/** What a route answers: a review's response without its uid, or a whole HTTP answer. */
export type HookReply =
  | Readonly<Record<string, unknown>>
  | { readonly http: number; readonly type?: string; readonly body: string };

export class WebhookServer {
  readonly reviews: { readonly path: string; readonly apiVersion: string; readonly request: ReviewRequest }[] = [];
  readonly headers: Record<string, string | string[] | undefined>[] = [];
  readonly #routes = new Map<string, (request: ReviewRequest) => HookReply | undefined>();
  readonly #server: Server;
  readonly #authority: KeyedCertificate;
  #connections = 0;

  private constructor(authority: KeyedCertificate, serving: KeyedCertificate) {
    this.#authority = authority;
    this.#server = createServer({ cert: serving.cert, key: serving.key }, (req, res) => {
      this.headers.push(req.headers);
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const [path = ''] = (req.url ?? '').split('?');
        const reply = this.#reply(path, Buffer.concat(chunks).toString('utf8'));
        // Undefined: the webhook never answers.
        if (reply === undefined) return;
        res.writeHead(reply.http, { 'content-type': reply.type });
        res.end(reply.body);
      });
    });
    this.#server.on('connection', (_socket: Socket) => this.#connections++);
  }

  static async start(fields: { readonly ipAddresses?: readonly string[]; readonly dnsNames?: readonly string[] } = {}) {
    const now = new Date(Date.now() - 3_600_000);
    const authority = await createAuthority('hook-ca', now, 30);
    const names = { ipAddresses: fields.ipAddresses ?? ['127.0.0.1'], dnsNames: fields.dnsNames ?? ['gate.hooks.svc'] };
    const subject = { commonName: 'hook' };
    const serving = await createCertificate(
      authority,
      { subject, ...names, extendedKeyUsages: ['serverAuth'] },
      now,
      1,
    );
    const started = new WebhookServer(authority, serving);
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  on(path: string, reply: (request: ReviewRequest) => HookReply | undefined): this {
    this.#routes.set(path, reply);
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Base64 of the authority's PEM. */
  get caBundle(): string {
    return Buffer.from(this.#authority.cert).toString('base64');
  }

  get connections(): number {
    return this.#connections;
  }

  /** Closes the connections that clients keep. */
  dropIdle(): void {
    this.#server.closeIdleConnections();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #reply(path: string, text: string): { http: number; type: string; body: string } | undefined {
    const route = this.#routes.get(path);
    if (route === undefined) return { http: 404, type: 'text/plain', body: 'no such hook' };
    const { apiVersion, request } = JSON.parse(text) as { apiVersion: string; request: ReviewRequest };
    this.reviews.push({ path, apiVersion, request });
    const reply = route(request);
    if (reply === undefined) return undefined;
    if ('http' in reply) {
      const { http, type = 'application/json', body } = reply as { http: number; type?: string; body: string };
      return { http, type, body };
    }
    const response = { uid: request.uid, ...reply };
    return {
      http: 200,
      type: 'application/json',
      body: JSON.stringify({ apiVersion, kind: 'AdmissionReview', response }),
    };
  }
}

/** The response of a webhook that patches. */
export function patching(...operations: readonly object[]): HookReply {
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}
