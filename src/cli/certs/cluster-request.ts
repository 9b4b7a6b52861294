/** A CertificateSigningRequest's way through a cluster: asked, approved, signed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isStatusError } from '../../api/status-error.ts';
import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { parseCertificateRequest } from '../../util/certificate-request.ts';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { CliError } from '../errors.ts';
import { lifetimeWithin } from './generate.ts';
import { issueLeaf, type Purpose } from './issue.ts';

export interface RequestWishes {
  /** Prefix of the object's name. */
  readonly name: string;
  readonly csr: string;
  readonly signer: string;
  readonly expirationSeconds?: number;
}

const TARGET = { group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' };
const POLL_MS = 250;
const DEFAULT_SECONDS = 365 * 86_400;

/** Who signs by upstream's names, and for what. */
export const SIGNERS: Readonly<Record<string, readonly Purpose[]>> = {
  'kubernetes.io/kube-apiserver-client': ['client'],
  'kubernetes.io/kube-apiserver-client-kubelet': ['client'],
  'kubernetes.io/kubelet-serving': ['server'],
};

export async function askForCertificate(client: RestClient, wishes: RequestWishes): Promise<CertificateSigningRequest> {
  const usages = ['digital signature', ...(SIGNERS[wishes.signer] ?? ['client']).map((purpose) => `${purpose} auth`)];
  const prefix = wishes.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return client.create<CertificateSigningRequest>(TARGET, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: `${prefix || 'request'}-` },
    spec: {
      request: Buffer.from(wishes.csr).toString('base64'),
      signerName: wishes.signer,
      usages,
      ...(wishes.expirationSeconds === undefined ? {} : { expirationSeconds: wishes.expirationSeconds }),
    },
  });
}

export function readRequest(client: RestClient, name: string): Promise<CertificateSigningRequest> {
  return client.get<CertificateSigningRequest>({ ...TARGET, name });
}

/** What `kubectl certificate approve` does. */
export async function approve(
  client: RestClient,
  request: CertificateSigningRequest,
): Promise<CertificateSigningRequest> {
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'KctlApprove',
    message: 'This CSR was approved by kctl certs csr --approve.',
  };
  const body = {
    ...request,
    status: { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] },
  };
  return client.update({ ...TARGET, name: request.metadata?.name ?? '', subresource: 'approval' }, body);
}

/** Signs an approved request with an authority at hand, where no signer of the cluster does; one that was quicker is fine. */
export async function signRequest(
  client: RestClient,
  request: CertificateSigningRequest,
  authority: KeyedCertificate,
  now: Date,
): Promise<CertificateSigningRequest> {
  const { request: encoded = '', signerName = '', expirationSeconds } = request.spec ?? {};
  const csr = parseCertificateRequest(Buffer.from(encoded as string, 'base64').toString('utf8'));
  if (!csr.verified) throw new CliError('the request is not signed by its own key');
  const { validity } = lifetimeWithin(authority, (expirationSeconds ?? DEFAULT_SECONDS) * 1000, now);
  const fields = {
    subject: { commonName: csr.subject.commonName ?? '', organizations: csr.subject.organizations ?? [] },
    purposes: SIGNERS[signerName] ?? (['client'] as const),
    hosts: [...csr.dnsNames, ...csr.ipAddresses, ...csr.uris, ...csr.emailAddresses],
  };
  const cert = await issueLeaf(authority, csr.publicKey, fields, validity);
  const status = { ...request.status, certificate: Buffer.from(cert).toString('base64') };
  const name = request.metadata?.name ?? '';
  try {
    return await client.update({ ...TARGET, name, subresource: 'status' }, { ...request, status });
  } catch (error) {
    if (!isStatusError(error, 'Conflict')) throw error;
    const current = await readRequest(client, name);
    if (!current.status?.certificate) throw error;
    return current;
  }
}

/** PEM of the certificate; undefined when nobody has signed it in time. @throws CliError when it was denied or failed */
export async function signedCertificate(
  client: RestClient,
  name: string,
  deadline: number,
): Promise<{ cert?: string; approved: boolean }> {
  for (;;) {
    const { status = {} } = await readRequest(client, name);
    const conditions = status.conditions ?? [];
    const refused = conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
    if (refused !== undefined) {
      throw new CliError(
        `the request ${name} was ${refused.type === 'Denied' ? 'denied' : 'not signed'}: ${refused.message || refused.reason || 'no reason was given'}`,
      );
    }
    const approved = conditions.some(({ type }) => type === 'Approved');
    if (status.certificate)
      return { cert: Buffer.from(status.certificate as string, 'base64').toString('utf8'), approved };
    if (Date.now() >= deadline) return { approved };
    await sleep(POLL_MS);
  }
}
