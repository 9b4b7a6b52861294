/** Refuses what validating admission policies forbid; imitates apiserver pkg/admission/plugin/policy/validating. */
import type { KubeObject } from '../../../api/object.ts';
import { StatusError } from '../../../api/status-error.ts';
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from '../../../api/types/admissionregistration-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { type Bound, boundPolicies, isAboutPolicies, namespaceOf, POLICY_GROUP } from '../policies/policy-bindings.ts';
import { collectParams, ParamError } from '../policies/policy-params.ts';
import { ExpressionError, type PolicyProgram, type PolicyRun, policyPrograms } from '../policies/policy-program.ts';
import { type PolicyScope, policyScope } from '../policies/policy-scope.ts';

type Policy = ValidatingAdmissionPolicy & KubeObject;
type Binding = ValidatingAdmissionPolicyBinding & KubeObject;
type BoundPolicies = readonly Bound<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>[];

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};
const LONGEST_MESSAGE = 5 * 1024;
const LONGEST_ANNOTATION = 10 * 1024;

/** Why a policy says no, by one of its rules or because it could not be evaluated. */
interface Denial {
  readonly message: string;
  readonly reason: string;
  /** Of the rule in the policy. */
  readonly index: number;
}

export const validatingAdmissionPolicy: AdmissionPluginFactory = (context) => {
  const programOf = policyPrograms({ patches: false });
  const namespaces = context.mirrored('', 'namespaces');
  const policies = context.mirrored<ValidatingAdmissionPolicy>(POLICY_GROUP, 'validatingadmissionpolicies');
  const allBindings = context.mirrored<ValidatingAdmissionPolicyBinding>(
    POLICY_GROUP,
    'validatingadmissionpolicybindings',
  );
  const judgeAll = async (bound: BoundPolicies, attributes: AdmissionAttributes, namespace: KubeObject | undefined) => {
    const scope = policyScope({ attributes, namespace, authorize: context.authorize });
    const refusals: StatusError[] = [];
    for (const { policy, bindings } of bound) {
      for (const binding of bindings) {
        const denials = await judge(policy, binding, programOf(policy), attributes, scope, context);
        enforce(policy, binding, denials, attributes, refusals);
      }
    }
    if (refusals[0] !== undefined) throw refusals[0];
  };
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(attributes) {
      if (policies.list().length === 0 || isAboutPolicies(attributes)) return;
      const namespace = namespaceOf(attributes, namespaces);
      const bound = boundPolicies(policies, allBindings, attributes, { namespace, kinds: context.kinds });
      return bound.length === 0 ? undefined : judgeAll(bound, attributes, namespace);
    },
  };
};

async function judge(
  policy: Policy,
  binding: Binding,
  program: PolicyProgram,
  attributes: AdmissionAttributes,
  scope: PolicyScope,
  context: AdmissionContext,
): Promise<Denial[]> {
  const fails = policy.spec?.failurePolicy !== 'Ignore';
  try {
    const params = await collectParams(policy.spec?.paramKind, binding.spec?.paramRef, attributes, context);
    return params.flatMap((param) => judgeOnce(policy, program.run(scope, param), fails, attributes));
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    const message = `failed to configure binding: ${error.message}`;
    return fails ? [{ message, reason: 'Invalid', index: 0 }] : [];
  }
}

function judgeOnce(policy: Policy, run: PolicyRun, fails: boolean, attributes: AdmissionAttributes): Denial[] {
  const failure = (error: unknown, index: number): Denial[] => {
    if (!(error instanceof ExpressionError)) throw error;
    return fails ? [{ message: error.message, reason: 'Invalid', index }] : [];
  };
  try {
    if (!run.matches()) return [];
  } catch (error) {
    return failure(error, 0);
  }
  const denials = (policy.spec?.validations ?? []).flatMap((rule, index) => {
    try {
      return run.evaluate(rule.expression ?? '') === true ? [] : [denialOf(rule, run, index)];
    } catch (error) {
      return failure(error, index);
    }
  });
  return [...denials, ...annotate(policy, run, fails, attributes)];
}

function denialOf(rule: Validation, run: PolicyRun, index: number): Denial {
  const said = rule.messageExpression ? expressionMessage(rule.messageExpression, run) : undefined;
  const plain = rule.message ? rule.message.trim() : `failed expression: ${(rule.expression ?? '').trim()}`;
  return { message: said ?? plain, reason: rule.reason ?? 'Invalid', index };
}

/** Undefined where the expression says nothing of use. */
function expressionMessage(expression: string, run: PolicyRun): string | undefined {
  try {
    const value = run.evaluate(expression);
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' || text.includes('\n') || text.length > LONGEST_MESSAGE ? undefined : text;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Notes what the policy's audit annotations say; those that fail may deny too. */
function annotate(policy: Policy, run: PolicyRun, fails: boolean, attributes: AdmissionAttributes): Denial[] {
  const denials: Denial[] = [];
  for (const [index, { key = '', valueExpression = '' }] of (policy.spec?.auditAnnotations ?? []).entries()) {
    try {
      const value = run.evaluate(valueExpression.trim());
      if (typeof value === 'string' && value.trim() !== '')
        attributes.annotate(`${policy.metadata.name}/${key}`, value.trim().slice(0, LONGEST_ANNOTATION));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (fails) denials.push({ message: error.message, reason: 'Invalid', index });
    }
  }
  return denials;
}

function enforce(
  policy: Policy,
  binding: Binding,
  denials: readonly Denial[],
  attributes: AdmissionAttributes,
  refusals: StatusError[],
): void {
  const by = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  const actions = binding.spec?.validationActions ?? [];
  for (const denial of denials) {
    if (actions.includes('Deny'))
      refusals.push(refusalOf(`${by} denied request: ${denial.message}`, denial, attributes));
    if (actions.includes('Warn')) attributes.warn(`Validation failed for ${by}: ${denial.message}`);
    if (actions.includes('Audit'))
      attributes.annotate(
        'validation.policy.admission.k8s.io/validation_failure',
        auditText(policy, binding, denial, actions),
      );
  }
}

function auditText(policy: Policy, binding: Binding, { message, index }: Denial, actions: readonly string[]): string {
  const failure = {
    message,
    policy: policy.metadata.name,
    binding: binding.metadata.name,
    expressionIndex: index,
    validationActions: actions,
  };
  return JSON.stringify([failure]);
}

function refusalOf(message: string, { reason }: Denial, attributes: AdmissionAttributes): StatusError {
  const { status } = admissionForbidden(attributes, message);
  const details = { ...status.details, causes: [{ message }] };
  return new StatusError(
    CODES[reason] ?? 422,
    reason as StatusError['status']['reason'] & string,
    status.message ?? '',
    details,
  );
}
