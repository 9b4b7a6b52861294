// Every check of rbac lint, in the order in which docs/rbac.md lists them.
import {
  danglingAccount,
  danglingRole,
  defaultAccount,
  duplicateBinding,
  everybody,
  wrongSubject,
} from './binding-checks.ts';
import { type Check, type Finding, type LintInput, SEVERITIES } from './finding.ts';
import { allSecrets, clusterAdmin, escalation } from './power-checks.ts';
import {
  clusterScopedInRole,
  namesNeverMatch,
  subresourceWildcard,
  unknownResource,
  unknownVerb,
  unusedRole,
  wildcard,
} from './rule-checks.ts';

export const CHECKS: readonly Check[] = [
  danglingRole,
  danglingAccount,
  wrongSubject,
  namesNeverMatch,
  subresourceWildcard,
  unknownVerb,
  unknownResource,
  clusterScopedInRole,
  everybody,
  defaultAccount,
  clusterAdmin,
  escalation,
  allSecrets,
  wildcard,
  unusedRole,
  duplicateBinding,
];

/** The worst first. */
export function lint(input: LintInput, skip: readonly string[] = []): Finding[] {
  const findings = CHECKS.filter(({ id }) => !skip.includes(id)).flatMap((check) =>
    [...check.find(input)].map((found): Finding => ({ check: check.id, ...found })),
  );
  return findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
