/** Asks authorizers in order until one allows or denies; imitates apiserver pkg/authorization/union. */
import { aggregateText } from '../../api/field-errors.ts';
import type { AccessAttributes, Authorizer, Decision } from './authorizer.ts';

/** What one authorizer of a union answered, for traces. */
export interface Opinion {
  readonly authorizer: string;
  readonly decision: Decision;
}

export interface UnionAuthorizer extends Authorizer {
  authorize(attributes: AccessAttributes): Promise<Decision>;
  /** Like authorize, telling every authorizer's answer to `report` as it comes. */
  authorizeWith(attributes: AccessAttributes, report: (opinion: Opinion) => void): Promise<Decision>;
}

/** Refusals join the reasons of all that had no opinion, one a line. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): UnionAuthorizer {
  async function authorizeWith(attributes: AccessAttributes, report?: (opinion: Opinion) => void): Promise<Decision> {
    const silent: Decision[] = [];
    for (const authorizer of authorizers) {
      const answer = authorizer.authorize(attributes);
      const decision = answer instanceof Promise ? await answer : answer;
      report?.({ authorizer: authorizer.name, decision });
      if (decision.verdict !== 'no-opinion') return decision;
      silent.push(decision);
    }
    return combined(silent);
  }
  return { name: 'union', authorize: (attributes) => authorizeWith(attributes), authorizeWith };
}

function combined(silent: readonly Decision[]): Decision {
  const errors = silent.flatMap((decision) => decision.error ?? []);
  const explained = silent.filter((decision) => decision.explain !== undefined);
  return {
    verdict: 'no-opinion',
    reason: silent
      .map((decision) => decision.reason)
      .filter((reason) => reason !== '')
      .join('\n'),
    ...(errors.length === 0 ? {} : { error: aggregateText(errors) }),
    ...(explained.length === 0 ? {} : { explain: () => Object.assign({}, ...explained.map((d) => d.explain?.())) }),
  };
}
