/** Deletes a pod if its disruption budget allows; imitates EvictionREST of kubernetes pkg/registry/core/pod/storage. */
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { badRequest, conflict, forbidden, notFound, plainError, StatusError } from '../../../api/status-error.ts';
import { formatTime } from '../../../api/time.ts';
import type { Pod } from '../../../api/types/core-v1.ts';
import type { Condition, DeleteOptions } from '../../../api/types/meta-v1.ts';
import type { PodDisruptionBudget } from '../../../api/types/policy-v1.ts';
import { selectorMatcher } from '../shared/template-selector.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { success } from './pods-responses.ts';

const BUDGETS = { group: 'policy', resource: 'poddisruptionbudgets' };
const MAX_DISRUPTED_PODS = 2000;
const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
const TWO_BUDGETS = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
const FINISHED_OR_PENDING = ['Succeeded', 'Failed', 'Pending'];

/** POST pods/NAME/eviction */
export async function evictPod(request: SubresourceRequest): Promise<SubresourceResponse> {
  const options = readOptions(request);
  const { info, objects } = request;
  const pod = (await objects.get('', 'pods', info.namespace, info.name)) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, info.name);
  const dryRun = request.dryRun || (options.dryRun ?? []).includes('All');
  if (!ignoresBudget(pod)) await spendBudget(request, pod, dryRun);
  await deletePod(request, options, dryRun);
  return success(201);
}

function readOptions({ body = {}, info }: SubresourceRequest): DeleteOptions {
  const { kind, apiVersion } = body;
  const known =
    (kind === undefined || kind === 'Eviction') &&
    (apiVersion === undefined || /^policy\/v1(beta1)?$/.test(String(apiVersion)));
  if (!known) throw badRequest(conversionError(String(kind ?? ''), String(apiVersion ?? '')));
  const metadata = (body.metadata ?? {}) as { name?: string };
  if ((metadata.name ?? '') !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  return (body.deleteOptions ?? {}) as DeleteOptions;
}

function conversionError(kind: string, apiVersion: string): string {
  const version = apiVersion.split('/').at(-1) as string;
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a Eviction: converting (${version}.${kind}) to (policy.Eviction): unknown conversion`;
}

/** Pods that are over, going or not yet running cannot be disrupted. */
function ignoresBudget({ metadata, status }: Pod): boolean {
  return FINISHED_OR_PENDING.includes(status?.phase ?? '') || metadata?.deletionTimestamp !== undefined;
}

async function spendBudget(request: SubresourceRequest, pod: Pod, dryRun: boolean): Promise<void> {
  const budgets = await budgetsOf(request, pod);
  if (budgets.length > 1) throw plainError(TWO_BUDGETS);
  const budget = budgets[0];
  if (budget === undefined || isUnhealthyAndFree(pod, budget)) return;
  const { info, user, now, objects } = request;
  const options = { subresource: 'status', user, dryRun, validate: false };
  await objects.update(
    'policy',
    'poddisruptionbudgets',
    info.namespace,
    budget.metadata?.name ?? '',
    options,
    (current) => {
      decrement(current as PodDisruptionBudget, info.name, now);
      return current;
    },
  );
}

async function budgetsOf({ info, objects }: SubresourceRequest, pod: Pod): Promise<PodDisruptionBudget[]> {
  const labels = pod.metadata?.labels ?? {};
  const all = (await objects.list('policy', 'poddisruptionbudgets', info.namespace)) as PodDisruptionBudget[];
  return all.filter(({ spec }) => selectorMatcher(spec?.selector)?.matches(labels) === true);
}

/** A pod that is not ready counts for nothing, unless the budget is short of healthy ones. */
function isUnhealthyAndFree(pod: Pod, { spec, status = {} }: PodDisruptionBudget): boolean {
  if (pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')) return false;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0);
}

function tooManyRequests(cause: string, retryAfterSeconds = 0): StatusError {
  return new StatusError(429, 'TooManyRequests', VIOLATES, {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
  });
}

/** Takes one disruption off the budget, or refuses. */
function decrement(budget: PodDisruptionBudget, podName: string, now: Date): void {
  const { name = '', generation = 0 } = budget.metadata ?? {};
  const status = budget.status ?? {};
  budget.status = status;
  if ((status.observedGeneration ?? 0) < generation) {
    throw tooManyRequests(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = status.disruptionsAllowed ?? 0;
  const refuse = (why: string): StatusError => forbidden({ ...BUDGETS, resource: 'poddisruptionbudget' }, name, why);
  if (allowed < 0) throw refuse('pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED_PODS) {
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed === 0) throw tooManyRequests(whyNone(budget));
  status.disruptionsAllowed = allowed - 1;
  if (allowed === 1) status.conditions = withInsufficientPods(status.conditions ?? [], status.observedGeneration, now);
  status.disruptedPods = { ...status.disruptedPods, [podName]: formatTime(now) };
}

function whyNone({ metadata, status = {} }: PodDisruptionBudget): string {
  const name = metadata?.name ?? '';
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  const condition = status.conditions?.find((c) => c.type === 'DisruptionAllowed');
  if (condition?.reason === 'SyncFailed') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message ?? ''}`;
  }
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return `The disruption budget ${name} does not allow evicting pods currently`;
}

function withInsufficientPods(
  conditions: readonly Condition[],
  observedGeneration: number | undefined,
  now: Date,
): Condition[] {
  const before = conditions.find((condition) => condition.type === 'DisruptionAllowed');
  const next: Condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime : formatTime(now),
    reason: 'InsufficientPods',
    message: '',
  };
  return before === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === before ? next : condition));
}

/** Says in the pod's status why it goes, so that controllers can tell a disruption from a failure. */
async function deletePod(request: SubresourceRequest, options: DeleteOptions, dryRun: boolean): Promise<void> {
  const { info, user, now, objects } = request;
  let body = options;
  if (!dryRun) {
    const update = { subresource: 'status', user, dryRun, validate: false };
    const marked = await objects.update('', 'pods', info.namespace, info.name, update, (current) => {
      checkPreconditions(options, current);
      return withDisruptionTarget(current, now);
    });
    const { resourceVersion } = marked.metadata;
    if (options.preconditions?.resourceVersion)
      body = { ...options, preconditions: { ...options.preconditions, resourceVersion } };
  }
  await objects.delete('', 'pods', info.namespace, info.name, { user, dryRun, body: body as JsonObject });
}

/** The mark changes the resourceVersion, so preconditions are checked before. */
function checkPreconditions({ preconditions = {} }: DeleteOptions, { metadata }: KubeObject): void {
  const { uid, resourceVersion } = preconditions;
  const refuse = (what: string, wanted: string, found: string | undefined, why: string): StatusError => {
    const message = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ${why}`;
    return conflict({ group: '', resource: 'Pod' }, metadata.name ?? '', message);
  };
  if (uid && uid !== metadata.uid) {
    throw refuse('UID', uid, metadata.uid, 'The object might have been deleted and then recreated');
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'The object might have been modified');
  }
}

/** A mark that is there already keeps its time. */
function withDisruptionTarget(current: KubeObject, now: Date): KubeObject {
  const pod = current as Pod;
  const status = pod.status ?? {};
  pod.status = status;
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null as unknown as string,
    lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : formatTime(now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  status.conditions =
    before === undefined ? [...conditions, condition] : conditions.map((c) => (c === before ? condition : c));
  return current;
}
