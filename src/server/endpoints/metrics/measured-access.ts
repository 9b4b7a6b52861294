/** Counts who was recognised and what was allowed. */
import type { Authenticated, Credentials } from '../../authentication/authenticator.ts';
import type { RequestAuthenticator } from '../../authentication/request-authenticator.ts';
import type { Authorizer, Decision } from '../../authorization/authorizer.ts';
import type { Metrics } from './metrics.ts';

const RESULTS = { allow: 'allowed', deny: 'denied', 'no-opinion': 'no-opinion' } as const;

export function measuredAuthenticator(
  inner: Pick<RequestAuthenticator, 'authenticate'>,
  metrics: Metrics,
): Pick<RequestAuthenticator, 'authenticate'> {
  const succeeded = (found: Authenticated): Authenticated => {
    metrics.authenticated('success');
    return found;
  };
  const failed = (error: unknown): never => {
    metrics.authenticated('failure');
    throw error;
  };
  return {
    authenticate(credentials: Credentials) {
      let answer: Authenticated | Promise<Authenticated>;
      try {
        answer = inner.authenticate(credentials);
      } catch (error) {
        return failed(error);
      }
      return answer instanceof Promise ? answer.then(succeeded, failed) : succeeded(answer);
    },
  };
}

export function measuredAuthorizer(inner: Authorizer, metrics: Metrics): Authorizer {
  const count = (decision: Decision): Decision => {
    metrics.authorized(RESULTS[decision.verdict]);
    return decision;
  };
  return {
    name: inner.name,
    authorize(attributes) {
      const decision = inner.authorize(attributes);
      return decision instanceof Promise ? decision.then(count) : count(decision);
    },
  };
}
