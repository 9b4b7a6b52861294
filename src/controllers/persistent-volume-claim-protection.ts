/** Keeps claims that scheduled pods use; imitates pkg/controller/volume/pvcprotection. */
import type { KubeObject } from '../api/object.ts';
import type { Pod } from '../api/types/core-v1.ts';
import { Informer, keyOf, splitKey } from '../client/informer.ts';
import type { RestClient } from '../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';
import { changeMetadata, hasFinalizer, isBeingDeleted, removeFinalizer } from './shared/metadata.ts';

const NAME = 'pvc-protection-controller';
const FINALIZER = 'kubernetes.io/pvc-protection';
const CLAIMS = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
};
const PODS = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true };
const PAGE_SIZE = 500;

export const claimProtection: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  /** Claims that need something done: the finalizer added or, once nobody uses them, removed. */
  const claims = new Informer({
    filter: needsAttention,
    transform: ({ metadata: { namespace, name, uid, resourceVersion, deletionTimestamp } }) => ({
      metadata: { namespace, name, uid, resourceVersion, deletionTimestamp },
    }),
    indexes: { namespace: ({ metadata }) => [metadata.namespace ?? ''] },
  });
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(key, signal) {
      const { namespace, name } = splitKey(key);
      const claim = claims.get(namespace, name);
      if (claim === undefined) return;
      const target = { ...CLAIMS, namespace, name };
      const { uid } = claim.metadata;
      if (!isBeingDeleted(claim)) await changeMetadata(client, target, uid, withFinalizer, signal);
      else if (!(await isInUse(client, claim, signal))) await removeFinalizer(client, target, uid, FINALIZER, signal);
    },
  });
  const look = (claim: KubeObject): void => queue.add(keyOf(claim));
  claims.handle({ added: look, updated: look });
  const lookInNamespace = ({ metadata }: KubeObject): void => {
    for (const claim of claims.byIndex('namespace', metadata.namespace ?? '')) look(claim);
  };
  context.feed.subscribe(CLAIMS, claims);
  context.feed.subscribe(PODS, {
    listStarted: () => {},
    listed: () => {},
    listEnded: () => {
      for (const claim of claims.list()) look(claim);
    },
    changed: (_, pod) => lookInNamespace(pod),
  });
  return { stop: () => queue.stop() };
}

function needsAttention(claim: KubeObject): boolean {
  return isBeingDeleted(claim) === hasFinalizer(claim, FINALIZER);
}

function withFinalizer(claim: KubeObject): { finalizers: string[] } | undefined {
  if (isBeingDeleted(claim) || hasFinalizer(claim, FINALIZER)) return undefined;
  return { finalizers: [...(claim.metadata.finalizers ?? []), FINALIZER] };
}

async function isInUse(client: RestClient, claim: KubeObject, signal: AbortSignal): Promise<boolean> {
  const { namespace } = claim.metadata;
  let token: string | undefined;
  do {
    const page = await client.list<Pod>({ ...PODS, namespace }, { limit: PAGE_SIZE, continue: token, signal });
    if (page.items.some((pod) => podUsesClaim(pod, claim))) return true;
    token = page.metadata.continue || undefined;
  } while (token !== undefined);
  return false;
}

/** Pods that are not scheduled do not count: none will start with a claim that is being deleted. */
export function podUsesClaim({ metadata, spec }: Pod, claim: KubeObject): boolean {
  if (!spec?.nodeName) return false;
  const { name } = claim.metadata;
  const shutDown = metadata?.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
  return (spec.volumes ?? []).some((volume) => {
    if (volume.persistentVolumeClaim?.claimName === name) return true;
    return !shutDown && volume.ephemeral !== undefined && `${metadata?.name}-${volume.name}` === name;
  });
}
