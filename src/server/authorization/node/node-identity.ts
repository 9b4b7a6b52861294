import type { UserInfo } from '../../request/user.ts';

export const NODES_GROUP = 'system:nodes';
const NODE_PREFIX = 'system:node:';

/** The node a user speaks for: '' when it is a node without a name, undefined when it is no node. */
export function nodeIdentity(user: Pick<UserInfo, 'name' | 'groups'>): string | undefined {
  if (!user.name.startsWith(NODE_PREFIX) || !user.groups.includes(NODES_GROUP)) return undefined;
  return user.name.slice(NODE_PREFIX.length);
}
