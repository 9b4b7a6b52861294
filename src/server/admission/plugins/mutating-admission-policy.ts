/** Changes what mutating admission policies say; imitates apiserver pkg/admission/plugin/policy/mutating. */
import { type CelValue, toJson } from '../../../api/cel/values.ts';
import { cloneJson, equalJson, isObject, type JsonObject, type KubeObject } from '../../../api/object.ts';
import { mergeTyped } from '../../../api/patch/apply/merge.ts';
import { shapeOf } from '../../../api/patch/apply/shape.ts';
import { patchJson } from '../../../api/patch/json-patch.ts';
import { JsonPatchFailure } from '../../../api/patch/json-patch-failure.ts';
import { decode } from '../../../api/schema/decoder.ts';
import { StatusError } from '../../../api/status-error.ts';
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
} from '../../../api/types/admissionregistration-v1.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { boundPolicies, isAboutPolicies, namespaceOf, POLICY_GROUP } from '../policies/policy-bindings.ts';
import { collectParams, ParamError } from '../policies/policy-params.ts';
import { ExpressionError, type PolicyProgram, policyPrograms } from '../policies/policy-program.ts';
import { policyScope, type ScopeOptions } from '../policies/policy-scope.ts';
import { Reinvocation } from '../reinvocation.ts';
import { replaceContent } from '../replace-content.ts';

const NAME = 'MutatingAdmissionPolicy';

type Policy = MutatingAdmissionPolicy & KubeObject;
type Binding = MutatingAdmissionPolicyBinding & KubeObject;

/** A patch that cannot be made, or not be applied. */
class MutationError extends Error {
  override readonly name = 'MutationError';
}

/** One policy with one of its bindings. */
interface Invocation {
  readonly policy: Policy;
  readonly binding: Binding;
  readonly program: PolicyProgram;
}

export const mutatingAdmissionPolicy: AdmissionPluginFactory = (context) => {
  const programOf = policyPrograms({ patches: true });
  const namespaces = context.mirrored('', 'namespaces');
  const policies = context.mirrored<MutatingAdmissionPolicy>(POLICY_GROUP, 'mutatingadmissionpolicies');
  const allBindings = context.mirrored<MutatingAdmissionPolicyBinding>(POLICY_GROUP, 'mutatingadmissionpolicybindings');
  return {
    name: NAME,
    admit(attributes) {
      if (policies.list().length === 0) return;
      if (attributes.operation === 'DELETE' || attributes.object === undefined || isAboutPolicies(attributes)) return;
      const namespace = namespaceOf(attributes, namespaces);
      const bound = boundPolicies(policies, allBindings, attributes, { namespace, kinds: context.kinds });
      if (bound.length === 0) return;
      const invocations = bound.flatMap(({ policy, bindings }) =>
        bindings.map((binding) => ({ policy, binding, program: programOf(policy) })),
      );
      return invokeAll(invocations, { attributes, namespace, authorize: context.authorize }, context);
    },
  };
};

/** In order; in the second round those that want it see what others changed behind them. */
async function invokeAll(
  invocations: readonly Invocation[],
  options: ScopeOptions,
  context: AdmissionContext,
): Promise<void> {
  const { attributes } = options;
  attributes.reinvocation ??= new Reinvocation();
  const callers = attributes.reinvocation.of(NAME);
  callers.begin(attributes.object);
  for (const invocation of invocations) {
    const { policy, binding } = invocation;
    const key = `${policy.metadata.name}/${binding.metadata.name}`;
    if (!callers.runs(key)) continue;
    const before = cloneJson(attributes.object);
    await invoke(invocation, options, context);
    const changed = !equalJson(before, attributes.object);
    callers.ran(key, { changed, ifNeeded: policy.spec?.reinvocationPolicy === 'IfNeeded' });
  }
  callers.end(attributes.object);
}

async function invoke(invocation: Invocation, options: ScopeOptions, context: AdmissionContext): Promise<void> {
  const { policy, binding, program } = invocation;
  const { attributes } = options;
  try {
    const params = await collectParams(policy.spec?.paramKind, binding.spec?.paramRef, attributes, context);
    for (const param of params) {
      if (!program.run(policyScope(options), param).matches()) continue;
      // Every mutation sees what the one before it made.
      for (const mutation of policy.spec?.mutations ?? [])
        mutate(mutation, program.run(policyScope(options), param).evaluate(expressionOf(mutation)), attributes);
    }
  } catch (error) {
    refuse(error, invocation, attributes);
  }
}

function expressionOf({ applyConfiguration, jsonPatch }: Mutation): string {
  return applyConfiguration?.expression ?? jsonPatch?.expression ?? '';
}

/** @throws MutationError */
function mutate(mutation: Mutation, value: CelValue, attributes: AdmissionAttributes): void {
  const object = attributes.object as KubeObject;
  const patched =
    mutation.patchType === 'JSONPatch'
      ? patchedBy(toJson(value), object)
      : appliedTo(toJson(value), object, attributes);
  replaceContent(object, decoded(attributes.kind, patched));
}

/** A patch whose `test` fails is not applied, and that is no fault. */
function patchedBy(operations: unknown, object: KubeObject): unknown {
  try {
    return patchJson(object as unknown as JsonObject, operations as readonly unknown[]);
  } catch (error) {
    if (!(error instanceof JsonPatchFailure)) throw error;
    if (error.isTest) return cloneJson(object);
    throw new MutationError(`JSON Patch: ${error.message}`);
  }
}

const TYPE_FIELDS = ['apiVersion', 'kind'] as const;

function appliedTo(configuration: unknown, object: KubeObject, { kind }: AdmissionAttributes): unknown {
  if (!isObject(configuration)) throw new MutationError('invalid ApplyConfiguration: not an object');
  const mistyped = TYPE_FIELDS.find(
    (field) => configuration[field] !== undefined && configuration[field] !== object[field],
  );
  if (mistyped !== undefined) throw new MutationError(`invalid ApplyConfiguration: may not change ${mistyped}`);
  try {
    return cloneJson(mergeTyped(shapeOf(kind.schema), object as unknown as JsonObject, configuration));
  } catch (error) {
    throw new MutationError(`error applying patch: ${(error as Error).message}`);
  }
}

function decoded(kind: Kind, patched: unknown): KubeObject {
  try {
    const object = decode(kind.schema, patched) as KubeObject;
    object.apiVersion = kind.apiVersion;
    object.kind = kind.kind;
    kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    throw new MutationError((error as Error).message);
  }
}

/** @throws StatusError unless the policy lets failures pass */
function refuse(error: unknown, { policy, binding }: Invocation, attributes: AdmissionAttributes): void {
  const known = error instanceof ParamError || error instanceof ExpressionError || error instanceof MutationError;
  if (!known) throw error;
  if (policy.spec?.failurePolicy === 'Ignore') return;
  const why = error instanceof ParamError ? `failed to configure binding: ${error.message}` : error.message;
  const message = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${why}`;
  if (error instanceof ParamError)
    throw new StatusError(403, 'Forbidden', message, admissionForbidden(attributes, '').status.details);
  const { status } = admissionForbidden(attributes, message);
  throw new StatusError(403, 'Invalid', message, { ...status.details, causes: [{ message }] });
}
