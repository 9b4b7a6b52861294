/** Puts together who may come in: authenticators by the flags, and what reviews and token requests need of them. */
import { randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bootstrapTokenAuthenticator } from './authentication/bootstrap-token-authenticator.ts';
import { clientCertificateAuthenticator } from './authentication/client-certificate-authenticator.ts';
import { type RequestAuthenticator, requestAuthenticator } from './authentication/request-authenticator.ts';
import { requestHeaderAuthenticator } from './authentication/request-header-authenticator.ts';
import { serviceAccountAuthenticator } from './authentication/service-account-authenticator.ts';
import type { ServiceAccountKeys } from './authentication/service-account-keys.ts';
import {
  parseTokenFile,
  type StaticToken,
  staticTokenAuthenticator,
} from './authentication/static-token-authenticator.ts';
import type { AuthorizationSetup } from './authorization/set-up.ts';
import type { IdentityServices } from './kinds/identity-services.ts';
import type { ObjectAccess } from './kinds/subresource.ts';
import type { ServerFlags } from './options.ts';
import type { Pki } from './pki/pki.ts';

export interface Identity {
  readonly authenticator: RequestAuthenticator;
  readonly services: IdentityServices;
}

export interface IdentityParts {
  readonly flags: ServerFlags;
  /** PEM of the authorities that vouch for clients. */
  readonly clientCa: string;
  readonly pki: Pki;
  readonly tokenFile: readonly StaticToken[];
  readonly keys: ServiceAccountKeys;
  readonly access: AuthorizationSetup;
  readonly now: () => Date;
}

/** `objects`: where service accounts, their secrets and pods are looked up. */
export function setUpIdentity(parts: IdentityParts, objects: ObjectAccess): Identity {
  const { flags, keys, access } = parts;
  const issuers = flags.serviceAccountIssuer;
  const apiAudiences = flags.apiAudiences.length > 0 ? flags.apiAudiences : issuers.slice(0, 1);
  const authenticator = authenticatorFor(parts, objects, apiAudiences);
  const tokens = { keys, issuer: issuers[0] ?? '', extendExpiration: true, maxExpirationSeconds: 0, uuid: randomUUID };
  return {
    authenticator,
    services: {
      authorize: (attributes) => access.authorizer.authorize(attributes),
      rulesFor: access.rulesFor,
      authenticate: (credentials) => authenticator.authenticate(credentials),
      apiAudiences,
      tokens,
    },
  };
}

function authenticatorFor(
  parts: IdentityParts,
  objects: ObjectAccess,
  apiAudiences: readonly string[],
): RequestAuthenticator {
  const { flags, clientCa, pki, tokenFile, keys, now } = parts;
  return requestAuthenticator({
    connection: [
      requestHeaderAuthenticator({ roots: certificates(pki.frontProxyCa.cert), allowedNames: [], apiAudiences, now }),
      clientCertificateAuthenticator({ roots: certificates(clientCa), apiAudiences, now }),
    ],
    tokens: [
      staticTokenAuthenticator(tokenFile, apiAudiences),
      serviceAccountAuthenticator({ keys, issuers: flags.serviceAccountIssuer, apiAudiences, objects, now }),
      ...(flags.enableBootstrapTokenAuth ? [bootstrapTokenAuthenticator({ objects, now, apiAudiences })] : []),
    ],
    apiAudiences,
    anonymous: flags.anonymousAuth,
    monotonicNow: () => performance.now(),
  });
}

/** Every certificate of a PEM bundle. */
function certificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** --token-auth-file. @throws Error in kube-apiserver's words */
export async function readTokens(file: string | undefined): Promise<StaticToken[]> {
  return file === undefined ? [] : parseTokenFile(await readFile(file, 'utf8'), file);
}
