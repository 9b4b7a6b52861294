/** How the server itself writes: as upstream's loopback client, past admission. */
import { bookUpdate } from '../handlers/write-options.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ManagedFieldsUpdate, WriteOptions } from '../registry/write.ts';
import type { UserInfo } from '../request/user.ts';

const SYSTEM: UserInfo = { name: 'system:apiserver', uid: '', groups: ['system:masters'], extra: {} };

export const SYSTEM_WRITE: WriteOptions = {
  user: SYSTEM,
  dryRun: false,
  subresource: '',
  options: {},
  warn: () => {},
  skipAdmission: true,
};

/** Books a write of the status under the server's name. */
export function statusOwner(kind: Kind, now: () => Date): ManagedFieldsUpdate {
  return bookUpdate(kind, 'kube-apiserver', 'status', now);
}
