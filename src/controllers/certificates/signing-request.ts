/** Signing requests as their controllers see them. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts';
import { Informer } from '../../client/informer.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { type CertificateRequest, parseCertificateRequest } from '../../util/certificate-request.ts';
import { type Controller, type ControllerContext, controllerQueue } from '../shared/controller.ts';
import { identityOnly } from '../shared/namespaces.ts';

export const REQUESTS = {
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'certificatesigningrequests',
  kind: 'CertificateSigningRequest',
  namespaced: false,
};
/** The service account of all controllers of certificates, as upstream. */
const ACCOUNT = 'certificate-controller';
const CONCURRENCY = 5;

export type SigningRequest = KubeObject & CertificateSigningRequest;

/** Looks at every signing request when it appears or changes. */
export function startRequestController(
  context: ControllerContext,
  name: string,
  handle: (client: RestClient, request: SigningRequest, signal: AbortSignal) => Promise<void>,
): Controller {
  const client = context.client(ACCOUNT);
  const queue = controllerQueue<string>(context, name, {
    concurrency: CONCURRENCY,
    async reconcile(key, signal) {
      const request = await find(client, key, signal);
      if (request !== undefined) await handle(client, request, signal);
    },
  });
  const look = ({ metadata }: KubeObject): void => queue.add(metadata.name ?? '');
  const requests = new Informer({ transform: identityOnly });
  requests.handle({ added: look, updated: look });
  context.feed.subscribe(REQUESTS, requests);
  return { stop: () => queue.stop() };
}

async function find(client: RestClient, name: string, signal: AbortSignal): Promise<SigningRequest | undefined> {
  try {
    return await client.get<SigningRequest>({ ...REQUESTS, name }, { signal });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

export function isTrue(request: CertificateSigningRequest, ...types: readonly string[]): boolean {
  return (request.status?.conditions ?? []).some(({ type, status }) => types.includes(type ?? '') && status === 'True');
}

/** @throws Error when it is malformed */
export function parsedRequest({ spec }: CertificateSigningRequest): CertificateRequest {
  return parseCertificateRequest(Buffer.from(spec?.request ?? '', 'base64').toString('latin1'));
}
