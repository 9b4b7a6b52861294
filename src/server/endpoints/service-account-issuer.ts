/** OpenID discovery of the service-account issuer: what others need to verify this cluster's tokens (KEP-1393). */
import { methodNotAllowed } from '../../api/status-error.ts';
import { requireRepresentation } from '../discovery/accept.ts';
import { send } from '../http/response.ts';
import type { RequestContext } from '../request/context.ts';
import type { PathHandlers } from './paths.ts';

/** A public key as RFC 7517 has it, with `kid`, `alg` and `use: sig`. */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly alg: string };

export interface IssuerServices {
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** URL of the key set, e.g. `https://10.0.0.1:6443/openid/v1/jwks`. */
  jwksUri(): string;
  /** The keys that tokens may be signed with, newest first. */
  keys(): readonly PublicJwk[];
}

const CACHEABLE = { 'cache-control': 'public, max-age=3600' };
const JWKS_TYPE = 'application/jwk-set+json';

export function issuerHandlers(services: IssuerServices): PathHandlers {
  return new Map([
    ['/.well-known/openid-configuration', (ctx) => serve(ctx, 'application/json', configuration(services))],
    ['/openid/v1/jwks', (ctx) => serve(ctx, JWKS_TYPE, { keys: services.keys() })],
  ]);
}

function configuration({ issuer, jwksUri, keys }: IssuerServices): object {
  return {
    issuer,
    jwks_uri: jwksUri(),
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys().map(({ alg }) => alg))].sort(),
  };
}

async function serve(ctx: RequestContext, contentType: string, document: object): Promise<void> {
  if (ctx.method !== 'GET') throw methodNotAllowed();
  requireRepresentation(ctx.header('accept'), [contentType]);
  return send(ctx, 200, contentType, JSON.stringify(document), CACHEABLE);
}
