import type { Authorizer, Decision } from './authorizer.ts';

export const PRIVILEGED_GROUP = 'system:masters';

/** Members of these groups may do anything, whatever RBAC says; upstream puts it in front of all other authorizers. */
export function privilegedGroupsAuthorizer(groups: readonly string[] = [PRIVILEGED_GROUP]): Authorizer {
  return {
    name: 'PrivilegedGroups',
    authorize: ({ user }) => (user.groups.some((group) => groups.includes(group)) ? ALLOW : NO_OPINION),
  };
}

const ALLOW: Decision = { verdict: 'allow', reason: '' };
const NO_OPINION: Decision = { verdict: 'no-opinion', reason: '' };
