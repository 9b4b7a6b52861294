/** Whether a webhook is to be asked about a write; imitates ShouldCallHook of apiserver pkg/admission/plugin/webhook/generic. */
import type { KubeObject } from '../../../api/object.ts';
import { forbidden, notFound } from '../../../api/status-error.ts';
import type { RuleWithOperations } from '../../../api/types/admissionregistration-v1.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';
import { matchesNamespace, matchesObject, matchesRule } from '../policies/match-resources.ts';
import { ExpressionError, type PolicyProgram } from '../policies/policy-program.ts';
import { policyScope } from '../policies/policy-scope.ts';
import type { Hook } from './hooks.ts';
import { reviewedAs } from './reviewed.ts';
import type { Equivalents } from './versions.ts';

export interface MatchParts extends Pick<AdmissionContext, 'kinds' | 'authorize'> {
  readonly equivalents: Equivalents;
  /** Of the write, as it is now; undefined for cluster-wide objects and where it is missing. */
  readonly namespace: KubeObject | undefined;
}

const CONFIGURATION_KINDS: ReadonlySet<string> = new Set([
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]);

/** Nobody can lock themselves out of the configuration of admission. */
export function isExempt({ kind }: AdmissionAttributes): boolean {
  return kind.group === 'admissionregistration.k8s.io' && CONFIGURATION_KINDS.has(kind.kind);
}

/**
 * The version in which the webhook wants to see the write; undefined when it does not.
 * @throws StatusError 403 for match conditions that cannot be evaluated, 404 for a missing namespace
 */
export function matchedKind(hook: Hook, attributes: AdmissionAttributes, parts: MatchParts): Kind | undefined {
  const kind = kindOfRules(hook, attributes, parts.equivalents);
  if (kind === undefined) return undefined;
  const { namespaceSelector, objectSelector } = hook.webhook;
  if (!matchesObject(objectSelector, attributes)) return undefined;
  if (isSelective(namespaceSelector)) {
    const missing = attributes.namespace !== '' && attributes.kind.namespaced && parts.namespace === undefined;
    if (missing) throw notFound({ group: '', resource: 'namespaces' }, attributes.namespace);
    if (!matchesNamespace(namespaceSelector, attributes, parts)) return undefined;
  }
  if (hook.conditions === undefined) return kind;
  return conditionsHold(hook, hook.conditions, reviewedAs(attributes, kind, parts.kinds), parts) ? kind : undefined;
}

function isSelective(selector: Hook['webhook']['namespaceSelector']): boolean {
  return Object.keys(selector ?? {}).length > 0;
}

function kindOfRules({ webhook }: Hook, attributes: AdmissionAttributes, equivalents: Equivalents): Kind | undefined {
  const { rules = [], matchPolicy } = webhook;
  if (rules.some((rule) => concerns(rule, attributes, attributes.kind))) return attributes.kind;
  if (matchPolicy !== 'Equivalent') return undefined;
  const others = equivalents(attributes.kind).filter(
    ({ subresources }) => attributes.subresource === '' || subresources.has(attributes.subresource),
  );
  for (const rule of rules) {
    const found = others.find((kind) => concerns(rule, attributes, kind));
    if (found !== undefined) return found;
  }
  return undefined;
}

function concerns(rule: RuleWithOperations, attributes: AdmissionAttributes, kind: Kind): boolean {
  return matchesRule(rule, kind === attributes.kind ? attributes : { ...attributes, kind }, [kind.version]);
}

function conditionsHold(
  hook: Hook,
  conditions: PolicyProgram,
  shown: AdmissionAttributes,
  { authorize }: MatchParts,
): boolean {
  try {
    return conditions.run(policyScope({ attributes: shown, namespace: undefined, authorize }), undefined).matches();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (hook.webhook.failurePolicy === 'Ignore') return false;
    const { group, resource } = shown.requested ?? shown.kind;
    throw forbidden({ group, resource }, shown.name, error.message);
  }
}
