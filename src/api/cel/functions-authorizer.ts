/** `authorizer.group('apps').resource('deployments').check('create').allowed()`; imitates apiserver pkg/cel/library/authz.go. */
import { type CelFunction, type CelFunctions, on } from './cel-function.ts';
import { CelError, CelOpaque, type CelValue } from './values.ts';

/** What is asked: a path, or a resource. */
export interface AccessQuestion {
  /** `NAMESPACE/NAME` of a service account that is asked about in place of the sender. */
  readonly serviceAccount?: readonly [namespace: string, name: string];
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error: string;
}

export type CheckAccess = (question: AccessQuestion, verb: string) => AccessAnswer;

const NOTHING: AccessQuestion = { group: '', resource: '', subresource: '', namespace: '', name: '' };

/** A question on its way; two cannot be compared. */
abstract class Asking extends CelOpaque {
  readonly check: CheckAccess;
  readonly question: AccessQuestion;

  constructor(check: CheckAccess, question: AccessQuestion = NOTHING) {
    super();
    this.check = check;
    this.question = question;
  }

  override equals(): boolean {
    return false;
  }
}

export class CelAuthorizer extends Asking {
  override readonly typeName = 'kubernetes.authorization.Authorizer';
}

class CelGroupCheck extends Asking {
  override readonly typeName = 'kubernetes.authorization.GroupCheck';
}

class CelPathCheck extends Asking {
  override readonly typeName = 'kubernetes.authorization.PathCheck';
}

export class CelResourceCheck extends Asking {
  override readonly typeName = 'kubernetes.authorization.ResourceCheck';
}

class CelDecision extends CelOpaque {
  override readonly typeName = 'kubernetes.authorization.Decision';
  readonly answer: AccessAnswer;

  constructor(answer: AccessAnswer) {
    super();
    this.answer = answer;
  }

  override equals(): boolean {
    return false;
  }
}

/** A resource check with one more fact. */
function refined(field: keyof AccessQuestion): CelFunction {
  return on(CelResourceCheck, ({ check, question }, value) =>
    typeof value === 'string' ? new CelResourceCheck(check, { ...question, [field]: value }) : undefined,
  );
}

function decided(
  { check, question }: CelResourceCheck | CelPathCheck,
  verb: CelValue | undefined,
): CelValue | undefined {
  return typeof verb === 'string' ? new CelDecision(check(question, verb)) : undefined;
}

const path = on(CelAuthorizer, ({ check, question }, value) => {
  if (typeof value !== 'string') return undefined;
  if (value === '') throw new CelError('path must not be empty');
  return new CelPathCheck(check, { ...question, path: value });
});

const serviceAccount = on(CelAuthorizer, ({ check, question }, namespace, name) => {
  if (typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  return new CelAuthorizer(check, { ...question, serviceAccount: [namespace, name] });
});

export const AUTHORIZER_FUNCTIONS: CelFunctions = {
  path,
  serviceAccount,
  group: on(CelAuthorizer, ({ check, question }, group) =>
    typeof group === 'string' ? new CelGroupCheck(check, { ...question, group }) : undefined,
  ),
  resource: on(CelGroupCheck, ({ check, question }, resource) =>
    typeof resource === 'string' ? new CelResourceCheck(check, { ...question, resource }) : undefined,
  ),
  subresource: refined('subresource'),
  namespace: refined('namespace'),
  name: refined('name'),
  fieldSelector: refined('fieldSelector'),
  labelSelector: refined('labelSelector'),
  check: (value, verb) =>
    value instanceof CelResourceCheck || value instanceof CelPathCheck ? decided(value, verb) : undefined,
  allowed: on(CelDecision, ({ answer }) => answer.allowed),
  reason: on(CelDecision, ({ answer }) => answer.reason),
  errored: on(CelDecision, ({ answer }) => answer.error !== ''),
  error: on(CelDecision, ({ answer }) => answer.error),
};
