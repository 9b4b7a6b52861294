/** Deletes bootstrap tokens when they expire; imitates pkg/controller/bootstrap/tokencleaner.go. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Secret } from '../../api/types/core-v1.ts';
import { type Informer, splitKey } from '../../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { remainingMs, TOKEN_TYPE } from './bootstrap-token.ts';
import { SECRETS, tokenSecrets } from './token-secrets.ts';

const NAME = 'token-cleaner';

export const tokenCleaner: ControllerDefinition = { name: 'token-cleaner-controller', start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(key, signal) {
      const target = { ...SECRETS, ...splitKey(key) };
      try {
        const secret = await client.get<KubeObject & Secret>(target, { signal });
        if (secret.type !== TOKEN_TYPE) return undefined;
        const remaining = remainingMs(secret, context.clock.now());
        if (remaining !== 0) return remaining;
        const { uid, resourceVersion } = secret.metadata;
        await client.delete(target, { preconditions: { uid, resourceVersion } }, { signal });
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
      return undefined;
    },
  });
  const secrets: Informer = tokenSecrets((key) => queue.add(key));
  context.feed.subscribe(SECRETS, secrets);
  return { stop: () => queue.stop() };
}
