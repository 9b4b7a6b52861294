/** Asks authorizers in order until one allows or denies; imitates apiserver pkg/authorization/union. */
import { aggregateText } from '../../api/field-errors.ts';
import type { AccessAttributes, Authorizer, Decision } from './authorizer.ts';

/** What one authorizer of a union answered, for traces. */
export interface Opinion {
  readonly authorizer: string;
  readonly decision: Decision;
}

type Answer = Decision | Promise<Decision>;
type Report = (opinion: Opinion) => void;

export interface UnionAuthorizer extends Authorizer {
  /** Like authorize, telling every authorizer's answer to `report` as it comes. */
  authorizeWith(attributes: AccessAttributes, report: Report): Answer;
}

/** Refusals join the reasons of all that had no opinion, one a line. Waits only for those that make it wait. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): UnionAuthorizer {
  const ask = (attributes: AccessAttributes, report: Report | undefined, from: number, silent: Decision[]): Answer => {
    for (let i = from; i < authorizers.length; i++) {
      const authorizer = authorizers[i] as Authorizer;
      const answer = authorizer.authorize(attributes);
      if (answer instanceof Promise) return wait(answer, attributes, report, i, silent);
      report?.({ authorizer: authorizer.name, decision: answer });
      if (answer.verdict !== 'no-opinion') return answer;
      silent.push(answer);
    }
    return combined(silent);
  };
  const wait = async (
    answer: Promise<Decision>,
    attributes: AccessAttributes,
    report: Report | undefined,
    i: number,
    silent: Decision[],
  ): Promise<Decision> => {
    const decision = await answer;
    report?.({ authorizer: (authorizers[i] as Authorizer).name, decision });
    if (decision.verdict !== 'no-opinion') return decision;
    silent.push(decision);
    return ask(attributes, report, i + 1, silent);
  };
  return {
    name: 'union',
    authorize: (attributes) => ask(attributes, undefined, 0, []),
    authorizeWith: (attributes, report) => ask(attributes, report, 0, []),
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
