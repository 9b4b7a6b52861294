/** The columns of both role bindings; imitates printRoleBinding. */
import type { RoleBinding, Subject } from '../../../api/types/rbac-v1.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';

export function bindingCells(obj: RoleBinding, now: Date): CellValue[] {
  const subjects = obj.subjects ?? [];
  return [
    obj.metadata?.name ?? '',
    `${obj.roleRef?.kind ?? ''}/${obj.roleRef?.name ?? ''}`,
    age(obj.metadata?.creationTimestamp, now),
    namesOf(subjects, 'User'),
    namesOf(subjects, 'Group'),
    namesOf(subjects, 'ServiceAccount'),
  ];
}

function namesOf(subjects: readonly Subject[], kind: string): string {
  const chosen = subjects.filter((subject) => subject.kind === kind);
  return chosen
    .map((s) => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name ?? ''}` : (s.name ?? '')))
    .join(', ');
}
