/** Conditions of signing requests: who may write which, their rules and their times. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { cloneJson } from '../../../api/object.ts';
import { formatTime } from '../../../api/time.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition as Condition,
} from '../../../api/types/certificates-v1.ts';

export const APPROVAL_TYPES = ['Approved', 'Denied'] as const;
/** Conditions that are there or not: they are never False. */
const TRUE_ONLY = ['Approved', 'Denied', 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const EXCLUSIVE = 'Approved and Denied conditions are mutually exclusive';

export function conditionsOf(csr: CertificateSigningRequest | undefined): Condition[] {
  return csr?.status?.conditions ?? [];
}

export function countOf(csr: CertificateSigningRequest, type: string): number {
  return conditionsOf(csr).filter((condition) => condition.type === type).length;
}

export function hasCondition(csr: CertificateSigningRequest | undefined, type: string): boolean {
  return conditionsOf(csr).some((condition) => condition.type === type);
}

/**
 * Approved and Denied as they are stored, whatever a status write says of them; when it adds or removes some,
 * they stay as sent, for validation to refuse.
 */
export function keepApprovals(csr: CertificateSigningRequest, old: CertificateSigningRequest): void {
  const conditions = conditionsOf(csr);
  for (const type of APPROVAL_TYPES) {
    const stored = conditionsOf(old).filter((condition) => condition.type === type);
    if (stored.length !== countOf(csr, type)) continue;
    for (const [i, condition] of conditions.entries()) {
      if (condition.type === type) conditions[i] = cloneJson(stored.shift() as Condition);
    }
  }
}

/** Missing times: of the update now, of the transition as stored while type and status stay the same. */
export function stampConditions(csr: CertificateSigningRequest, old: CertificateSigningRequest, now: Date): void {
  const time = formatTime(now);
  for (const condition of conditionsOf(csr)) {
    condition.lastUpdateTime ??= time;
    const same = conditionsOf(old).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && Boolean(lastTransitionTime),
    );
    condition.lastTransitionTime ??= same?.lastTransitionTime ?? time;
  }
}

/** Faults that `old` already has are tolerated. */
export function validateConditions(
  csr: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const allowBoth = hasCondition(old, 'Approved') && hasCondition(old, 'Denied');
  const allowDuplicates = hasDuplicates(conditionsOf(old));
  const allowEmptyType = conditionsOf(old).some((condition) => !condition.type);
  const seen = new Set<string>();
  for (const [i, { type = '', status = '' }] of conditionsOf(csr).entries()) {
    const at = path.index(i);
    if (type === '' && !allowEmptyType) errors.required(at.child('type'));
    validateStatus(type, status, at.child('status'), errors);
    if (!allowBoth && excludes(type, seen)) errors.invalid(path, type, EXCLUSIVE);
    if (!allowDuplicates && seen.has(type)) errors.duplicate(at.child('type'), type);
    seen.add(type);
  }
}

function validateStatus(type: string, status: string, path: Path, errors: FieldErrors): void {
  const allowed = TRUE_ONLY.includes(type) ? ['True'] : STATUSES;
  if (status === '') errors.required(path);
  else if (!allowed.includes(status)) errors.notSupported(path, status, allowed);
}

function excludes(type: string, seen: ReadonlySet<string>): boolean {
  return (type === 'Approved' && seen.has('Denied')) || (type === 'Denied' && seen.has('Approved'));
}

function hasDuplicates(conditions: readonly Condition[]): boolean {
  return new Set(conditions.map((condition) => condition.type ?? '')).size < conditions.length;
}
