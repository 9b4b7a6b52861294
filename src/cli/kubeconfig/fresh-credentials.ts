/** New credentials for somebody else, from a cluster or from an authority at hand. */
import type { TokenRequest } from '../../api/types/authentication-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { ofCertificate } from '../auth/offline-identity.ts';
import { readAuthority } from '../certs/certificate-files.ts';
import { approve, askForCertificate, signedCertificate } from '../certs/cluster-request.ts';
import { lifetimeWithin } from '../certs/generate.ts';
import { issueLeaf, signingRequest } from '../certs/issue.ts';
import { type KeyPair, type KeyType, makeKeys, privatePem } from '../certs/keys.ts';
import { DAY_MS } from '../certs/lifetime.ts';
import { profileFields } from '../certs/profiles.ts';
import { CliError } from '../errors.ts';
import { tokenFacts } from '../token/token-facts.ts';

export interface FreshCredentials {
  /** In the kubeconfig. */
  readonly name: string;
  readonly user: string;
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly until: string;
  readonly credentials: KeyedCertificate | { readonly token: string };
  readonly namespace?: string;
}

const TOKEN_TTL_MS = 3_600_000;
const SIGNER = 'kubernetes.io/kube-apiserver-client';
const SIGN_TIMEOUT_MS = 15_000;

/** @throws StatusError, CliError */
export async function accountToken(
  client: RestClient,
  namespace: string,
  account: string,
  ttlMs = TOKEN_TTL_MS,
): Promise<FreshCredentials> {
  const target = {
    group: '',
    version: 'v1',
    resource: 'serviceaccounts',
    namespace,
    name: account,
    subresource: 'token',
  };
  const { status } = await client.create<TokenRequest>(target, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: Math.ceil(ttlMs / 1000) },
  });
  const token = status?.token ?? '';
  if (token === '') throw new CliError('the server answered without a token');
  const { user } = tokenFacts(token);
  return {
    name: account,
    user: user?.username ?? '',
    groups: user?.groups ?? [],
    until: status?.expirationTimestamp ?? '',
    credentials: { token },
    namespace,
  };
}

export interface UserWishes {
  readonly name: string;
  readonly groups: readonly string[];
  readonly ttlMs: number | undefined;
  readonly keyType: KeyType;
  readonly ca: string | undefined;
}

/** @throws StatusError, CliError */
export async function userCertificate(client: RestClient, wishes: UserWishes): Promise<FreshCredentials> {
  const keys = await makeKeys(wishes.keyType);
  const ttlMs = wishes.ttlMs ?? DAY_MS;
  const cert =
    wishes.ca === undefined
      ? await fromCluster(client, wishes, keys, ttlMs)
      : await fromAuthority(wishes.ca, wishes, keys, ttlMs);
  const { user, source } = ofCertificate(cert);
  return {
    name: wishes.name,
    user: user.username ?? '',
    groups: user.groups ?? [],
    until: source.replace(/^.*valid until /, ''),
    credentials: { cert, key: privatePem(keys) },
  };
}

async function fromAuthority(ca: string, { name, groups }: UserWishes, keys: KeyPair, ttlMs: number): Promise<string> {
  const authority = await readAuthority(ca);
  const { validity } = lifetimeWithin(authority, ttlMs, new Date());
  return issueLeaf(authority, keys.publicKey, profileFields('user', { name, groups, hosts: [] }), validity);
}

async function fromCluster(
  client: RestClient,
  { name, groups }: UserWishes,
  keys: KeyPair,
  ttlMs: number,
): Promise<string> {
  const csr = await signingRequest({ subject: { commonName: name, organizations: groups } }, keys);
  const request = await askForCertificate(client, {
    name,
    csr,
    signer: SIGNER,
    expirationSeconds: Math.ceil(ttlMs / 1000),
  });
  await approve(client, request);
  const called = request.metadata?.name ?? '';
  const { cert } = await signedCertificate(client, called, Date.now() + SIGN_TIMEOUT_MS);
  if (cert !== undefined) return cert;
  throw new CliError(
    `the request ${called} is approved, but nobody has signed it: does a signer run in the cluster (kube-controller-manager)?\nTry this: --ca DIR, if you have the authority's key`,
  );
}
