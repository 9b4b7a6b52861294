import type { KubeObject } from '../../api/object.ts';
import { Informer, keyOf } from '../../client/informer.ts';
import { identityOnly } from '../shared/namespaces.ts';
import { TOKEN_NAME_PREFIX } from './bootstrap-token.ts';

export const SECRETS = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };
export const SYSTEM_NAMESPACE = 'kube-system';

/** Secrets that may be bootstrap tokens, by name; `changed` is told the key of each that comes, changes or goes. */
export function tokenSecrets(changed: (key: string) => void): Informer {
  const secrets = new Informer({ filter: mayBeToken, transform: identityOnly });
  const look = (secret: KubeObject): void => changed(keyOf(secret));
  secrets.handle({ added: look, updated: look, deleted: look });
  return secrets;
}

function mayBeToken({ metadata }: KubeObject): boolean {
  return metadata.namespace === SYSTEM_NAMESPACE && metadata.name?.startsWith(TOKEN_NAME_PREFIX) === true;
}
