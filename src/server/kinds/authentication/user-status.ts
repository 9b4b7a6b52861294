import type { JsonObject } from '../../../api/object.ts';
import type { UserInfo } from '../../request/user.ts';

/** A user as reviews show it: empty fields are left out. */
export function userStatus({ name, uid, groups, extra }: UserInfo): JsonObject {
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
