/**
 * Which of a definition's names are free in its group, and the conditions that say so.
 * Imitates apiextensions-apiserver pkg/controller/status and pkg/controller/establish, in one step.
 */
import { aggregateText, quote } from '../../api/field-errors.ts';
import { equalJson } from '../../api/object.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from '../../api/types/apiextensions-v1.ts';
import { approvalOf } from '../kinds/apiextensions/crd-approval.ts';
import {
  hasCondition,
  isConditionTrue,
  type NewCondition,
  setCondition,
} from '../kinds/apiextensions/crd-conditions.ts';

const ACCEPTED: NewCondition = {
  type: 'NamesAccepted',
  status: 'True',
  reason: 'NoConflicts',
  message: 'no conflicts found',
};
const ESTABLISHED: NewCondition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
const NOT_ESTABLISHED: NewCondition = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};

/** Brings a definition's status up to date, in place. `group` are the definitions of its group, itself among them. */
export function updateStatus(
  crd: CustomResourceDefinition,
  group: readonly CustomResourceDefinition[],
  now: string,
): void {
  acceptNames(crd, crd.spec?.names ?? {}, group, now);
  if (isConditionTrue(crd, 'NamesAccepted') && !isConditionTrue(crd, 'Established')) change(crd, ESTABLISHED, now);
  const approval = approvalCondition(crd);
  if (approval !== undefined) change(crd, approval, now);
}

function change(crd: CustomResourceDefinition, condition: NewCondition, now: string): void {
  if (!hasCondition(crd, condition)) setCondition(crd, condition, now);
}

function acceptNames(
  crd: CustomResourceDefinition,
  wanted: CustomResourceDefinitionNames,
  group: readonly CustomResourceDefinition[],
  now: string,
): void {
  const used = usedNames(group);
  const accepted: CustomResourceDefinitionNames = { ...crd.status?.acceptedNames };
  let conflict: NewCondition | undefined;
  // Upstream tells one conflict only, the last.
  const settle = (reason: string, problem: string | undefined, accept: () => void): void => {
    if (problem === undefined) accept();
    else conflict = { type: 'NamesAccepted', status: 'False', reason, message: problem };
  };
  for (const [field, reason] of [
    ['plural', 'PluralConflict'],
    ['singular', 'SingularConflict'],
  ] as const)
    settle(reason, taken(wanted[field], accepted[field], used.resources), () => put(accepted, wanted, field));
  settle('ShortNamesConflict', takenShortName(wanted, accepted, used.resources), () =>
    put(accepted, wanted, 'shortNames'),
  );
  for (const [field, reason] of [
    ['kind', 'KindConflict'],
    ['listKind', 'ListKindConflict'],
  ] as const)
    settle(reason, taken(wanted[field], accepted[field], used.kinds), () => put(accepted, wanted, field));
  put(accepted, wanted, 'categories');
  if (!equalJson(accepted, crd.status?.acceptedNames)) crd.status = { ...crd.status, acceptedNames: accepted };
  change(crd, conflict ?? ACCEPTED, now);
  if (conflict !== undefined && !isConditionTrue(crd, 'Established')) change(crd, NOT_ESTABLISHED, now);
}

function put(
  accepted: CustomResourceDefinitionNames,
  wanted: CustomResourceDefinitionNames,
  field: keyof CustomResourceDefinitionNames,
): void {
  delete accepted[field];
  if (wanted[field] !== undefined) Object.assign(accepted, { [field]: wanted[field] });
}

function usedNames(group: readonly CustomResourceDefinition[]): { resources: Set<string>; kinds: Set<string> } {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of group) {
    const { plural = '', singular = '', shortNames, kind = '', listKind = '' } = status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...(shortNames ?? [])]) resources.add(name);
    kinds.add(kind).add(listKind);
  }
  return { resources, kinds };
}

function taken(wanted = '', accepted = '', used: ReadonlySet<string>): string | undefined {
  return wanted === accepted || !used.has(wanted) ? undefined : `${quote(wanted)} is already in use`;
}

/** A short name that is the definition's own plural is in use, too. */
function takenShortName(
  wanted: CustomResourceDefinitionNames,
  accepted: CustomResourceDefinitionNames,
  used: ReadonlySet<string>,
): string | undefined {
  const own = accepted.shortNames ?? [];
  if (equalJson(wanted.shortNames ?? [], own)) return undefined;
  const fresh = (wanted.shortNames ?? []).filter((name) => !own.includes(name));
  const problems = fresh.map((name) => taken(name, '', used)).filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : aggregateText(problems);
}

const APPROVAL_REASONS: Readonly<Record<string, string>> = {
  approved: 'ApprovedAnnotation',
  bypassed: 'UnapprovedAnnotation',
  missing: 'MissingAnnotation',
  invalid: 'InvalidAnnotation',
};

/** Only groups of the Kubernetes project have this condition. */
function approvalCondition(crd: CustomResourceDefinition): NewCondition | undefined {
  const { state, reason: message } = approvalOf(crd);
  const reason = APPROVAL_REASONS[state];
  if (reason === undefined) return undefined;
  const status = state === 'approved' ? 'True' : 'False';
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message };
}
