/** The pods that `debug` sends: one with another container, a copy, or one on a node. */
import { cloneJson, type JsonObject } from '../../api/object.ts';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge-patch.ts';
import { schemaOf } from '../../api/schema/type-table.ts';
import type { Container, Pod } from '../../api/types/core-v1.ts';
import { CliError } from '../errors.ts';
import { allContainers, applyProfile, type DebugStyle, type KeepFlags } from './debug-profiles.ts';

export interface DebugWishes extends KeepFlags {
  /** '' when none was asked for. */
  readonly container: string;
  readonly image: string;
  readonly 'image-pull-policy': string;
  readonly env: readonly (readonly [string, string])[];
  readonly args: readonly string[];
  readonly 'arguments-only': boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly profile: string;
  /** A part of a container that is merged last. */
  readonly custom: JsonObject | undefined;
  readonly target: string;
  readonly 'copy-to': string;
  readonly 'same-node': boolean;
  readonly images: ReadonlyMap<string, string>;
  /** undefined: as the pod has it. */
  readonly shareProcesses?: boolean;
}

export interface DebugPod {
  readonly pod: JsonObject;
  /** '' for a copy with other images only. */
  readonly container: string;
}

/** What a container name may be made of, for names that nobody chose. */
export type MakeName = (taken: readonly string[]) => string;

/** The pod with one more ephemeral container. */
export function withEphemeralContainer(pod: JsonObject, wishes: DebugWishes, makeName: MakeName): DebugPod {
  const next = cloneJson(pod);
  const spec = next['spec'] as JsonObject;
  const name = wishes.container || makeName(containerNames(spec));
  const present = (spec['ephemeralContainers'] ?? []) as JsonObject[];
  const target = wishes.target === '' ? {} : { targetContainerName: wishes.target };
  spec['ephemeralContainers'] = [...present, { ...newContainer(name, wishes), ...target }];
  finish(next, name, 'ephemeral', wishes, 'ephemeralContainers');
  return { pod: next, container: name };
}

/** @throws CliError for a new container without an image */
export function copyOfPod(pod: JsonObject, wishes: DebugWishes, makeName: MakeName): DebugPod {
  const { namespace, labels, annotations } = pod['metadata'] as JsonObject;
  const spec = cloneJson(pod['spec'] as JsonObject);
  delete spec['ephemeralContainers'];
  if (wishes.shareProcesses !== undefined) spec['shareProcessNamespace'] = wishes.shareProcesses;
  if (!wishes['same-node']) delete spec['nodeName'];
  const copy: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: wishes['copy-to'],
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec,
  };
  setImages(spec, wishes.images);
  const existing = allContainers(spec).find(({ name }) => name === wishes.container);
  if (existing === undefined && wishes.image === '') {
    if (wishes.images.size > 0) return { pod: copy, container: '' };
    throw new CliError('you must specify image when creating new container');
  }
  const name = existing === undefined ? wishes.container || makeName(containerNames(spec)) : wishes.container;
  if (existing === undefined) {
    spec['containers'] = [...((spec['containers'] ?? []) as JsonObject[]), newContainer(name, wishes)];
  } else change(existing, wishes);
  finish(copy, name, 'copy', wishes, 'containers');
  return { pod: copy, container: name };
}

/** @param name of the pod */
export function podOnNode(name: string, node: string, wishes: DebugWishes): DebugPod {
  const container = wishes.container || 'debugger';
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [newContainer(container, wishes)],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  finish(pod, container, 'node', wishes, 'containers');
  return { pod, container };
}

function containerNames(spec: JsonObject): string[] {
  return allContainers(spec).map(({ name }) => String(name));
}

function newContainer(name: string, wishes: DebugWishes): JsonObject {
  const container: JsonObject = { name, terminationMessagePolicy: 'File' };
  change(container, wishes);
  return container;
}

function change(container: JsonObject, wishes: DebugWishes): void {
  const { image, args, env, stdin, tty } = wishes;
  if (args.length > 0 && wishes['arguments-only']) container['args'] = [...args];
  else if (args.length > 0) {
    container['command'] = [...args];
    delete container['args'];
  }
  if (env.length > 0) container['env'] = env.map(([name, value]) => ({ name, ...(value === '' ? {} : { value }) }));
  if (image !== '') container['image'] = image;
  if (wishes['image-pull-policy'] !== '') container['imagePullPolicy'] = wishes['image-pull-policy'];
  for (const [field, value] of Object.entries({ stdin, tty })) {
    if (value) container[field] = true;
    else delete container[field];
  }
}

function setImages(spec: JsonObject, images: ReadonlyMap<string, string>): void {
  for (const container of (spec['containers'] ?? []) as JsonObject[]) {
    const image = images.get(String(container['name'])) ?? images.get('*');
    if (image !== undefined && image !== '') container['image'] = image;
  }
}

function finish(
  pod: JsonObject,
  name: string,
  style: DebugStyle,
  wishes: DebugWishes,
  field: 'containers' | 'ephemeralContainers',
): void {
  applyProfile(wishes.profile, pod, name, style, wishes);
  if (wishes.custom === undefined) return;
  const spec = pod['spec'] as JsonObject;
  const list = spec[field] as JsonObject[];
  const at = list.findIndex((container) => container['name'] === name);
  if (at < 0) {
    const what = field === 'containers' ? 'container' : 'ephemeral container';
    const { name: podName } = pod['metadata'] as { name?: string };
    throw new CliError(`unable to find the ${name} ${what} in the pod ${podName}`);
  }
  const schema = schemaOf('io.k8s.api.core.v1.Container');
  list[at] = applyStrategicMergePatch(schema, list[at] as JsonObject, cloneJson(wishes.custom));
}

const UNPRIVILEGED =
  'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n';

/** When the pod's user is not root, and the container is to have powers; '' otherwise. */
export function privilegeWarning({ spec = {} }: Pod, { container: name }: DebugPod): string {
  const all: readonly Container[] = [...(spec.containers ?? []), ...((spec.ephemeralContainers ?? []) as Container[])];
  const security = all.findLast((container) => container.name === name)?.securityContext;
  if (!spec.securityContext?.runAsUser || security === undefined || security?.runAsUser === 0) return '';
  const powers = security?.privileged === true || (security?.capabilities?.add ?? []).length > 0;
  return powers ? UNPRIVILEGED : '';
}
