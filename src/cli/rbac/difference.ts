/** What one holds and the other does not. */
import { type Holdings, holdingsOf, lacking, type ScopedRule } from '../../api/rbac/holdings.ts';
import type { RoleRef } from '../../api/types/rbac-v1.ts';
import { CliError } from '../errors.ts';
import { accessSubjects } from './matrix.ts';
import type { Policy } from './policy.ts';
import { parseSubjects } from './subject-argument.ts';

export interface AccessDifference extends ScopedRule {
  /** Of policies: whose access. */
  readonly subject?: string;
  /** Whether the first or only the second has it. */
  readonly change: 'removed' | 'added';
}

const ROLE = /^(clusterrole|role):(?:([^/]+)\/)?([^/]+)$/;

/** Subjects or roles of one policy. @throws CliError for a role that does not exist */
export function compareHolders(policy: Policy, a: string, b: string): AccessDifference[] {
  return compare(holdings(policy, a), holdings(policy, b));
}

/** Every subject that either names. */
export function comparePolicies(a: Policy, b: Policy, { system }: { system: boolean }): AccessDifference[] {
  const options = { namespace: undefined, system };
  const subjects = new Set([...accessSubjects(a, options), ...accessSubjects(b, options)]);
  return [...subjects].sort().flatMap((subject) => {
    const { user } = parseSubjects(subject);
    // What everybody has is told of the group, not of each.
    const alone = { ...user, groups: user.name === '' ? user.groups.slice(0, 1) : [] };
    return compare(holdingsOf(a.index, alone), holdingsOf(b.index, alone)).map((each) => ({ subject, ...each }));
  });
}

function compare(a: Holdings, b: Holdings): AccessDifference[] {
  return [
    ...lacking(a, b).map((rule) => ({ ...rule, change: 'removed' as const })),
    ...lacking(b, a).map((rule) => ({ ...rule, change: 'added' as const })),
  ];
}

function holdings({ index }: Policy, word: string): Holdings {
  const match = ROLE.exec(word);
  if (match === null) return holdingsOf(index, parseSubjects(word).user);
  const [, type, namespace = '', name = ''] = match;
  const roleRef: RoleRef = { kind: type === 'role' ? 'Role' : 'ClusterRole', name };
  const rules = index.rulesOf(roleRef, namespace);
  if (rules === undefined)
    throw new CliError(
      `there is no ${word}${type === 'role' && namespace === '' ? '; a role is role:NAMESPACE/NAME' : ''}`,
      { exitCode: 2 },
    );
  return new Map([['', rules]]);
}
