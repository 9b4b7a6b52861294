/** Puts a pod on a node: pods/binding and the older top-level bindings. Imitates BindingREST of pkg/registry/core/pod/storage. */
import { aggregateText, FieldErrors, fieldErrorText, Path, quote } from '../../../api/field-errors.ts';
import { type JsonObject, type KubeObject, setOwn } from '../../../api/object.ts';
import { DecodeError, decode } from '../../../api/schema/decoder.ts';
import { schemaOfKind } from '../../../api/schema/type-table.ts';
import { badRequest, conflict, plainError } from '../../../api/status-error.ts';
import { formatTime } from '../../../api/time.ts';
import type { Binding, Pod, PodCondition } from '../../../api/types/core-v1.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { success } from './pods-responses.ts';

const PODS = { group: '', resource: 'pods' };
const TOPOLOGY_LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** POST pods/NAME/binding */
export async function bindPod(request: SubresourceRequest): Promise<SubresourceResponse> {
  const binding = readBinding(request.body);
  if ((binding.metadata?.name ?? '') !== request.info.name)
    throw badRequest('name in URL does not match name in Binding object');
  return bind(request, binding);
}

/** POST bindings: the pod is the one of the binding's name. */
export async function createBinding(request: SubresourceRequest): Promise<SubresourceResponse> {
  return bind(request, readBinding(request.body));
}

function readBinding(body: JsonObject | undefined): Binding {
  try {
    return decode(schemaOfKind('', 'v1', 'Binding'), body ?? {}) as Binding;
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`Binding in version "v1" cannot be handled as a Binding: ${error.message}`);
    throw error;
  }
}

async function bind(request: SubresourceRequest, binding: Binding): Promise<SubresourceResponse> {
  checkTarget(binding);
  const { info, user, dryRun, now, objects } = request;
  const nodeName = binding.target?.name ?? '';
  const node = await objects.get('', 'nodes', '', nodeName);
  const options = { subresource: 'binding', user, dryRun, validate: false };
  await objects.update('', 'pods', info.namespace, binding.metadata?.name ?? '', options, (current) => {
    checkPreconditions(binding, current);
    assign(current as Pod, nodeName, binding, node, now);
    return current;
  });
  return success(201);
}

/** Upstream answers faults of the target with a bare 500. */
function checkTarget({ target }: Binding): void {
  const errors = new FieldErrors();
  const path = Path.root('target');
  if (target?.kind && target.kind !== 'Node') errors.notSupported(path.child('kind'), target.kind, ['Node', '<empty>']);
  if (!target?.name) errors.required(path.child('name'));
  if (errors.length > 0) throw plainError(aggregateText(errors.list.map(fieldErrorText)));
}

function checkPreconditions({ metadata }: Binding, pod: KubeObject): void {
  const { name = '', namespace = '' } = pod.metadata;
  for (const [field, words] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const wanted = metadata?.[field];
    if (!wanted || wanted === pod.metadata[field]) continue;
    const where = `StorageError: invalid object, Code: 4, Key: /registry/pods/${namespace}/${name}, ResourceVersion: 0`;
    const what = `${words} in precondition: ${wanted}, ${words} in object meta: ${pod.metadata[field]}`;
    throw conflict(PODS, name, `${where}, AdditionalErrorMsg: Precondition failed: ${what}`);
  }
}

function assign(pod: Pod, nodeName: string, binding: Binding, node: KubeObject | undefined, now: Date): void {
  const name = pod.metadata?.name ?? '';
  const refuse = (why: string) => conflict({ group: '', resource: 'pods/binding' }, name, why);
  pod.metadata ??= {};
  pod.spec ??= {};
  if (pod.metadata.deletionTimestamp !== undefined)
    throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${quote(pod.spec.nodeName)}`);
  if ((pod.spec.schedulingGates ?? []).length > 0) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  pod.spec.nodeName = nodeName;
  copyInto(pod.metadata, 'annotations', binding.metadata?.annotations);
  copyInto(pod.metadata, 'labels', { ...topologyOf(node), ...binding.metadata?.labels });
  pod.status ??= {};
  delete pod.status.nominatedNodeName;
  markScheduled(pod, now);
}

function copyInto(
  meta: NonNullable<Pod['metadata']>,
  field: 'annotations' | 'labels',
  from: Record<string, string> | undefined,
): void {
  if (from === undefined || Object.keys(from).length === 0) return;
  const target = { ...meta[field] };
  for (const key of Object.keys(from)) setOwn(target, key, from[key]);
  meta[field] = target;
}

/** What the PodTopologyLabels admission plugin adds to bindings. */
function topologyOf(node: KubeObject | undefined): Record<string, string> {
  const labels = node?.metadata.labels ?? {};
  return Object.fromEntries(
    TOPOLOGY_LABELS.filter((key) => Object.hasOwn(labels, key)).map((key) => [key, labels[key] as string]),
  );
}

function markScheduled(pod: Pod, now: Date): void {
  const conditions = pod.status?.conditions ?? [];
  const scheduled: PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null as unknown as string,
    lastTransitionTime: formatTime(now),
  };
  const position = conditions.findIndex((condition) => condition.type === 'PodScheduled');
  if (position < 0) conditions.push(scheduled);
  else {
    const before = conditions[position];
    if (before?.status === 'True' && before.lastTransitionTime)
      scheduled.lastTransitionTime = before.lastTransitionTime;
    conditions[position] = scheduled;
  }
  if (pod.status !== undefined) pod.status.conditions = conditions;
}
