/** Which pod and container a command means: `POD`, `deploy/web`, `svc/web`; imitates polymorphichelpers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { selectorOfLabels, selectorOfObject } from '../../api/selectors.ts';
import type { Pod } from '../../api/types/core-v1.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import { CliError } from '../errors.ts';
import { findResource } from '../resources/find-resource.ts';
import type { Session } from '../session.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';
const POLL_MS = 250;
const POD: Pick<DiscoveredResource, 'group' | 'version' | 'resource' | 'kind'> = {
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
};

export interface NamedObject {
  readonly object: KubeObject;
  readonly resource: Pick<DiscoveredResource, 'group' | 'version' | 'resource' | 'kind'>;
}

/** @throws StatusError, CliError */
export async function namedObject({ client, namespace, discovery }: Session, text: string): Promise<NamedObject> {
  const slash = text.indexOf('/');
  const resource = slash < 0 ? POD : findResource(await discovery(), text.slice(0, slash));
  const name = text.slice(slash + 1);
  const object = await client.get({ ...resource, namespace, name });
  return { object, resource };
}

/** All pods of an object, the best first; waits for the first. `verb`: for errors. @throws CliError, StatusError */
export async function podsOf(
  { client, namespace }: Session,
  { object, resource }: NamedObject,
  { verb, waitMs }: { verb: string; waitMs: number },
): Promise<readonly Pod[]> {
  if (resource.kind === 'Pod' && resource.group === '') return [object as Pod];
  const selector = selectorOf(object, resource);
  if (selector === undefined) {
    const type = `*v1.${resource.kind}`;
    throw new CliError(`cannot ${verb} ${type}: selector for ${type} not implemented`);
  }
  const deadline = Date.now() + waitMs;
  for (;;) {
    const { items } = await client.list<Pod>({ ...POD, namespace });
    const pods = items.filter(({ metadata }) => selector.matches(metadata?.labels ?? {}));
    if (pods.length > 0) return [...pods].sort((a, b) => rank(a) - rank(b));
    if (Date.now() >= deadline) throw new CliError('timed out waiting for the condition');
    await sleep(POLL_MS);
  }
}

/** undefined for kinds that have no pods. */
function selectorOf(object: KubeObject, { kind, group }: NamedObject['resource']) {
  const { selector } = (object['spec'] ?? {}) as { selector?: JsonObject };
  const labels = `${kind}.${group}` === 'Service.' || `${kind}.${group}` === 'ReplicationController.';
  if (labels) return selectorOfLabels((selector ?? {}) as Record<string, string>);
  const known = ['Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'Job.batch'];
  return known.includes(`${kind}.${group}`) ? selectorOfObject(selector as never) : undefined;
}

/** Running and ready ones first. */
function rank({ status }: Pod): number {
  const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
  return (status?.phase === 'Running' ? 0 : status?.phase === 'Pending' ? 2 : 4) + (ready ? 0 : 1);
}

export function containerNames({ spec = {} }: Pod): string[] {
  const named = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  return named.map(({ name = '' }) => name);
}

/** Without a wish: the annotated one, or the first; then `tell` gets kubectl's line when there were others. */
export function chosenContainer(pod: Pod, tell: (line: string) => void): string {
  const { spec = {}, metadata } = pod;
  const annotated = metadata?.annotations?.[DEFAULT_CONTAINER];
  if (annotated !== undefined && containerNames(pod).includes(annotated)) return annotated;
  const first = spec.containers?.[0]?.name ?? '';
  const others = [
    ...(spec.containers ?? []).map(({ name }) => `${name}`),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ];
  if (others.length > 1) tell(`Defaulted container ${JSON.stringify(first)} out of: ${others.join(', ')}\n`);
  return first;
}

/** The pod of exec and attach; an object of a file is not asked for. */
export async function onePod(
  session: Session,
  target: string | NamedObject,
  options: { verb: string; waitMs: number },
): Promise<Pod> {
  const named = typeof target === 'string' ? await namedObject(session, target) : target;
  const namespace = named.object.metadata?.namespace ?? session.namespace;
  const [pod] = await podsOf({ ...session, namespace }, named, options);
  return pod as Pod;
}
