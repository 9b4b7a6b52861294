/** How requests reach an API server: over TLS (https-transport.ts) or inside this process (the server's local transport). */
export interface TransportRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Ends the request and its stream. */
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

export interface Transport {
  /** @throws Error when the server cannot be reached or the signal aborts */
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}
