/** The approval that groups of the Kubernetes project need; imitates apiextensions-apiserver pkg/apihelpers. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { CustomResourceDefinition } from '../../../api/types/apiextensions-v1.ts';

const APPROVAL = 'api-approved.kubernetes.io';
const APPROVAL_HELP = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Groups of the project itself must say who approved them; what an update leaves alone is not asked again. */
export function validateApproval(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  errors: FieldErrors,
): void {
  const { state, reason } = approvalOf(crd);
  if (state === 'unprotected' || state === 'approved' || state === 'bypassed') return;
  if (old !== undefined && approvalState(old) === state) return;
  const path = Path.root('metadata').child('annotations').key(APPROVAL);
  if (state === 'missing') errors.required(path, reason);
  else errors.invalid(path, crd.metadata?.annotations?.[APPROVAL], reason);
}

type ApprovalState = 'unprotected' | 'approved' | 'bypassed' | 'missing' | 'invalid';

/** How a definition's group stands to the approval rule, and the words of its condition. */
export function approvalOf(crd: CustomResourceDefinition): { state: ApprovalState; reason: string } {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(crd.spec?.group ?? '')
    ? { state: approvalState(crd), reason: approvalReason(crd) }
    : { state: 'unprotected', reason: '' };
}

function approvalState(crd: CustomResourceDefinition): ApprovalState {
  const annotation = crd.metadata?.annotations?.[APPROVAL] ?? '';
  if (annotation === '') return 'missing';
  if (annotation.startsWith('unapproved')) return 'bypassed';
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]+/.test(annotation) ? 'approved' : 'invalid';
}

function approvalReason(crd: CustomResourceDefinition): string {
  const annotation = crd.metadata?.annotations?.[APPROVAL] ?? '';
  switch (approvalState(crd)) {
    case 'approved':
      return `approved in ${annotation}`;
    case 'bypassed':
      return `not approved: ${JSON.stringify(annotation)}`;
    case 'missing':
      return `protected groups must have approval annotation "${APPROVAL}", ${APPROVAL_HELP}`;
    default:
      return `protected groups must have approval annotation "${APPROVAL}" with either a URL or a reason starting with "unapproved", ${APPROVAL_HELP}`;
  }
}
