/** Why RBAC says yes or no, for people to read. */
import { type Explanation, explain, type GrantedRule, type NearMiss } from '../../api/rbac/explain.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { subjectText } from '../../api/rbac/subjects.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { requestText } from '../auth/access-question.ts';
import { freeGrant, type GrantObject } from './smallest-grant.ts';
import type { AskedSubject } from './subject-argument.ts';
import { labelled, objectPhrase, ruleYaml, subjectPhrase } from './words.ts';

const MASTERS = 'system:masters';

export interface AccessExplanation extends Explanation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly request: RbacRequest;
  /** Members of system:masters are not asked for rules. */
  readonly privileged: boolean;
  /** When refused: what would change that. */
  readonly fix?: readonly GrantObject[];
}

export function explainAccess(
  policy: { readonly index: RbacIndex },
  { user, subject }: AskedSubject,
  request: RbacRequest,
): AccessExplanation {
  const explanation = explain(policy.index, user, request);
  const privileged = user.groups.includes(MASTERS);
  const allowed = explanation.allowed || privileged;
  return {
    ...explanation,
    nearestMisses: privileged ? [] : explanation.nearestMisses,
    allowed,
    user: user.name === '' ? subjectText(subject) : `User ${JSON.stringify(user.name)}`,
    groups: user.groups,
    request,
    privileged,
    ...(allowed ? {} : { fix: freeGrant(policy, request, subject) }),
  };
}

/** Several lines, ending in a line break; the first begins with yes or no. `width`: of the terminal. */
export function explanationText(explanation: AccessExplanation, width?: number): string {
  const { allowed, user, groups, request } = explanation;
  const head = `${user} ${allowed ? 'can' : 'cannot'} ${requestText(request)}`;
  const lines = [
    ...labelled(`${allowed ? 'yes' : 'no'}: `, head, width),
    ...labelled('  groups:  ', groups.join(', '), width),
    ...(allowed ? whyYes(explanation, width) : whyNo(explanation, width)),
  ];
  return `${lines.join('\n')}\n`;
}

function whyYes({ privileged, allowedBy, alsoAllowedBy }: AccessExplanation, width?: number): string[] {
  if (privileged) return labelled('  because: ', `the group ${MASTERS} may do everything; RBAC is not asked`, width);
  if (allowedBy === undefined) return [];
  const also = alsoAllowedBy.flatMap(({ binding, role, rule: _, policyRule }) =>
    labelled('    ', `${objectPhrase(binding)} → ${objectPhrase(role)} → ${ruleYaml(policyRule)}`, width),
  );
  return [
    ...wayTo(allowedBy, '  ', width),
    ...(also.length === 0 ? [] : ['  also allowed by (all of them would have to go):', ...also]),
  ];
}

/** Subject → binding → role → rule, a line each. */
function wayTo({ subject, binding, role, policyRule }: GrantedRule, indent: string, width?: number): string[] {
  return [
    ...labelled(`${indent}subject: `, subjectPhrase(subject), width),
    ...labelled(`${indent}binding: `, objectPhrase(binding), width),
    ...labelled(`${indent}role:    `, objectPhrase(role), width),
    ...labelled(`${indent}rule:    `, ruleYaml(policyRule), width),
  ];
}

function whyNo(explanation: AccessExplanation, width?: number): string[] {
  const { bindings, nearestMisses, errors, fix = [] } = explanation;
  const applying =
    bindings === 0
      ? 'no binding applies to this subject here'
      : `${bindings} binding${bindings === 1 ? ' applies' : 's apply'} here, but no rule of ${bindings === 1 ? 'it' : 'theirs'} allows this`;
  const broken = errors.length === 0 ? [] : ['', 'Bindings without a role:', ...errors.map((error) => `  ${error}`)];
  const near = nearestMisses.flatMap((miss, i) => nearMiss(miss, i + 1, width));
  return [
    ...labelled('  because: ', applying, width),
    ...broken,
    ...(near.length === 0 ? [] : ['', 'What comes nearest:', ...near]),
    '',
    'The smallest grant that would allow it (--fix prints it as a manifest):',
    ...grantLines(fix, width),
  ];
}

/** A role and its binding in two lines. */
export function grantLines(fix: readonly GrantObject[], width?: number): string[] {
  return fix.flatMap(({ kind, metadata, rules, subjects = [] }) =>
    rules === undefined
      ? labelled('  bound to: ', subjects.map(subjectPhrase).join(', '), width)
      : [
          ...labelled('  role:     ', objectPhrase({ kind, ...metadata }), width),
          ...rules.flatMap((rule) => labelled('  rule:     ', ruleYaml(rule), width)),
        ],
  );
}

function nearMiss(miss: NearMiss, position: number, width?: number): string[] {
  const { subject, binding, role, policyRule, because } = miss;
  const head = `${objectPhrase(binding)} gives ${subjectPhrase(subject)} the ${objectPhrase(role)}`;
  return [
    ...labelled(`  ${position}. `, head, width),
    ...labelled('     rule:     ', ruleYaml(policyRule), width),
    ...because.flatMap((text, i) => labelled(i === 0 ? '     misses:   ' : '               ', text, width)),
  ];
}

/** YAML documents. */
export function fixText(fix: readonly GrantObject[]): string {
  return fix.map((object) => `---\n${stringifyYaml(object)}`).join('');
}
