/** Nobody grants what they do not hold; imitates kubernetes pkg/registry/rbac/validation ConfirmNoEscalation. */
import { quote } from '../field-errors.ts';
import type { PolicyRule } from '../types/rbac-v1.ts';
import { missingText, quotedList, rulesCover } from './covers.ts';
import type { RbacUser } from './subjects.ts';

/** Text of the refusal; undefined when `held` covers everything in `granted`. `error`: what went wrong while resolving `held`. */
export function escalationText(
  user: RbacUser,
  held: readonly PolicyRule[],
  granted: readonly PolicyRule[],
  error = '',
): string | undefined {
  const { covered, missing } = rulesCover(held, granted);
  if (covered) return undefined;
  const text =
    `user ${quote(user.name)} (groups=${quotedList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n` +
    missingText(missing);
  return error === '' ? text : `${text}; resolution errors: [${error}]`;
}
