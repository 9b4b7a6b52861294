/**
 * Accept headers as the discovery endpoints read them: apimachinery's serializer negotiation behind, on some paths,
 * go-restful's route matching. Imitates apiserver pkg/endpoints/handlers/negotiation and discovery/aggregated.
 */
import { notAcceptable, StatusError } from '../../api/status-error.ts';

export type DiscoveryFormat = 'json' | 'yaml' | 'protobuf';

export interface DiscoveryAccept {
  readonly format: DiscoveryFormat;
  /** The client asked for apidiscovery.k8s.io/v2 APIGroupDiscoveryList. */
  readonly aggregated: boolean;
}

export interface AcceptClause {
  /** `application/json`, lower case as sent. */
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly q: number;
}

export const MEDIA_TYPES: Readonly<Record<DiscoveryFormat, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};
const FORMATS = Object.keys(MEDIA_TYPES) as DiscoveryFormat[];
const ALL_TYPES = Object.values(MEDIA_TYPES);
const MAX_CLAUSES = 64;

/** Clauses by falling q; those of one q keep the order of the header, wildcards last. */
export function parseAcceptClauses(header: string): AcceptClause[] {
  const clauses = header.split(',', MAX_CLAUSES).map(parseClause);
  return clauses.sort((a, b) => b.q - a.q || Number(a.type.includes('*')) - Number(b.type.includes('*')));
}

function parseClause(text: string): AcceptClause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const params = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at > 0) params.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const q = Number(params.get('q') ?? '1');
  return { type, params, q: Number.isFinite(q) ? q : 1 };
}

/** Whether the clause names the type, outright or by wildcard. */
export function clauseMatches(clause: AcceptClause, mediaType: string): boolean {
  if (clause.type === mediaType || clause.type === '*/*') return true;
  return clause.type.endsWith('/*') && mediaType.startsWith(clause.type.slice(0, -1));
}

/**
 * @param aggregatable whether the path can also answer in the aggregated form: then a clause that asks for it wins over
 * plain ones, whatever their order.
 * @throws StatusError 406 in the serializer's words
 */
export function negotiateDiscovery(header: string | undefined, aggregatable: boolean): DiscoveryAccept {
  if (header === undefined || header === '') return { format: 'json', aggregated: false };
  const clauses = parseAcceptClauses(header);
  const aggregated = aggregatable ? firstFormat(clauses, asksAggregated) : undefined;
  if (aggregated !== undefined) return { format: aggregated, aggregated: true };
  const plain = firstFormat(clauses, asksPlain);
  if (plain !== undefined) return { format: plain, aggregated: false };
  throw notAcceptable(`only the following media types are accepted: ${ALL_TYPES.join(', ')}`);
}

function firstFormat(
  clauses: readonly AcceptClause[],
  wanted: (clause: AcceptClause) => boolean,
): DiscoveryFormat | undefined {
  for (const clause of clauses) {
    if (!wanted(clause)) continue;
    const format = FORMATS.find((candidate) => clauseMatches(clause, MEDIA_TYPES[candidate]));
    if (format !== undefined) return format;
  }
  return undefined;
}

function asksAggregated({ params }: AcceptClause): boolean {
  return (
    params.get('g') === 'apidiscovery.k8s.io' &&
    params.get('v') === 'v2' &&
    params.get('as') === 'APIGroupDiscoveryList'
  );
}

function asksPlain({ params }: AcceptClause): boolean {
  return !params.has('g') && !params.has('v') && !params.has('as');
}

/**
 * The route matcher's look at the header, before any serializer sees it: parameters and subtype wildcards do not count.
 * @throws StatusError 406 in the router's words
 */
export function requireRepresentation(header: string | undefined, produced: readonly string[] = ALL_TYPES): void {
  if (header === undefined || header === '') return;
  const named = header.split(',', MAX_CLAUSES).map((part) => (part.split(';', 1)[0] as string).trim());
  if (named.some((type) => type === '*/*' || produced.includes(type))) return;
  throw new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${produced.join(', ')}`,
    {},
  );
}
