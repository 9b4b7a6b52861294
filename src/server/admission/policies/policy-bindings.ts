/** The policies that are about a write, with their bindings; imitates apiserver pkg/admission/plugin/policy/generic. */
import type { KubeObject } from '../../../api/object.ts';
import type { MatchResources, ParamKind, ParamRef } from '../../../api/types/admissionregistration-v1.ts';
import type { AdmissionAttributes, MirroredObjects } from '../admission.ts';
import { type MatchContext, matchesResources } from './match-resources.ts';

export const POLICY_GROUP = 'admissionregistration.k8s.io';
const POLICY_RESOURCES = new Set([
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

interface PolicyLike {
  readonly spec?: { matchConstraints?: MatchResources; paramKind?: ParamKind };
}

interface BindingLike {
  readonly spec?: { policyName?: string; matchResources?: MatchResources; paramRef?: ParamRef };
}

export interface Bound<P, B> {
  readonly policy: P & KubeObject;
  readonly bindings: readonly (B & KubeObject)[];
}

/** Policies and their bindings decide about everything but themselves. */
export function isAboutPolicies({ kind }: AdmissionAttributes): boolean {
  return kind.group === POLICY_GROUP && POLICY_RESOURCES.has(kind.resource);
}

/** In the order of their names; policies without a binding that matches are left out. */
export function boundPolicies<P extends PolicyLike, B extends BindingLike>(
  policies: MirroredObjects<P>,
  bindings: MirroredObjects<B>,
  attributes: AdmissionAttributes,
  match: MatchContext,
): Bound<P, B>[] {
  const about = policies.list().filter(({ spec }) => matchesResources(spec?.matchConstraints, attributes, match));
  if (about.length === 0) return [];
  const bound = bindings.list();
  return about
    .map((policy) => ({ policy, bindings: bound.filter((binding) => binds(binding, policy, attributes, match)) }))
    .filter((found) => found.bindings.length > 0);
}

function binds(
  { spec }: BindingLike,
  policy: KubeObject,
  attributes: AdmissionAttributes,
  match: MatchContext,
): boolean {
  return spec?.policyName === policy.metadata.name && matchesResources(spec?.matchResources, attributes, match);
}

/** The namespace of a write as it is now. */
export function namespaceOf(
  { kind, namespace }: AdmissionAttributes,
  namespaces: MirroredObjects<KubeObject>,
): KubeObject | undefined {
  if (namespace === '' || (kind.group === '' && kind.resource === 'namespaces')) return undefined;
  return namespaces.get('', namespace);
}
