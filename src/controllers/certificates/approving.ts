/** Approves kubelets' requests for client certificates when they may ask for it; imitates pkg/controller/certificates/approver. */
import type { SubjectAccessReview } from '../../api/types/authorization-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { ControllerDefinition } from '../shared/controller.ts';
import { KUBELET_CLIENT, kubeletClientFault } from './signer-rules.ts';
import { isTrue, parsedRequest, REQUESTS, type SigningRequest, startRequestController } from './signing-request.ts';

const NAME = 'csrapproving';
const REVIEWS = { group: 'authorization.k8s.io', version: 'v1', resource: 'subjectaccessreviews' };

export const certificateApproving: ControllerDefinition = {
  name: NAME,
  start: (context) => startRequestController(context, NAME, settle),
};

async function settle(client: RestClient, request: SigningRequest, signal: AbortSignal): Promise<void> {
  const { spec, status } = request;
  if (status?.certificate || isTrue(request, 'Approved', 'Denied') || spec?.signerName !== KUBELET_CLIENT) return;
  const parsed = parsedRequest(request);
  if (kubeletClientFault(parsed, spec.usages ?? []) !== undefined) return;
  const own = spec.username === parsed.subject.commonName;
  if (own && (await mayAsk(client, request, 'selfnodeclient', signal))) {
    await approve(client, request, 'Auto approving self kubelet client certificate after SubjectAccessReview.', signal);
  } else if (await mayAsk(client, request, 'nodeclient', signal)) {
    await approve(client, request, 'Auto approving kubelet client certificate after SubjectAccessReview.', signal);
  }
}

async function mayAsk(
  client: RestClient,
  { spec }: SigningRequest,
  subresource: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { username = '', uid, groups, extra } = spec ?? {};
  const review = await client.create<SubjectAccessReview>(
    REVIEWS,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: username,
        ...(uid === undefined ? {} : { uid }),
        ...(groups === undefined ? {} : { groups }),
        ...(extra === undefined ? {} : { extra }),
        resourceAttributes: { group: REQUESTS.group, resource: REQUESTS.resource, verb: 'create', subresource },
      },
    },
    { signal },
  );
  return review.status?.allowed === true;
}

async function approve(
  client: RestClient,
  request: SigningRequest,
  message: string,
  signal: AbortSignal,
): Promise<void> {
  const target = { ...REQUESTS, name: request.metadata.name ?? '', subresource: 'approval' };
  const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
  const conditions = [...(request.status?.conditions ?? []), approved];
  await client.update(target, { ...request, status: { ...request.status, conditions } }, { signal });
}
