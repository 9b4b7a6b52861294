/** Requests for Kubernetes objects over any transport. */
import { parseJson, stringifyJson } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';
import type { DeleteOptions, ListMeta } from '../api/types/meta-v1.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { ClientError, errorText } from './client-error.ts';
import { errorOfResponse, retryAfterSeconds } from './error-response.ts';
import { pause } from './pause.ts';
import { type Query, type ResourceTarget, resourcePath, withQuery } from './resource-path.ts';
import { scopedSignal } from './scoped-signal.ts';
import type { Transport, TransportResponse } from './transport.ts';
import { warningTexts } from './warning-header.ts';
import { readWatchBatches, type WatchEvent } from './watch-stream.ts';

export interface RestClientOptions {
  readonly transport: Transport;
  /** The part before the first slash becomes the field manager of writes. */
  readonly userAgent?: string;
  /** More headers for a request, such as `Kctl-Trace`. */
  readonly headers?: (request: SentRequest) => Readonly<Record<string, string>>;
  /** Called for each Warning header. */
  readonly onWarning?: (text: string, request: SentRequest) => void;
  /** Called when the head of an answer is there; for trace ids and `-v`. */
  readonly onResponse?: (request: SentRequest, response: TransportResponse) => void;
  readonly clock?: Clock;
}

export interface SentRequest {
  readonly method: string;
  readonly path: string;
}

export interface RequestOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface BodyOptions extends RequestOptions {
  /** A JSON value, or a text that is sent as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Of a watch: events may come as objects, in `events` of the answer. */
  readonly objects?: boolean;
}

export interface ListOptions extends RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Asks for PartialObjectMetadata only. */
  readonly metadataOnly?: boolean;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends RequestOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export type PatchType = 'merge' | 'strategic' | 'json';

export interface ObjectList<T = KubeObject> {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ListMeta;
  readonly items: T[];
}

const JSON_TYPE = 'application/json';
const PATCH_TYPES: Record<PatchType | 'apply', string> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** How often an answer with Retry-After is obeyed before it becomes an error. */
const MAX_RETRIES = 10;
/** An answer that is not a stream; a list of everything may be large. */
const MAX_BODY_BYTES = 1 << 30;

/** All methods throw StatusError for what the server refuses and ClientError when it cannot be reached. */
export class RestClient {
  readonly #options: RestClientOptions;
  readonly #clock: Clock;

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get<T = KubeObject>(target: ResourceTarget, options: RequestOptions & { metadataOnly?: boolean } = {}): Promise<T> {
    const { metadataOnly, ...rest } = options;
    const headers = metadataOnly ? { accept: METADATA, ...rest.headers } : rest.headers;
    return this.json<T>('GET', resourcePath(target), { ...rest, headers });
  }

  /** One page, or everything when there is no limit. */
  list<T = KubeObject>(target: ResourceTarget, options: ListOptions = {}): Promise<ObjectList<T>> {
    const headers = options.metadataOnly ? { accept: METADATA_LIST, ...options.headers } : options.headers;
    const query = listQuery(options);
    return this.json<ObjectList<T>>('GET', resourcePath(target), { query, headers, signal: options.signal });
  }

  create<T = KubeObject>(target: ResourceTarget, object: unknown, options: WriteOptions = {}): Promise<T> {
    return this.json<T>(
      'POST',
      resourcePath({ ...target, name: subresourceOwner(target) }),
      write(options, object, JSON_TYPE),
    );
  }

  update<T = KubeObject>(target: ResourceTarget, object: unknown, options: WriteOptions = {}): Promise<T> {
    return this.json<T>('PUT', resourcePath(target), write(options, object, JSON_TYPE));
  }

  patch<T = KubeObject>(
    target: ResourceTarget,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.json<T>('PATCH', resourcePath(target), write(options, patch, PATCH_TYPES[type]));
  }

  /** Server-side apply. `object` needs apiVersion, kind and metadata.name. */
  apply<T = KubeObject>(
    target: ResourceTarget,
    object: unknown,
    { force, ...options }: WriteOptions & { fieldManager: string; force?: boolean },
  ): Promise<T> {
    const query = { ...options.query, force };
    return this.json<T>('PATCH', resourcePath(target), write({ ...options, query }, object, PATCH_TYPES.apply));
  }

  /** Answers the object while something holds it, a Status when it is gone. */
  delete<T = KubeObject>(target: ResourceTarget, body: DeleteOptions = {}, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('DELETE', resourcePath(target), { ...options, body: deleteBody(body), contentType: JSON_TYPE });
  }

  deleteCollection(target: ResourceTarget, body: DeleteOptions = {}, options: ListOptions = {}): Promise<unknown> {
    return this.json('DELETE', resourcePath(target), {
      query: listQuery(options),
      headers: options.headers,
      signal: options.signal,
      body: deleteBody(body),
      contentType: JSON_TYPE,
    });
  }

  /**
   * Events after `resourceVersion` (without one: the present state as ADDED, then what follows) until the server ends
   * the stream or the signal aborts. ERROR events are thrown as StatusError: 410 when the version is too old.
   */
  async *watch<T = KubeObject>(target: ResourceTarget, options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>> {
    for await (const events of this.#watchBatches<T>(target, options, false)) yield* events;
  }

  /** Like `watch`, as many events at a time as have come; their objects may be shared with others: never change them. */
  watchBatches<T = KubeObject>(
    target: ResourceTarget,
    options: WatchOptions = {},
  ): AsyncGenerator<readonly WatchEvent<T>[]> {
    return this.#watchBatches<T>(target, options, true);
  }

  async *#watchBatches<T>(
    target: ResourceTarget,
    options: WatchOptions,
    objects: boolean,
  ): AsyncGenerator<readonly WatchEvent<T>[]> {
    const { allowWatchBookmarks, timeoutSeconds, metadataOnly } = options;
    const headers = metadataOnly ? { accept: METADATA, ...options.headers } : options.headers;
    const query = { ...listQuery(options), watch: true, allowWatchBookmarks, timeoutSeconds };
    const scope = scopedSignal(options.signal);
    try {
      const response = await this.request('GET', resourcePath(target), {
        query,
        headers,
        signal: scope.signal,
        objects,
      });
      yield* readWatchBatches<T>(response);
    } finally {
      scope.end();
    }
  }

  /** The JSON value of an answer. */
  async json<T>(method: string, path: string, options: BodyOptions = {}): Promise<T> {
    const bytes = await this.#bytes(method, path, options);
    try {
      return parseJson(bytes) as T;
    } catch (error) {
      throw new ClientError('protocol', `the server's answer to ${method} ${path} is no JSON: ${errorText(error)}`, {
        cause: error,
      });
    }
  }

  /** The text of an answer. */
  async text(method: string, path: string, options: BodyOptions = {}): Promise<string> {
    return (await this.#bytes(method, path, options)).toString('utf8');
  }

  /** A successful answer whose body is still to be read. */
  async request(method: string, path: string, options: BodyOptions = {}): Promise<TransportResponse> {
    const request = { method, path: withQuery(path, options.query) };
    for (let attempt = 0; ; attempt++) {
      const response = await this.#send(request, options);
      if (response.status >= 200 && response.status < 300) return response;
      const body = await readAll(response);
      const seconds = retryAfterSeconds(response);
      const again =
        seconds !== undefined && (response.status === 429 || response.status >= 500) && attempt < MAX_RETRIES;
      if (!again) throw errorOfResponse(response, body);
      await pause(this.#clock, seconds * 1000, options.signal);
    }
  }

  async #bytes(method: string, path: string, options: BodyOptions): Promise<Buffer> {
    const scope = scopedSignal(options.signal);
    try {
      return await readAll(await this.request(method, path, { ...options, signal: scope.signal }));
    } finally {
      scope.end();
    }
  }

  async #send(
    request: SentRequest,
    { body, contentType, headers, signal, objects }: BodyOptions,
  ): Promise<TransportResponse> {
    const { transport, userAgent, onWarning, onResponse } = this.#options;
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : stringifyJson(body);
    const response = await transport.send({
      ...request,
      headers: {
        accept: JSON_TYPE,
        ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
        ...(payload === undefined ? {} : { 'content-type': contentType ?? JSON_TYPE }),
        ...this.#options.headers?.(request),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      ...(signal === undefined ? {} : { signal }),
      ...(objects ? { objects } : {}),
    });
    onResponse?.(request, response);
    if (onWarning !== undefined) for (const text of warningTexts(response.headers['warning'])) onWarning(text, request);
    return response;
  }
}

/** @throws ClientError beyond 1 GiB */
async function readAll({ body }: TransportResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ClientError('protocol', 'the server sent more than 1 GiB in one answer');
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function listQuery(options: ListOptions): Query {
  const { labelSelector, fieldSelector, limit, resourceVersion, resourceVersionMatch } = options;
  return {
    ...options.query,
    labelSelector,
    fieldSelector,
    limit,
    continue: options.continue,
    resourceVersion,
    resourceVersionMatch,
  };
}

function write(options: WriteOptions, body: unknown, contentType: string): BodyOptions {
  const { fieldManager, dryRun, fieldValidation, query, headers, signal } = options;
  return {
    query: { ...query, fieldManager, dryRun: dryRun ? 'All' : undefined, fieldValidation },
    headers,
    signal,
    body,
    contentType,
  };
}

function deleteBody(options: DeleteOptions): DeleteOptions | undefined {
  return Object.keys(options).length === 0 ? undefined : { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
}

/** A create goes to the collection, or to a sub-resource of the named object. */
function subresourceOwner({ name, subresource }: ResourceTarget): string | undefined {
  return subresource === undefined ? undefined : name;
}
