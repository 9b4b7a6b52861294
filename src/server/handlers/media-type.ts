/** Which form of an answer a client accepts; imitates apiserver pkg/endpoints/handlers/negotiation. */
import { PROTOBUF_MEDIA_TYPE } from '../../api/protobuf/protobuf.ts';
import { notAcceptable, StatusError } from '../../api/status-error.ts';
import { RecentMap } from '../../util/recent-map.ts';
import type { Kind } from '../kinds/kind.ts';
import type { RequestContext } from '../request/context.ts';

export type Conversion = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

export interface MediaType {
  readonly format: 'json' | 'yaml' | 'protobuf';
  /** How the object is to be shown instead of itself. */
  readonly as: Conversion | undefined;
  /** Version of meta.k8s.io for `as`. */
  readonly version: string;
  readonly pretty: boolean;
}

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
export const MEDIA_TYPES = [JSON_TYPE, YAML_TYPE, PROTOBUF_MEDIA_TYPE];
const FORMATS: ReadonlyMap<string, MediaType['format']> = new Map([
  [JSON_TYPE, 'json'],
  [YAML_TYPE, 'yaml'],
  [PROTOBUF_MEDIA_TYPE, 'protobuf'],
]);
const STREAM_TYPES = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const CONVERSIONS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

interface Clause {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly q: number;
}

/** What an endpoint can do with an `as` parameter. */
export interface Acceptable {
  readonly watch: boolean;
  /** Whether the path lists (its 406 text also names the stream types). */
  readonly list: boolean;
  /** False for sub-resources that know no Table: asking for one is a 406. */
  readonly tables?: boolean;
}

/**
 * The first of the accepted types that can be served. Custom resources have no message of their own: only their
 * metadata is to be had as Protobuf.
 * @throws StatusError 406
 */
export function negotiate(ctx: RequestContext, acceptable: Acceptable, kind?: Kind): MediaType {
  const header = ctx.header('accept');
  if (header === undefined || header === '' || header === '*/*' || header === JSON_TYPE) return plainJson(ctx);
  const clauses = clausesOf(header);
  const custom = kind?.source === 'crd';
  // Upstream routes requests for custom resources past the matcher that compares types first.
  if (!custom && !clauses.some((clause) => FORMATS.has(clause.type) || clause.type === '*/*'))
    throw noRepresentation(acceptable);
  for (const clause of clauses) {
    const match = matchClause(ctx, clause, acceptable, custom);
    if (match === undefined) continue;
    if (acceptable.watch && match.format === 'yaml') break;
    return match;
  }
  const accepted = acceptable.watch ? STREAM_TYPES : MEDIA_TYPES;
  throw notAcceptable(`only the following media types are accepted: ${accepted.join(', ')}`);
}

function plainJson(ctx: RequestContext): MediaType {
  return { format: 'json', as: undefined, version: 'v1', pretty: wantsPretty(ctx) };
}

function matchClause(
  ctx: RequestContext,
  { type, params }: Clause,
  acceptable: Acceptable,
  custom: boolean,
): MediaType | undefined {
  const format = type === '*/*' || type === 'application/*' ? 'json' : FORMATS.get(type);
  if (format === undefined || !servesStream(format, params.get('stream') ?? '')) return undefined;
  const pretty = params.get('pretty') === '1' || wantsPretty(ctx);
  const as = params.get('as');
  if (as === undefined)
    return format === 'protobuf' && custom ? undefined : { format, as: undefined, version: 'v1', pretty };
  const version = params.get('v') ?? '';
  const offered = CONVERSIONS.has(as) && (as !== 'Table' || (acceptable.tables !== false && format !== 'protobuf'));
  const known = offered && params.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
  return known ? { format, as: as as Conversion, version, pretty } : undefined;
}

/** `stream` in a media type; YAML is no format of streams. */
function servesStream(format: MediaType['format'], stream: string): boolean {
  return stream === '' || (stream === 'watch' && format !== 'yaml');
}

/** The 406 for a type that no serializer writes, in the words of the route matcher. */
function noRepresentation(acceptable: Acceptable): StatusError {
  const types = acceptable.list || acceptable.watch ? [...MEDIA_TYPES, ...STREAM_TYPES] : MEDIA_TYPES;
  return new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`,
    {},
  );
}

/** Clients write the same few headers again and again. */
const RECENT_HEADERS = 64;
const MAX_REMEMBERED_HEADER = 512;
const recent = new RecentMap<string, readonly Clause[]>(RECENT_HEADERS);

function clausesOf(header: string): readonly Clause[] {
  const known = recent.get(header);
  if (known !== undefined) return known;
  const clauses = parseAccept(header);
  if (header.length <= MAX_REMEMBERED_HEADER) recent.set(header, clauses);
  return clauses;
}

function parseAccept(header: string): Clause[] {
  const clauses = header
    .split(',', 64)
    .map(parseClause)
    .filter((clause) => clause.type !== '');
  return clauses
    .map((clause, i) => ({ clause, i }))
    .sort((a, b) => b.clause.q - a.clause.q || a.i - b.i)
    .map(({ clause }) => clause);
}

function parseClause(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const params = new Map(
    rest.map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
  const q = Number(params.get('q') ?? '1');
  return { type, params, q: Number.isFinite(q) ? q : 1 };
}

/** `?pretty`, or a browser, curl or wget without it. */
export function wantsPretty(ctx: RequestContext): boolean {
  const pretty = ctx.query.get('pretty');
  if (pretty !== null) return pretty !== '0' && pretty !== 'false';
  const agent = ctx.header('user-agent') ?? '';
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0');
}
