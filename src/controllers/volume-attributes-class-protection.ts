/** Keeps classes of volume attributes that claims or volumes use; imitates pkg/controller/volume/vacprotection. */
import type { KubeObject } from '../api/object.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../api/types/core-v1.ts';
import { Informer, keyOf, splitKey } from '../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';
import { changeMetadata, hasFinalizer, isBeingDeleted, removeFinalizer } from './shared/metadata.ts';

const NAME = 'volumeattributesclass-protection-controller';
const FINALIZER = 'kubernetes.io/vac-protection';
const CLASSES = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattributesclasses',
  kind: 'VolumeAttributesClass',
  namespaced: false,
};
const CLAIMS = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
};
const VOLUMES = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
};

export const attributesClassProtection: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  /** Classes that need something done: the finalizer added or, once nobody uses them, removed. */
  const classes = new Informer({
    filter: (one) => isBeingDeleted(one) === hasFinalizer(one, FINALIZER),
    transform: ({ metadata: { name, uid, resourceVersion, deletionTimestamp } }) => ({
      metadata: { name, uid, resourceVersion, deletionTimestamp },
    }),
  });
  const users = [usersOf(classesOfClaim), usersOf(classesOfVolume)];
  const isUsed = (name: string): boolean => users.some((one) => !one.isSynced || one.byIndex('class', name).length > 0);
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(key, signal) {
      const { name } = splitKey(key);
      const found = classes.get('', name);
      if (found === undefined) return;
      const target = { ...CLASSES, name };
      const { uid } = found.metadata;
      if (!isBeingDeleted(found)) await changeMetadata(client, target, uid, withFinalizer, signal);
      else if (!isUsed(name)) await removeFinalizer(client, target, uid, FINALIZER, signal);
    },
  });
  const look = (one: KubeObject): void => queue.add(keyOf(one));
  const lookAtAll = (): void => {
    for (const one of classes.list()) look(one);
  };
  classes.handle({ added: look, updated: look });
  context.feed.subscribe(CLASSES, classes);
  for (const [i, resource] of [CLAIMS, VOLUMES].entries()) {
    const informer = users[i] as Informer<ClassUser>;
    informer.handle({ updated: lookAtAll, deleted: lookAtAll });
    context.feed.subscribe(resource, informer, { full: true });
    void informer.synced.then(lookAtAll);
  }
  return { stop: () => queue.stop() };
}

/** What is kept of a claim or a volume: the classes that it names. */
interface ClassUser extends KubeObject {
  readonly classes?: readonly string[];
}

/** Those that name a class, found by it. */
function usersOf(classesOf: (object: KubeObject) => readonly string[]): Informer<ClassUser> {
  return new Informer<ClassUser>({
    filter: (object) => classesOf(object).length > 0,
    transform: ({ metadata: { namespace, name, resourceVersion }, ...rest }) => ({
      metadata: { namespace, name, resourceVersion },
      classes: classesOf({ metadata: {}, ...rest }),
    }),
    indexes: { class: (user) => user.classes ?? [] },
  });
}

/** The class asked for, the one that is, and the one that it is being changed to. */
export function classesOfClaim({ spec, status }: PersistentVolumeClaim): string[] {
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = status ?? {};
  const names = [
    spec?.volumeAttributesClassName,
    currentVolumeAttributesClassName,
    modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name): name is string => Boolean(name)))];
}

function classesOfVolume({ spec }: PersistentVolume): string[] {
  return spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];
}

function withFinalizer(one: KubeObject): { finalizers: string[] } | undefined {
  if (isBeingDeleted(one) || hasFinalizer(one, FINALIZER)) return undefined;
  return { finalizers: [...(one.metadata.finalizers ?? []), FINALIZER] };
}
