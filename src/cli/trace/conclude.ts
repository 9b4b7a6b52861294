/** For servers that do not tell: whether and why RBAC allows the requests, concluded from its objects. */
import type { RestClient } from '../../client/rest-client.ts';
import { selfReview } from '../auth/access-review.ts';
import { policyOfCluster } from '../rbac/cluster-policy.ts';
import { type AccessExplanation, explainAccess } from '../rbac/explanation-text.ts';
import { type AskedSubject, askedUser } from '../rbac/subject-argument.ts';
import { requestAttributes } from './request-attributes.ts';
import type { TracedRequest } from './trace-report.ts';

export interface ConcludeClients {
  /** As whom the requests were made. */
  readonly asker: RestClient;
  /** Reads roles and bindings. */
  readonly reader: RestClient;
}

/** Fills in `concluded`. What cannot be found out is said there too. */
export async function concludeAuthorization(
  { asker, reader }: ConcludeClients,
  requests: readonly TracedRequest[],
): Promise<void> {
  try {
    const { username = '', groups = [] } = (await selfReview(asker)).status?.userInfo ?? {};
    const subject = askedUser(username, groups);
    const policy = await policyOfCluster(reader, { namespace: '' });
    for (const request of requests) request.concluded = conclusion(policy, subject, request);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    for (const request of requests) request.concluded = { station: 'authorization', decision: `not explained: ${why}` };
  }
}

function conclusion(
  policy: Parameters<typeof explainAccess>[0],
  subject: AskedSubject,
  request: TracedRequest,
): TracedRequest['concluded'] {
  const explanation = explainAccess(policy, subject, requestAttributes(request.method, request.path));
  const { allowed, user, groups } = explanation;
  const why = `${user}, ${allowed ? 'allowed' : 'refused'} ${reason(explanation)}`;
  // RBAC is seldom the only authorizer, and it cannot forbid.
  const differs = !allowed && request.status !== 403 ? '; another authorizer said yes' : '';
  return {
    station: 'authorization',
    decision: `concluded from RBAC: ${why}${differs}`,
    details: { groups, ...(explanation.allowedBy ?? {}), nearestMisses: explanation.nearestMisses },
  };
}

function reason({ allowedBy, privileged, nearestMisses: [nearest] }: AccessExplanation): string {
  if (allowedBy !== undefined) return `by ${allowedBy.grant}: ${allowedBy.rule}`;
  if (privileged) return 'as a member of system:masters';
  if (nearest === undefined) return 'as no rule comes near';
  return `as no rule fits; nearest: ${nearest.grant}, but ${nearest.because.join('; ')}`;
}
