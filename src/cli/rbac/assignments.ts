/** The bindings of a subject, or of all subjects whose name has a word in it. */
import { bindingReference, type ObjectReference, roleReference } from '../../api/rbac/explain.ts';
import type { Binding, RbacIndex } from '../../api/rbac/rbac-index.ts';
import { completeSubject } from '../../api/rbac/subjects.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';
import { fittedTable } from '../print/fitted-table.ts';
import type { TableLayout } from './holders-table.ts';
import { parseSubjects } from './subject-argument.ts';
import { objectWord, rulesWords, scopeWord, subjectWord } from './words.ts';

export interface Assignment {
  readonly subject: Subject;
  /** '' for everywhere. */
  readonly scope: string;
  readonly binding: ObjectReference;
  readonly role: ObjectReference;
  /** Whether the role exists. */
  readonly exists: boolean;
  readonly rules: readonly PolicyRule[];
}

const EXACT = /^(?:user|u|group|g|sa|serviceaccount):|,/;

/** @throws CliError for a subject that cannot be understood */
export function assignments(index: RbacIndex, who: string, groups: readonly string[]): Assignment[] {
  if (!EXACT.test(who) && groups.length === 0) return named(index, who.toLowerCase());
  const { user } = parseSubjects([who, ...groups.map((group) => `group:${group}`)].join(','));
  return index
    .scopes()
    .flatMap((scope) => index.grantsIn(user, scope).map(({ binding, subject }) => assignment(index, binding, subject)));
}

function named(index: RbacIndex, word: string): Assignment[] {
  return index
    .scopes()
    .flatMap((scope) =>
      index
        .bindings(scope)
        .flatMap((binding) =>
          binding.subjects
            .filter((subject) => subjectWord(completeSubject(subject, scope)).toLowerCase().includes(word))
            .map((subject) => assignment(index, binding, subject)),
        ),
    );
}

function assignment(index: RbacIndex, binding: Binding, subject: Subject): Assignment {
  const rules = index.rulesOf(binding.roleRef, binding.namespace);
  return {
    subject: completeSubject(subject, binding.namespace),
    scope: binding.namespace,
    binding: bindingReference(binding),
    role: roleReference(binding),
    exists: rules !== undefined,
    rules: rules ?? [],
  };
}

export function assignmentsTable(shown: readonly Assignment[], withRules: boolean, layout: TableLayout): string {
  if (!withRules) {
    const rows = shown.map(({ subject, scope, role, exists, binding }) => [
      subjectWord(subject),
      scopeWord(scope),
      `${objectWord(role)}${exists ? '' : ' (missing)'}`,
      binding.name,
    ]);
    return fittedTable({ header: ['SUBJECT', 'NAMESPACE', 'ROLE', 'BINDING'], rows, ...layout });
  }
  const rows = shown.flatMap(({ subject, scope, role, rules }) =>
    rulesWords(rules).map(({ verbs, resources }) => [
      subjectWord(subject),
      scopeWord(scope),
      resources,
      verbs,
      objectWord(role),
    ]),
  );
  return fittedTable({ header: ['SUBJECT', 'NAMESPACE', 'RESOURCES', 'VERBS', 'ROLE'], rows, ...layout });
}
