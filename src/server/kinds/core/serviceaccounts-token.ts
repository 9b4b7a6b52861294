/** serviceaccounts/NAME/token: signs a token that is bound to the account and perhaps to a pod, secret or node. Imitates TokenREST of pkg/registry/core/serviceaccount/storage. */
import { FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import type { KubeObject } from '../../../api/object.ts';
import { boundTokenClaims, type NameAndUid } from '../../../api/service-account-claims.ts';
import { badRequest, conflict, invalid, notFound } from '../../../api/status-error.ts';
import { formatTime } from '../../../api/time.ts';
import type { BoundObjectReference, TokenRequest } from '../../../api/types/authentication-v1.ts';
import type { Pod } from '../../../api/types/core-v1.ts';
import { identityOf, type TokenSettings } from '../identity-services.ts';
import { readBody, takeNamespace } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';

const GROUP = 'authentication.k8s.io';
const KIND = { group: GROUP, resource: 'TokenRequest' };
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const DEFAULT_SECONDS = 3600;
/** Kubelets ask for exactly this long; see the admission plugin ServiceAccount. */
const WATCHED_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 60 * 60;

/** @throws StatusError 400, 404, 409 or 422 */
export async function issueToken(request: SubresourceRequest): Promise<SubresourceResponse> {
  const { info, objects, now } = request;
  const { tokens, apiAudiences } = identityOf(request);
  const wanted = readBody<TokenRequest>(GROUP, 'v1', 'TokenRequest', request.body);
  takeNamespace(wanted, info.namespace);
  checkName(wanted.metadata.name, info.name);
  const account = await objects.get('', 'serviceaccounts', info.namespace, info.name);
  if (account === undefined) throw notFound({ group: '', resource: 'serviceaccounts' }, info.name);
  checkUid(wanted.metadata.uid, account.metadata.uid ?? '', info.name);
  const given = wanted.spec ?? {};
  const audiences = (given.audiences?.length ?? 0) === 0 ? apiAudiences : (given.audiences as string[]);
  const asked = given.expirationSeconds ?? DEFAULT_SECONDS;
  checkExpiration(asked);
  const bound = await boundObjects(request, given.boundObjectRef ?? undefined);
  const seconds = shortened(asked, tokens, request);
  const life = lifetime(seconds, tokens, bound.pod !== undefined && isForApi(audiences, apiAudiences));
  const claims = boundTokenClaims({
    issuer: tokens.issuer,
    namespace: info.namespace,
    serviceAccount: { name: info.name, uid: account.metadata.uid ?? '' },
    audiences,
    now,
    jti: tokens.uuid(),
    ...life,
    ...bound,
  });
  const body = {
    kind: 'TokenRequest',
    apiVersion: `${GROUP}/v1`,
    metadata: {
      name: info.name,
      namespace: info.namespace,
      uid: account.metadata.uid ?? '',
      creationTimestamp: formatTime(now),
    },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: given.boundObjectRef ?? null },
    status: {
      token: await tokens.keys.sign(claims),
      expirationTimestamp: formatTime(now.getTime() + seconds * 1000),
    },
  };
  return { status: 201, body };
}

function checkName(given: string | undefined, name: string): void {
  if (!given || given === name) return;
  const errors = new FieldErrors();
  const message = 'must match the service account name if specified';
  errors.invalid(Path.root('metadata').child('name'), given, message);
  throw invalid(KIND, name, errors.list);
}

function checkUid(given: string | undefined, uid: string, name: string): void {
  if (!given || given === uid) return;
  const message = `the UID in the token request (${given}) does not match the UID of the service account (${uid})`;
  throw conflict({ group: GROUP, resource: 'TokenRequest' }, name, message);
}

function checkExpiration(seconds: number): void {
  const errors = new FieldErrors();
  const path = Path.root('spec').child('expirationSeconds');
  if (seconds < MIN_SECONDS) errors.invalid(path, seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) errors.invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds');
  if (errors.length > 0) throw invalid(KIND, '', errors.list);
}

function shortened(seconds: number, { maxExpirationSeconds: max }: TokenSettings, request: SubresourceRequest): number {
  if (max <= 0 || seconds <= max) return seconds;
  request.warn(`requested expiration of ${seconds} seconds shortened to ${max} seconds`);
  return max;
}

/** A kubelet's token outlives its expiry, so that programs that never read it anew go on; they are counted. */
function lifetime(seconds: number, { extendExpiration }: TokenSettings, watchable: boolean) {
  const extended = extendExpiration && watchable && seconds === WATCHED_SECONDS;
  return extended
    ? { expirationSeconds: EXTENDED_SECONDS, warnAfterSeconds: seconds }
    : { expirationSeconds: seconds, warnAfterSeconds: 0 };
}

function isForApi(audiences: readonly string[], apiAudiences: readonly string[]): boolean {
  return audiences.every((audience) => apiAudiences.includes(audience));
}

interface Bound {
  readonly pod?: NameAndUid;
  readonly secret?: NameAndUid;
  readonly node?: NameAndUid;
}

async function boundObjects(request: SubresourceRequest, ref: BoundObjectReference | undefined): Promise<Bound> {
  if (ref === undefined) return {};
  const { kind = '', name = '', uid: wanted = '' } = ref;
  const { group, version } = groupVersion(ref.apiVersion ?? '');
  const found = await boundObject(request, group === '' ? kind : '', name);
  if (found === undefined) throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  const uid = found.metadata.uid ?? '';
  if (wanted !== '' && wanted !== uid) {
    throw conflict(
      { group, resource: kind },
      name,
      `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (kind === 'Secret') return { secret: { name, uid } };
  if (kind === 'Node') return { node: { name, uid } };
  const node = await nodeOf(request, found as Pod);
  return { pod: { name, uid }, ...(node === undefined ? {} : { node }) };
}

function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Undefined for a kind that no token is bound to. @throws StatusError 404 */
async function boundObject(request: SubresourceRequest, kind: string, name: string): Promise<KubeObject | undefined> {
  const { namespace, name: account } = request.info;
  const get = async (resource: string, home: string): Promise<KubeObject> => {
    const found = await request.objects.get('', resource, home, name);
    if (found === undefined) throw notFound({ group: '', resource }, name);
    return found;
  };
  if (kind === 'Secret') return get('secrets', namespace);
  if (kind === 'Node') return get('nodes', '');
  if (kind !== 'Pod') return undefined;
  const pod = (await get('pods', namespace)) as KubeObject & Pod;
  if (pod.spec?.serviceAccountName === account) return pod;
  throw badRequest(
    `cannot bind token for serviceaccount ${quote(account)} to pod running with different serviceaccount name.`,
  );
}

/** The node that a pod runs on; without a uid when it is gone. */
async function nodeOf({ objects }: SubresourceRequest, pod: Pod): Promise<NameAndUid | undefined> {
  const name = pod.spec?.nodeName;
  if (!name) return undefined;
  const node = await objects.get('', 'nodes', '', name);
  return node?.metadata.uid === undefined ? { name } : { name, uid: node.metadata.uid };
}
