/** How requests reach an API server: over TLS (https-transport.ts) or inside this process (the server's local transport). */
export interface TransportRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Ends the request and its stream. */
  readonly signal?: AbortSignal;
  /** For a watch: its events may come as objects. */
  readonly objects?: boolean;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
  /** Instead of the body, from a server in this process: a watch's events, all that have come at a time. Never change them. */
  readonly events?: AsyncIterable<readonly TransportEvent[]>;
}

export interface TransportEvent {
  readonly type: string;
  readonly object: unknown;
}

export interface Transport {
  /** @throws Error when the server cannot be reached or the signal aborts */
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}
