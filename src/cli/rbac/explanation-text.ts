/** Why RBAC says yes or no, for people to read. */
import { type Explanation, explain } from '../../api/rbac/explain.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { subjectText } from '../../api/rbac/subjects.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { requestText } from '../auth/access-question.ts';
import { type GrantObject, smallestGrant } from './smallest-grant.ts';
import type { AskedSubject } from './subject-argument.ts';

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
  index: RbacIndex,
  { user, subject }: AskedSubject,
  request: RbacRequest,
): AccessExplanation {
  const explanation = explain(index, user, request);
  const nearestMisses = explanation.nearestMisses.filter(({ rule }) => isOfKind(rule, request));
  const privileged = user.groups.includes(MASTERS);
  const allowed = explanation.allowed || privileged;
  return {
    ...explanation,
    nearestMisses,
    allowed,
    user: user.name === '' ? subjectText(subject) : `User ${JSON.stringify(user.name)}`,
    groups: user.groups,
    request,
    privileged,
    ...(allowed ? {} : { fix: smallestGrant(request, subject) }),
  };
}

/** A rule for paths is never near to a request for a resource, nor the other way round. */
function isOfKind(rule: string, { isResource }: RbacRequest): boolean {
  return isResource === !rule.startsWith('{NonResourceURLs:');
}

/** Several lines, ending in a line break; the first begins with yes or no. */
export function explanationText(explanation: AccessExplanation): string {
  const { allowed, user, groups, request } = explanation;
  const head = `${allowed ? 'yes' : 'no'}: ${user} ${allowed ? 'can' : 'cannot'} ${requestText(request)}`;
  const lines = [head, `  groups: ${groups.join(', ')}`, ...(allowed ? whyYes(explanation) : whyNo(explanation))];
  return `${lines.join('\n')}\n`;
}

function whyYes({ privileged, allowedBy }: AccessExplanation): string[] {
  if (allowedBy !== undefined) return [`  by:     ${allowedBy.grant}`, `  rule:   ${allowedBy.rule}`];
  return privileged ? [`  by:     the group ${MASTERS} may do everything; RBAC is not asked`] : [];
}

function whyNo(explanation: AccessExplanation): string[] {
  const { bindings, nearestMisses, errors, fix = [] } = explanation;
  const applying =
    bindings === 0
      ? 'no binding applies to this subject here'
      : `${bindings} binding${bindings === 1 ? ' applies' : 's apply'} here, no rule of theirs allows it`;
  const broken = errors.length === 0 ? [] : ['', 'Broken:', ...errors.map((error) => `  ${error}`)];
  const near = nearestMisses.flatMap(({ grant, rule, misses }, i) => [
    `  ${i + 1}. ${grant}`,
    `     rule: ${rule}`,
    `     does not fit: ${misses.join(', ')}`,
  ]);
  return [
    `  why:    ${applying}`,
    ...broken,
    ...(near.length === 0 ? [] : ['', 'The nearest rules:', ...near]),
    '',
    'The smallest grant that would allow it (--fix prints only this, ready for kubectl apply -f -):',
    fixText(fix).trimEnd(),
  ];
}

/** YAML documents. */
export function fixText(fix: readonly GrantObject[]): string {
  return fix.map((object) => `---\n${stringifyYaml(object)}`).join('');
}
