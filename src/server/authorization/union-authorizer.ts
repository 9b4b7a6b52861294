/** Asks authorizers in order until one allows or denies; imitates apiserver pkg/authorization/union. */
import { aggregateText } from '../../api/field-errors.ts';
import type { AccessAttributes, Authorizer, Decision } from './authorizer.ts';

/** What one authorizer of a union answered, for traces. */
export interface Opinion {
  readonly authorizer: string;
  readonly decision: Decision;
}

type Answer = Decision | Promise<Decision>;

export interface UnionAuthorizer extends Authorizer {
  /** Like authorize, telling every authorizer's answer to `report` as it comes. */
  authorizeWith(attributes: AccessAttributes, report: (opinion: Opinion) => void): Answer;
}

/** Refusals join the reasons of all that had no opinion, one a line. Waits only for those that make it wait. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): UnionAuthorizer {
  const ask = (attributes: AccessAttributes, report?: (opinion: Opinion) => void): Answer => {
    const silent: Decision[] = [];
    const decides = (authorizer: Authorizer, decision: Decision): boolean => {
      report?.({ authorizer: authorizer.name, decision });
      if (decision.verdict === 'no-opinion') silent.push(decision);
      return decision.verdict !== 'no-opinion';
    };
    const askFrom = (from: number): Answer => {
      for (let i = from; i < authorizers.length; i++) {
        const authorizer = authorizers[i] as Authorizer;
        const answer = authorizer.authorize(attributes);
        if (answer instanceof Promise)
          return answer.then((decision) => (decides(authorizer, decision) ? decision : askFrom(i + 1)));
        if (decides(authorizer, answer)) return answer;
      }
      return combined(silent);
    };
    return askFrom(0);
  };
  return {
    name: 'union',
    authorize: (attributes) => ask(attributes),
    authorizeWith: (attributes, report) => ask(attributes, report),
  };
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
