/** Why somebody may not create a role or binding: nobody grants what they do not hold. */
import { rulesCover } from '../../api/rbac/covers.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import { grantLines } from './explanation-text.ts';
import type { EscalationRefusal } from './forbidden-text.ts';
import { freeName, type GrantObject, grantObjects, legalName, takenIn } from './smallest-grant.ts';
import type { AskedSubject } from './subject-argument.ts';
import { labelled, ruleYaml } from './words.ts';

export interface EscalationExplanation {
  readonly allowed: boolean;
  readonly user: string;
  readonly groups: readonly string[];
  /** '' for the whole cluster. */
  readonly namespace: string;
  /** What the message names. */
  readonly attempted: readonly PolicyRule[];
  /** What of it they still do not hold. */
  readonly missing: readonly PolicyRule[];
  readonly fix?: readonly GrantObject[];
}

export function explainEscalation(
  policy: { readonly index: RbacIndex },
  { user, subject }: AskedSubject,
  refusal: EscalationRefusal,
  namespace: string,
): EscalationExplanation {
  const { missing } = rulesCover(policy.index.rulesFor(user, namespace).rules, refusal.missing);
  const base = {
    user: `User ${JSON.stringify(user.name)}`,
    groups: user.groups,
    namespace,
    attempted: refusal.missing,
  };
  if (missing.length === 0) return { ...base, allowed: true, missing };
  const taken = takenIn(policy.index);
  const name = freeName(legalName([user.name, 'may-grant']), (candidate) => taken(namespace, candidate));
  return { ...base, allowed: false, missing, fix: grantObjects({ namespace, name, rules: missing, subject }) };
}

export function escalationText(explanation: EscalationExplanation, width?: number): string {
  const { allowed, user, groups, namespace, attempted, missing, fix = [] } = explanation;
  const where = namespace === '' ? 'in the whole cluster' : `in the namespace ${JSON.stringify(namespace)}`;
  const head = `${user} ${allowed ? 'holds all of that now' : 'wants to grant what they do not hold'} ${where}`;
  const rules = (allowed ? attempted : missing).flatMap((rule) => labelled('    ', ruleYaml(rule), width));
  const lines = [
    ...labelled(allowed ? 'yes: ' : 'no: ', head, width),
    ...labelled('  groups:  ', groups.join(', '), width),
    allowed ? '  held:' : '  missing:',
    ...rules,
  ];
  if (allowed) return `${lines.join('\n')}\n`;
  const because =
    'a role or binding may give away only what its author holds. Let them hold it too (below), or let somebody who does apply it. The verbs escalate (on roles) and bind (on the role that a binding names) lift the rule: whoever has them can become cluster-admin.';
  return `${[...lines, ...labelled('  because: ', because, width), '', 'The smallest grant that would allow it (--fix prints it as a manifest):', ...grantLines(fix, width)].join('\n')}\n`;
}
