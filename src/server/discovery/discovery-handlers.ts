/**
 * `/api`, `/apis`, `/apis/GROUP` and the resource lists below them. The paths differ in small ways that clients meet:
 * `/api` and the versions come from go-restful (GET only, its own 406), `/apis` and the groups from the aggregator
 * (any method).
 */
import { createHash } from 'node:crypto';
import { stringifyJson } from '../../api/json.ts';
import type { JsonObject } from '../../api/object.ts';
import { methodNotAllowed, resourceNotFound } from '../../api/status-error.ts';
import { stringifyYaml } from '../../api/yaml.ts';
import { type PathHandlers, pageNotFound } from '../endpoints/paths.ts';
import { wantsPretty } from '../handlers/media-type.ts';
import { commonHeaders, type Headers, send } from '../http/response.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { RequestContext } from '../request/context.ts';
import { type DiscoveryFormat, MEDIA_TYPES, negotiateDiscovery, requireRepresentation } from './accept.ts';
import { groupDiscoveryList } from './aggregated-documents.ts';
import { ApiSource, type RemoteApis } from './api-source.ts';
import { discoveryProtobuf } from './discovery-protobuf.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy-documents.ts';

export interface DiscoveryServices {
  readonly kinds: KindTable;
  /** Groups that aggregated API servers bring; their resource lists are proxied before these handlers are asked. */
  readonly remote?: RemoteApis;
  /** `host:port` that clients reach this server by. */
  serverAddress(): string;
}

const AGGREGATED_PARAMETERS = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export function discoveryHandlers(services: DiscoveryServices): PathHandlers {
  const discovery = new Discovery(services);
  const core = (ctx: RequestContext) => discovery.core(ctx);
  const groups = (ctx: RequestContext) => discovery.groups(ctx);
  return new Map([
    ['/api', core],
    ['/api/', core],
    ['/apis', groups],
    ['/apis/', groups],
  ]);
}

/** One document with its encodings, each made when first asked for. */
interface Encoded {
  readonly document: JsonObject;
  readonly bodies: Map<string, Buffer | string>;
  etag?: string;
}

class Discovery {
  readonly #services: DiscoveryServices;
  readonly #source: ApiSource;
  #generation = '';
  readonly #documents = new Map<string, Encoded>();

  constructor(services: DiscoveryServices) {
    this.#services = services;
    this.#source = new ApiSource(services.kinds, services.remote);
  }

  /** `/api` and `/api/VERSION`. */
  async core(ctx: RequestContext): Promise<void> {
    const [version, ...more] = segments(ctx, '/api');
    if (more.length > 0) throw resourceNotFound();
    if (version !== undefined) return this.#resources(ctx, '', version);
    requireGet(ctx);
    requireRepresentation(ctx.header('accept'));
    return this.#negotiated(ctx, 'core', true, () => apiVersions(this.#source, this.#services.serverAddress()));
  }

  /** `/apis`, `/apis/GROUP` and `/apis/GROUP/VERSION`. */
  async groups(ctx: RequestContext): Promise<void> {
    const [group, version, ...more] = segments(ctx, '/apis');
    if (group === undefined) return this.#negotiated(ctx, 'groups', true, () => apiGroupList(this.#source));
    const versions = group === '' ? undefined : this.#source.group(group);
    if (versions === undefined || more.length > 0) return pageNotFound(ctx);
    if (version !== undefined) return this.#resources(ctx, group, version);
    return this.#negotiated(ctx, group, false, () => apiGroup(versions));
  }

  #resources(ctx: RequestContext, group: string, version: string): Promise<void> {
    const kinds = this.#source.kinds(group, version);
    if (kinds.length === 0) {
      if (this.#source.isBuiltIn(group)) throw resourceNotFound();
      return pageNotFound(ctx);
    }
    requireGet(ctx);
    requireRepresentation(ctx.header('accept'));
    return this.#negotiated(ctx, `${group}/${version}`, false, () => apiResourceList(kinds));
  }

  /** @param name of the document in the cache @param aggregatable whether the path has an aggregated form too */
  #negotiated(ctx: RequestContext, name: string, aggregatable: boolean, plain: () => JsonObject): Promise<void> {
    const { format, aggregated } = negotiateDiscovery(ctx.header('accept'), aggregatable);
    if (!aggregated) return write(ctx, this.#encoded(name, plain), format, '');
    const encoded = this.#encoded(`${name} aggregated`, () => groupDiscoveryList(this.#source, name === 'core'));
    encoded.etag ??= `"${createHash('sha512').update(JSON.stringify(encoded.document)).digest('hex').toUpperCase()}"`;
    const headers = { etag: encoded.etag, vary: 'Accept', 'cache-control': 'public' };
    if (ctx.header('if-none-match') === encoded.etag) return sendNotModified(ctx, headers);
    return write(ctx, encoded, format, AGGREGATED_PARAMETERS, headers);
  }

  #encoded(name: string, make: () => JsonObject): Encoded {
    if (this.#generation !== this.#source.generation) {
      this.#generation = this.#source.generation;
      this.#documents.clear();
    }
    const known = this.#documents.get(name);
    if (known !== undefined) return known;
    const made: Encoded = { document: make(), bodies: new Map() };
    this.#documents.set(name, made);
    return made;
  }
}

/** What follows `prefix`, by slashes; a single trailing slash does not count. */
function segments(ctx: RequestContext, prefix: string): string[] {
  const rest = ctx.info.path.slice(prefix.length + 1).replace(/\/$/, '');
  return rest === '' ? [] : rest.split('/');
}

function requireGet(ctx: RequestContext): void {
  if (ctx.method !== 'GET') throw methodNotAllowed();
}

function write(
  ctx: RequestContext,
  encoded: Encoded,
  format: DiscoveryFormat,
  parameters: string,
  extra?: Headers,
): Promise<void> {
  const pretty = format === 'json' && wantsPretty(ctx);
  const key = pretty ? 'pretty' : format;
  let body = encoded.bodies.get(key);
  if (body === undefined) {
    body = encode(encoded.document, format, pretty);
    encoded.bodies.set(key, body);
  }
  return send(ctx, 200, `${MEDIA_TYPES[format]}${parameters}`, body, extra);
}

function encode(document: JsonObject, format: DiscoveryFormat, pretty: boolean): Buffer | string {
  if (format === 'yaml') return stringifyYaml(document);
  if (format === 'protobuf') return discoveryProtobuf(document);
  return Buffer.from(pretty ? stringifyJson(document, 2) : `${stringifyJson(document)}\n`, 'utf8');
}

async function sendNotModified(ctx: RequestContext, headers: Headers): Promise<void> {
  ctx.status = 304;
  ctx.res.writeHead(304, { ...commonHeaders(ctx), ...headers });
  ctx.res.end();
}
