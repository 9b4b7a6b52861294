/** Reviews and token requests without a server. */
import type { JsonObject } from '../../src/api/object.ts';
import { RbacIndex } from '../../src/api/rbac/rbac-index.ts';
import { requestAuthenticator } from '../../src/server/authentication/request-authenticator.ts';
import { serviceAccountAuthenticator } from '../../src/server/authentication/service-account-authenticator.ts';
import { ServiceAccountKeys } from '../../src/server/authentication/service-account-keys.ts';
import { staticTokenAuthenticator } from '../../src/server/authentication/static-token-authenticator.ts';
import { privilegedGroupsAuthorizer } from '../../src/server/authorization/privileged-groups-authorizer.ts';
import { rbacAuthorizer } from '../../src/server/authorization/rbac-authorizer.ts';
import { rbacRules } from '../../src/server/authorization/rules-resolver.ts';
import { unionAuthorizer } from '../../src/server/authorization/union-authorizer.ts';
import type { IdentityServices } from '../../src/server/kinds/identity-services.ts';
import { BUILTIN_KINDS } from '../../src/server/kinds/index.ts';
import { KindTable } from '../../src/server/kinds/kind-table.ts';
import type {
  SubresourceHandler,
  SubresourceRequest,
  SubresourceResponse,
} from '../../src/server/kinds/subresource.ts';
import { parseRequestInfo } from '../../src/server/request/request-info.ts';
import type { UserInfo } from '../../src/server/request/user.ts';
import { generateKeys, privateKeyPem } from '../../src/util/certificates.ts';
import { FakeObjects } from './admission.ts';

export const ISSUER = 'https://kubernetes.default.svc.cluster.local';
export const NOW = new Date('2030-01-01T00:00:00Z');
export const jane: UserInfo = { name: 'jane', uid: 'uid-jane', groups: ['dev', 'qa'], extra: {} };

export class Identity {
  readonly index = new RbacIndex();
  readonly objects = new FakeObjects();
  readonly keys = new ServiceAccountKeys({ signingKey: privateKeyPem(generateKeys().privateKey) });
  readonly warnings: string[] = [];
  maxExpirationSeconds = 0;

  services(): IdentityServices {
    const apiAudiences = [ISSUER];
    const authenticator = requestAuthenticator({
      connection: [],
      tokens: [
        staticTokenAuthenticator([{ token: 'jane-token', user: jane }], apiAudiences),
        serviceAccountAuthenticator({
          keys: this.keys,
          issuers: [ISSUER],
          apiAudiences,
          objects: this.objects.access(),
          now: () => NOW,
        }),
      ],
      apiAudiences,
      anonymous: true,
      monotonicNow: () => 0,
    });
    return {
      authorize: unionAuthorizer([privilegedGroupsAuthorizer(), rbacAuthorizer(this.index)]).authorize,
      rulesFor: rbacRules(this.index),
      authenticate: authenticator.authenticate,
      apiAudiences,
      tokens: {
        keys: this.keys,
        issuer: ISSUER,
        extendExpiration: true,
        maxExpirationSeconds: this.maxExpirationSeconds,
        uuid: () => 'uuid-1',
      },
    };
  }

  async post(
    path: string,
    body: object | undefined,
    user: UserInfo = jane,
  ): Promise<SubresourceResponse & { body: JsonObject }> {
    const info = parseRequestInfo('POST', path, new URLSearchParams());
    const kind = new KindTable(BUILTIN_KINDS).find(info.group, info.version, info.resource);
    const handler = (
      info.subresource === '' ? kind?.virtual : kind?.subresources.get(info.subresource)?.handler
    ) as SubresourceHandler;
    const request = {
      kind,
      info,
      user,
      query: new URLSearchParams(),
      body: body as JsonObject | undefined,
      dryRun: false,
      now: NOW,
      warn: (text: string) => this.warnings.push(text),
      objects: this.objects.access(),
      identity: this.services(),
    } as SubresourceRequest;
    return (await handler(request)) as SubresourceResponse & { body: JsonObject };
  }
}
