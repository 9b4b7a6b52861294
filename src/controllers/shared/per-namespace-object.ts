/** An object that every active namespace has, put back when somebody takes it away. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import { Informer } from '../../client/informer.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { type Controller, type ControllerContext, controllerQueue } from './controller.ts';
import { isBeingDeleted, isNamespaceTerminating } from './metadata.ts';
import { identityOnly, NAMESPACES } from './namespaces.ts';
import type { FeedResource } from './object-feed.ts';

export interface PerNamespaceObject {
  readonly controller: string;
  readonly resource: FeedResource;
  readonly name: string;
  /** Makes the object in a namespace, or puts it right. Called for `exists` when it may have changed. */
  ensure(client: RestClient, namespace: string, exists: boolean, signal: AbortSignal): Promise<void>;
  /** Whether an existing object is looked at after changes. */
  readonly checksContent: boolean;
}

const CONCURRENCY = 5;

export function startPerNamespaceObject(context: ControllerContext, wanted: PerNamespaceObject): Controller {
  const client = context.client(wanted.controller);
  const namespaces = new Informer({ transform: identityOnly });
  const objects = new Informer({ transform: identityOnly, filter: ({ metadata }) => metadata.name === wanted.name });
  const queue = controllerQueue<string>(context, wanted.controller, {
    concurrency: CONCURRENCY,
    async reconcile(namespace, signal) {
      const found = namespaces.get('', namespace);
      if (found === undefined || isBeingDeleted(found)) return;
      const exists = objects.get(namespace, wanted.name) !== undefined;
      if (exists && !wanted.checksContent) return;
      await wanted.ensure(client, namespace, exists, signal).catch(ignoreGoneNamespace);
    },
  });
  // Before the first list there is no knowing what is missing.
  void objects.synced.then(() => namespaces.handle({ added: ({ metadata }) => queue.add(metadata.name ?? '') }));
  const look = ({ metadata }: KubeObject): void => queue.add(metadata.namespace ?? '');
  objects.handle({ deleted: look, ...(wanted.checksContent ? { updated: look } : {}) });
  context.feed.subscribe(NAMESPACES, namespaces);
  context.feed.subscribe(wanted.resource, objects);
  return { stop: () => queue.stop() };
}

/** @throws anything but the namespace being gone or going, or somebody else having been quicker */
function ignoreGoneNamespace(error: unknown): void {
  if (isNamespaceTerminating(error) || isStatusError(error, 'NotFound') || isStatusError(error, 'AlreadyExists'))
    return;
  throw error;
}
