/** The operations that are on no object: discovery, version and the service-account issuer. */
import { operationId, tagOf } from './operation-id.ts';
import type { Route } from './route.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

interface Fixed {
  readonly path: string;
  readonly rest: string;
  readonly tag?: string;
  readonly description: string;
  readonly answer: string;
  readonly types?: readonly string[];
}

function getRoute({ path, rest, tag, description, answer, types }: Fixed): Route {
  return {
    path,
    method: 'get',
    operationId: operationId('get', rest, path),
    tag: tag ?? tagOf(path),
    description,
    parameters: [],
    consumes: types ?? OBJECT_TYPES,
    produces: types ?? OBJECT_TYPES,
    responses: { 200: answer, 401: undefined },
  };
}

/** `/api/v1/` and `/apis/GROUP/VERSION/`. */
export function resourceListRoute(path: string): Route {
  return getRoute({
    path,
    rest: 'APIResources',
    description: 'get available resources',
    answer: `${META}APIResourceList`,
  });
}

/** `/apis/GROUP/`. */
export function groupRoute(path: string): Route {
  return getRoute({ path, rest: 'APIGroup', description: 'get information of a group', answer: `${META}APIGroup` });
}

/** The documents that have one path only, by their name in the v3 index. */
export const FIXED_DOCUMENTS: ReadonlyMap<string, Route> = new Map([
  [
    'api',
    getRoute({
      path: '/api/',
      rest: 'APIVersions',
      description: 'get available API versions',
      answer: `${META}APIVersions`,
    }),
  ],
  [
    'apis',
    getRoute({
      path: '/apis/',
      rest: 'APIVersions',
      description: 'get available API versions',
      answer: `${META}APIGroupList`,
    }),
  ],
  [
    'version',
    getRoute({
      path: '/version/',
      rest: 'CodeVersion',
      description: 'get the version information for this server',
      answer: 'io.k8s.apimachinery.pkg.version.Info',
      types: ['application/json'],
    }),
  ],
  [
    '.well-known/openid-configuration',
    getRoute({
      path: '/.well-known/openid-configuration/',
      rest: 'ServiceAccountIssuerOpenIDConfiguration',
      tag: 'WellKnown',
      description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      answer: 'string',
      types: ['application/json'],
    }),
  ],
  [
    'openid/v1/jwks',
    getRoute({
      path: '/openid/v1/jwks/',
      rest: 'ServiceAccountIssuerOpenIDKeyset',
      description: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
      answer: 'string',
      types: ['application/jwk-set+json'],
    }),
  ],
]);
