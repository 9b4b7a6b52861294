/** Keeps volumes that are bound to a claim; imitates pkg/controller/volume/pvprotection. */
import type { KubeObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import type { PersistentVolume } from '../api/types/core-v1.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';
import { changeMetadata, hasFinalizer, isBeingDeleted, removeFinalizer } from './shared/metadata.ts';

const NAME = 'pv-protection-controller';
const FINALIZER = 'kubernetes.io/pv-protection';
const VOLUMES = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
};

export const volumeProtection: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(name, signal) {
      const target = { ...VOLUMES, name };
      const volume = await client.get<PersistentVolume & KubeObject>(target, { signal }).catch(missing);
      if (volume === undefined || isBeingDeleted(volume) !== hasFinalizer(volume, FINALIZER)) return;
      const { uid } = volume.metadata;
      if (!isBeingDeleted(volume)) await changeMetadata(client, target, uid, withFinalizer, signal);
      else if (volume.status?.phase !== 'Bound') await removeFinalizer(client, target, uid, FINALIZER, signal);
    },
  });
  const look = (volume: KubeObject): void => {
    if (isBeingDeleted(volume) === hasFinalizer(volume, FINALIZER)) queue.add(volume.metadata.name ?? '');
  };
  context.feed.subscribe(VOLUMES, {
    listStarted: () => {},
    listed: look,
    listEnded: () => {},
    changed: (type, volume) => (type === 'DELETED' ? undefined : look(volume)),
  });
  return { stop: () => queue.stop() };
}

function withFinalizer(volume: KubeObject): { finalizers: string[] } | undefined {
  if (isBeingDeleted(volume) || hasFinalizer(volume, FINALIZER)) return undefined;
  return { finalizers: [...(volume.metadata.finalizers ?? []), FINALIZER] };
}

function missing(error: unknown): undefined {
  if (!isStatusError(error, 'NotFound')) throw error;
}
