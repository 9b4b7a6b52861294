/**
 * Tokens of service accounts: signed by our keys, for our audiences, and good as long as what they are bound to exists.
 * Imitates kubernetes pkg/serviceaccount jwt.go, claims.go and legacy.go.
 */

import { quote } from '../../api/field-errors.ts';
import type { KubeObject } from '../../api/object.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { quotedList } from '../../api/rbac/covers.ts';
import { serviceAccountGroups, serviceAccountUsername } from '../../api/rbac/subjects.ts';
import { type KubernetesClaim, LEGACY_ISSUER, type NameAndUid } from '../../api/service-account-claims.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';
import type { UserInfo } from '../request/user.ts';
import { commonAudiences } from './audiences.ts';
import type { Authenticated, TokenAuthenticator } from './authenticator.ts';
import { rejected } from './rejection.ts';
import type { ServiceAccountKeys } from './service-account-keys.ts';

export interface ServiceAccountOptions {
  readonly keys: ServiceAccountKeys;
  /** The first one issues; tokens of all are accepted. */
  readonly issuers: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly objects: Pick<ObjectAccess, 'get'>;
  readonly now: () => Date;
}

const EXTRA = 'authentication.kubernetes.io/';
const LEEWAY_MS = 60_000;
const INVALIDATED = 'service account token has been invalidated';
const AUTO_GENERATED =
  'Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.';
const MAX_TOKEN_LENGTH = 64 * 1024;

export function serviceAccountAuthenticator(options: ServiceAccountOptions): TokenAuthenticator {
  const { keys, issuers, apiAudiences } = options;
  return {
    name: 'service-account',
    async authenticateToken(token, wanted, warn) {
      const parsed = readToken(token);
      const issuer = parsed?.claims.iss;
      if (parsed === undefined || typeof issuer !== 'string') return undefined;
      const legacy = issuer === LEGACY_ISSUER;
      if (!legacy && !issuers.includes(issuer)) return undefined;
      if (!(await keys.verify(token, parsed.keyId))) throw rejected('service account token signature is not valid');
      const own = audiencesOf(parsed.claims);
      const tokenAudiences = own.length === 0 ? apiAudiences : own;
      const audiences = commonAudiences(tokenAudiences, wanted);
      if (audiences.length === 0 && apiAudiences.length > 0) {
        throw rejected(
          `token audiences ${quotedList(tokenAudiences)} is invalid for the target audiences ${quotedList(wanted)}`,
        );
      }
      const user = legacy
        ? await legacyUser(token, parsed.claims, options, warn)
        : await boundUser(parsed.claims, options);
      return { user, audiences } satisfies Authenticated;
    },
  };
}

/** The claims as they stand there, unverified; undefined when it is no JWT. */
function readToken(token: string): { claims: JsonObject; keyId: string | undefined } | undefined {
  const parts = token.split('.', 4);
  if (parts.length !== 3 || token.length > MAX_TOKEN_LENGTH) return undefined;
  const header = readJson(parts[0] as string);
  const claims = readJson(parts[1] as string);
  if (header === undefined || claims === undefined) return undefined;
  return { claims, keyId: typeof header.kid === 'string' ? header.kid : undefined };
}

function readJson(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function audiencesOf({ aud }: JsonObject): string[] {
  const list = Array.isArray(aud) ? aud : [aud];
  return list.filter((audience) => typeof audience === 'string');
}

async function boundUser(claims: JsonObject, { objects, now }: ServiceAccountOptions): Promise<UserInfo> {
  checkTimes(claims, now());
  const bound = kubernetesClaim(claims);
  const { namespace, serviceaccount, pod, secret, node } = bound;
  const deletedBefore = now().getTime() - LEEWAY_MS;
  await checkAccount(objects, namespace, serviceaccount, deletedBefore);
  if (secret !== undefined) await checkBound(objects, 'secret', namespace, secret, deletedBefore);
  if (pod !== undefined) await checkBound(objects, 'pod', namespace, pod, deletedBefore);
  else if (node !== undefined) await checkBound(objects, 'node', '', node, deletedBefore);
  return accountUser(namespace, serviceaccount, extraOf(claims, bound));
}

function accountUser(namespace: string, { name, uid = '' }: NameAndUid, extra: Record<string, string[]>): UserInfo {
  return { name: serviceAccountUsername(namespace, name), uid, groups: serviceAccountGroups(namespace), extra };
}

function extraOf(claims: JsonObject, { pod, node }: KubernetesClaim): Record<string, string[]> {
  return {
    ...(typeof claims.jti === 'string' && claims.jti !== ''
      ? { [`${EXTRA}credential-id`]: [`JTI=${claims.jti}`] }
      : {}),
    ...(node === undefined ? {} : { [`${EXTRA}node-name`]: [node.name] }),
    ...(node?.uid ? { [`${EXTRA}node-uid`]: [node.uid] } : {}),
    ...(pod === undefined ? {} : { [`${EXTRA}pod-name`]: [pod.name], [`${EXTRA}pod-uid`]: [pod.uid ?? ''] }),
  };
}

function checkTimes({ exp, nbf, iat }: JsonObject, now: Date): void {
  const time = now.getTime();
  if (typeof nbf === 'number' && time + LEEWAY_MS < nbf * 1000)
    throw rejected('service account token is not valid yet');
  if (typeof exp === 'number' && time - LEEWAY_MS > exp * 1000) throw rejected('service account token has expired');
  if (typeof iat === 'number' && time + LEEWAY_MS < iat * 1000) {
    throw rejected('service account token is issued in the future');
  }
}

function kubernetesClaim(claims: JsonObject): KubernetesClaim {
  const claim = claims['kubernetes.io'];
  const account = isObject(claim) ? reference(claim.serviceaccount) : undefined;
  if (!isObject(claim) || typeof claim.namespace !== 'string' || account === undefined) {
    throw rejected('service account token claims could not be validated due to unexpected private claim');
  }
  const pod = reference(claim.pod);
  const secret = reference(claim.secret);
  const node = reference(claim.node);
  return {
    namespace: claim.namespace,
    serviceaccount: account,
    ...(pod === undefined ? {} : { pod }),
    ...(secret === undefined ? {} : { secret }),
    ...(node === undefined ? {} : { node }),
  };
}

function reference(value: unknown): NameAndUid | undefined {
  if (!isObject(value) || typeof value.name !== 'string') return undefined;
  return { name: value.name, ...(typeof value.uid === 'string' ? { uid: value.uid } : {}) };
}

type Objects = ServiceAccountOptions['objects'];

async function checkAccount(
  objects: Objects,
  namespace: string,
  { name, uid = '' }: NameAndUid,
  deletedBefore: number,
) {
  const account = await objects.get('', 'serviceaccounts', namespace, name);
  if (account === undefined) throw rejected(`serviceaccounts ${quote(name)} not found`);
  if (isGone(account, deletedBefore)) throw rejected(`service account ${namespace}/${name} has been deleted`);
  const live = account.metadata.uid ?? '';
  if (live !== uid) throw rejected(`service account UID (${live}) does not match claim (${uid})`);
  return account;
}

async function checkBound(
  objects: Objects,
  type: 'pod' | 'secret' | 'node',
  namespace: string,
  { name, uid = '' }: NameAndUid,
  deletedBefore: number,
): Promise<void> {
  const object = await objects.get('', `${type}s`, namespace, name);
  if (object === undefined || isGone(object, deletedBefore)) throw rejected(INVALIDATED);
  const live = object.metadata.uid ?? '';

  if (live !== uid) throw rejected(`${type} UID (${live}) does not match service account ${type} ref claim (${uid})`);
}

function isGone(object: KubeObject, deletedBefore: number): boolean {
  const { deletionTimestamp } = object.metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < deletedBefore;
}

const LEGACY = 'kubernetes.io/serviceaccount/';

async function legacyUser(
  token: string,
  claims: JsonObject,
  { objects, now }: ServiceAccountOptions,
  warn: (text: string) => void,
): Promise<UserInfo> {
  const claim = (name: string): string => {
    const value = claims[LEGACY + name];
    if (typeof value !== 'string' || value === '') throw rejected(`${name.replace(/[.-]/g, ' ')} claim is missing`);
    return value;
  };
  const namespace = claim('namespace');
  const account = { name: claim('service-account.name'), uid: claim('service-account.uid') };
  const secretName = claim('secret.name');
  if (claims.sub !== serviceAccountUsername(namespace, account.name)) throw rejected('sub claim is invalid');
  const deletedBefore = now().getTime() - LEEWAY_MS;
  const secret = await objects.get('', 'secrets', namespace, secretName);
  const stored = isObject(secret?.data) ? secret.data.token : undefined;
  if (secret === undefined || isGone(secret, deletedBefore) || stored !== Buffer.from(token).toString('base64')) {
    throw rejected(INVALIDATED);
  }
  const live = await checkAccount(objects, namespace, account, deletedBefore);
  const listed = Array.isArray(live.secrets) ? (live.secrets as { name?: string }[]) : [];
  if (listed.some((ref) => ref.name === secretName)) warn(AUTO_GENERATED);
  return accountUser(namespace, account, {});
}
