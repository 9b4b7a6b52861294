/** Signs what is approved for Kubernetes' own signers; imitates pkg/controller/certificates/signer. */
import { X509Certificate } from 'node:crypto';
import { formatTime } from '../../api/time.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { ControllerContext, ControllerDefinition } from '../shared/controller.ts';
import { certificateFields } from './certificate-fields.ts';
import { SIGNER_RULES } from './signer-rules.ts';
import { isTrue, parsedRequest, REQUESTS, type SigningRequest, startRequestController } from './signing-request.ts';

const NAME = 'csrsigning';

export const certificateSigning: ControllerDefinition = {
  name: NAME,
  start: (context) => startRequestController(context, NAME, (...args) => settle(context, ...args)),
};

async function settle(
  context: ControllerContext,
  client: RestClient,
  request: SigningRequest,
  signal: AbortSignal,
): Promise<void> {
  const { spec, status } = request;
  const rule = SIGNER_RULES.get(spec?.signerName ?? '');
  if (rule === undefined || context.signCertificate === undefined) return;
  if (status?.certificate || !isTrue(request, 'Approved') || isTrue(request, 'Denied', 'Failed')) return;
  const parsed = parsedRequest(request);
  const fault = rule(parsed, spec?.usages ?? []);
  const target = { ...REQUESTS, name: request.metadata.name ?? '', subresource: 'status' };
  const now = new Date(context.clock.now());
  if (fault !== undefined) {
    const failed = {
      type: 'Failed',
      status: 'True',
      reason: 'SignerValidationFailure',
      message: fault,
      lastUpdateTime: formatTime(now),
    };
    const conditions = [...(status?.conditions ?? []), failed];
    await client.update(target, { ...request, status: { ...status, conditions } }, { signal });
    return;
  }
  const wishes = { usages: spec?.usages ?? [], expirationSeconds: spec?.expirationSeconds };
  const authorityEnds = new Date(new X509Certificate(context.caCertificate).validTo);
  const pem = await context.signCertificate(certificateFields(parsed, wishes, now, authorityEnds));
  const certificate = Buffer.from(pem).toString('base64');
  await client.update(target, { ...request, status: { ...status, certificate } }, { signal });
}
