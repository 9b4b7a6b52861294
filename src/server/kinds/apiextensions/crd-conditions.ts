/** Conditions of a definition's status; imitates apiextensions-apiserver pkg/apihelpers. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../../../api/types/apiextensions-v1.ts';

export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export type ConditionType =
  | 'NamesAccepted'
  | 'Established'
  | 'Terminating'
  | 'KubernetesAPIApprovalPolicyConformant'
  | 'NonStructuralSchema';

export function findCondition(
  crd: CustomResourceDefinition,
  type: ConditionType,
): CustomResourceDefinitionCondition | undefined {
  return crd.status?.conditions?.find((condition) => condition.type === type);
}

export function isConditionTrue(crd: CustomResourceDefinition, type: ConditionType): boolean {
  return findCondition(crd, type)?.status === 'True';
}

export interface NewCondition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Adds or changes a condition; `time` (RFC 3339) is when, and stays what it was unless the status changes. */
export function setCondition(crd: CustomResourceDefinition, condition: NewCondition, time: string): void {
  crd.status ??= {};
  const conditions = [...(crd.status.conditions ?? [])];
  const at = conditions.findIndex((known) => known.type === condition.type);
  const known = conditions[at];
  const kept = known?.status === condition.status ? known.lastTransitionTime : undefined;
  const next = { lastTransitionTime: kept ?? time, ...condition };
  if (at < 0) conditions.push(next);
  else conditions[at] = next;
  crd.status.conditions = conditions;
}

/** Whether a condition says the same already, whenever it began. */
export function hasCondition(crd: CustomResourceDefinition, condition: NewCondition): boolean {
  const known = findCondition(crd, condition.type);
  return known?.status === condition.status && known.reason === condition.reason && known.message === condition.message;
}
