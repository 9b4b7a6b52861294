/** Which form of an answer a client accepts; imitates apiserver pkg/endpoints/handlers/negotiation. */
import { PROTOBUF_MEDIA_TYPE } from '../../api/protobuf/protobuf.ts';
import { notAcceptable, StatusError } from '../../api/status-error.ts';
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
const TYPES = [JSON_TYPE, YAML_TYPE, PROTOBUF_MEDIA_TYPE];
const STREAM_TYPES = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const CONVERSIONS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

interface Clause {
  type: string;
  params: Map<string, string>;
  q: number;
}

/** What an endpoint can do with an `as` parameter. */
export interface Acceptable {
  readonly watch: boolean;
  /** Whether the path lists (its 406 text also names the stream types). */
  readonly list: boolean;
  /** False for sub-resources that know no Table: asking for one is a 406. */
  readonly tables?: boolean;
}

/** @throws StatusError 406 */
export function negotiate(ctx: RequestContext, acceptable: Acceptable): MediaType {
  const header = ctx.header('accept');
  if (header === undefined || header === '' || header === '*/*' || header === JSON_TYPE) return plainJson(ctx);
  const clauses = parseAccept(header);
  if (!clauses.some((clause) => isServed(clause.type) || isOpaque(clause.type))) throw noRepresentation(acceptable);
  for (const clause of clauses) {
    const match = matchClause(ctx, clause, acceptable);
    if (match !== undefined) return match;
  }
  const protobuf = clauses.some((clause) => isOpaque(clause.type) && !clause.params.has('as'));
  if (protobuf && !acceptable.watch) return { format: 'protobuf', as: undefined, version: 'v1', pretty: false };
  const accepted = acceptable.watch ? STREAM_TYPES : TYPES;
  throw notAcceptable(`only the following media types are accepted: ${accepted.join(', ')}`);
}

function plainJson(ctx: RequestContext): MediaType {
  return { format: 'json', as: undefined, version: 'v1', pretty: wantsPretty(ctx) };
}

function isServed(type: string): boolean {
  return type === JSON_TYPE || type === YAML_TYPE || type === '*/*';
}

/** Written only for who accepts nothing else: stored bytes are JSON, and every client of Kubernetes reads that too. */
function isOpaque(type: string): boolean {
  return type === PROTOBUF_MEDIA_TYPE;
}

function matchClause(ctx: RequestContext, clause: Clause, acceptable: Acceptable): MediaType | undefined {
  if (!isServed(clause.type)) return undefined;
  if (acceptable.watch && clause.type === YAML_TYPE) return undefined;
  const as = clause.params.get('as');
  const format = clause.type === YAML_TYPE ? 'yaml' : 'json';
  const pretty = wantsPretty(ctx);
  if (as === undefined) return { format, as: undefined, version: 'v1', pretty };
  const version = clause.params.get('v') ?? '';
  const offered = CONVERSIONS.has(as) && (as !== 'Table' || acceptable.tables !== false);
  const known = offered && clause.params.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
  return known ? { format, as: as as Conversion, version, pretty } : undefined;
}

/** The 406 for a type that no serializer writes, in the words of the route matcher. */
function noRepresentation(acceptable: Acceptable): StatusError {
  const types = acceptable.list || acceptable.watch ? [...TYPES, ...STREAM_TYPES] : TYPES;
  return new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`,
    {},
  );
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
