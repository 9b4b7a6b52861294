/**
 * Empties namespaces that are being deleted and lets them go; imitates pkg/controller/namespace. Instead of asking
 * again after an estimate, it listens for the last object to go; the estimate remains for what cannot be watched.
 */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Namespace } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { isBeingDeleted } from '../shared/metadata.ts';
import { NAMESPACES } from '../shared/namespaces.ts';
import { namespaceConditions } from './conditions.ts';
import { type ContentReport, deleteContent } from './content.ts';

const NAME = 'namespace-controller';
const FINALIZER = 'kubernetes';
const CONCURRENCY = 10;
/** Objects that go while others remain are worth a look at the conditions, but no hurry. */
const PROGRESS_MS = 1000;
const RECOUNT_MS = 100;
const MAX_CONFLICTS = 10;

/** A namespace between two passes. */
interface Waiting {
  /** Objects that the last pass left; unknown while it goes on. */
  remaining: number;
  /** Objects that went since the pass began. */
  gone: number;
}

export const namespaces: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const waiting = new Map<string, Waiting>();
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    async reconcile(name, signal) {
      const state: Waiting = { remaining: Number.POSITIVE_INFINITY, gone: 0 };
      waiting.set(name, state);
      const report = await deleteNamespace(context, client, name, signal);
      if (report === undefined || report.remaining === 0) {
        waiting.delete(name);
        return;
      }
      state.remaining = report.remaining;
      // What went during the pass may have been counted as remaining.
      return state.gone > 0 ? RECOUNT_MS : (report.estimateSeconds / 2 + 1) * 1000;
    },
  });
  const look = (namespace: KubeObject): void => {
    if (isBeingDeleted(namespace)) queue.add(namespace.metadata.name ?? '');
  };
  const objectGone = ({ metadata: { namespace = '' } }: KubeObject): void => {
    const state = waiting.get(namespace);
    if (state === undefined) return;
    state.gone++;
    state.remaining--;
    if (state.remaining <= 0) queue.add(namespace);
    else if (Number.isFinite(state.remaining)) queue.addAfter(namespace, PROGRESS_MS);
  };
  context.discovery.onAnswer(() => {
    for (const name of waiting.keys()) queue.add(name);
  });
  context.feed.subscribe(NAMESPACES, {
    listStarted: () => {},
    listed: look,
    listEnded: () => {},
    changed: (type, namespace) => {
      if (type !== 'DELETED') look(namespace);
      else waiting.delete(namespace.metadata.name ?? '');
    },
  });
  context.feed.subscribeAll(() => ({
    listStarted: () => {},
    listed: () => {},
    listEnded: () => {},
    changed: (type, object) => {
      if (type === 'DELETED') objectGone(object);
    },
  }));
  return { stop: () => queue.stop() };
}

/** One pass. @returns what is left; undefined when there is nothing to do */
async function deleteNamespace(
  { discovery, clock }: ControllerContext,
  client: RestClient,
  name: string,
  signal: AbortSignal,
): Promise<ContentReport | undefined> {
  const target = { ...NAMESPACES, name };
  const namespace = await client.get<Namespace & KubeObject>(target, { signal }).catch(missing);
  if (namespace === undefined || !isBeingDeleted(namespace) || !holds(namespace)) return undefined;
  const report = await deleteContent(client, await discovery.latest(), name, signal);
  const current = await writeConditions(client, namespace, report, clock.now(), signal);
  if (report.errors.length > 0)
    throw new AggregateError(report.errors, `the content of namespace ${name} cannot be deleted`);
  if (report.stale.length > 0) throw new Error(`the content of namespace ${name} cannot be discovered`);
  if (report.remaining === 0 && current !== undefined) await finalize(client, current, signal);
  return report;
}

function holds({ spec }: Namespace): boolean {
  return spec?.finalizers?.includes(FINALIZER) === true;
}

async function writeConditions(
  client: RestClient,
  namespace: Namespace & KubeObject,
  report: ContentReport,
  nowMs: number,
  signal: AbortSignal,
): Promise<(Namespace & KubeObject) | undefined> {
  return changeNamespace(client, namespace, 'status', signal, (current) => {
    const conditions = namespaceConditions(current.status?.conditions ?? [], report, nowMs);
    if (conditions === undefined) return undefined;
    return { ...current, status: { ...current.status, phase: 'Terminating', conditions } };
  });
}

async function finalize(client: RestClient, namespace: Namespace & KubeObject, signal: AbortSignal): Promise<void> {
  await changeNamespace(client, namespace, 'finalize', signal, (current) => {
    const finalizers = (current.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    return { ...current, spec: { ...current.spec, finalizers } };
  });
}

/** PUTs what `change` makes of the namespace, of its newest state after conflicts. @returns undefined when it is gone */
async function changeNamespace(
  client: RestClient,
  namespace: Namespace & KubeObject,
  subresource: string,
  signal: AbortSignal,
  change: (current: Namespace & KubeObject) => object | undefined,
): Promise<(Namespace & KubeObject) | undefined> {
  const target = { ...NAMESPACES, name: namespace.metadata.name };
  let current: Namespace & KubeObject = namespace;
  for (let attempt = 1; ; attempt++) {
    const changed = change(current);
    if (changed === undefined) return current;
    try {
      return await client.update<Namespace & KubeObject>({ ...target, subresource }, changed, { signal });
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      if (!isStatusError(error, 'Conflict') || attempt >= MAX_CONFLICTS) throw error;
    }
    const newest = await client.get<Namespace & KubeObject>(target, { signal }).catch(missing);
    if (newest === undefined || newest.metadata.uid !== namespace.metadata.uid) return undefined;
    current = newest;
  }
}

function missing(error: unknown): undefined {
  if (!isStatusError(error, 'NotFound')) throw error;
}
