/** `certificate approve` and `certificate deny`: what is decided about a CertificateSigningRequest, as kubectl writes it. */
import { isStatusError } from '../../api/status-error.ts';
import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';

export interface Decision {
  readonly type: 'Approved' | 'Denied';
  readonly reason: string;
  readonly message: string;
}

export const APPROVE: Decision = {
  type: 'Approved',
  reason: 'KubectlApprove',
  message: 'This CSR was approved by kubectl certificate approve.',
};

export const DENY: Decision = {
  type: 'Denied',
  reason: 'KubectlDeny',
  message: 'This CSR was denied by kubectl certificate deny.',
};

const MAX_CONFLICTS = 10;
const TARGET = { group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' } as const;

/** @param force writes also what was decided so before @throws CliError for what was decided otherwise, StatusError */
export async function decideRequest(
  client: RestClient,
  name: string,
  decision: Decision,
  force: boolean,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const request = await client.get<CertificateSigningRequest>({ ...TARGET, name });
    const next = decided(request, decision, new Date());
    if (next === undefined && !force) return;
    try {
      await client.update({ ...TARGET, name, subresource: 'approval' }, next ?? request);
      return;
    } catch (error) {
      if (!isStatusError(error, 'Conflict') || attempt >= MAX_CONFLICTS) throw error;
    }
  }
}

/** undefined when it is decided so already. */
function decided(
  request: CertificateSigningRequest,
  { type, reason, message }: Decision,
  now: Date,
): CertificateSigningRequest | undefined {
  const conditions = request.status?.conditions ?? [];
  const other = type === 'Approved' ? 'Denied' : 'Approved';
  if (conditions.some((condition) => condition.type === other)) {
    throw new CliError(`certificate signing request ${JSON.stringify(request.metadata?.name)} is already ${other}`);
  }
  if (conditions.some((condition) => condition.type === type)) return undefined;
  const lastUpdateTime = `${now.toISOString().slice(0, 19)}Z`;
  const condition = { type, status: 'True', reason, message, lastUpdateTime };
  return { ...request, status: { ...request.status, conditions: [...conditions, condition] } };
}
