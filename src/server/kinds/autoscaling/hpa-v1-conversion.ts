/** Between autoscaling/v1 and v2; imitates kubernetes pkg/apis/autoscaling/v1/conversion.go. */
import { escapeHtml } from '../../../api/field-errors.ts';
import { isObject, type JsonObject, type KubeObject } from '../../../api/object.ts';
import { QuantityError } from '../../../api/quantity.ts';
import type { HorizontalPodAutoscaler as HpaV1 } from '../../../api/types/autoscaling-v1.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  MetricSpec,
  MetricStatus,
} from '../../../api/types/autoscaling-v2.ts';
import type { Conversion } from '../kind.ts';
import { applyHpaDefaults, defaultMetrics } from './hpa-defaults.ts';
import { behaviorFromGo, behaviorToGo } from './hpa-v1-behavior.ts';
import { specFromV1, specToV1, statusFromV1, statusToV1 } from './hpa-v1-metrics.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
export const SPEC_ANNOTATIONS = [METRICS, BEHAVIOR];
export const STATUS_ANNOTATIONS = [CURRENT_METRICS, CONDITIONS];

type Annotations = Record<string, string>;

/** Makes these annotations of `obj` those of `old`. */
export function copyAnnotations(obj: HpaV1, old: HpaV1, names: readonly string[]): void {
  const annotations = { ...obj.metadata?.annotations };
  for (const name of names) {
    const value = old.metadata?.annotations?.[name];
    if (value === undefined) delete annotations[name];
    else annotations[name] = value;
  }
  setAnnotations(obj, annotations);
}

function setAnnotations(obj: HpaV1 | HorizontalPodAutoscaler, annotations: Annotations): void {
  const metadata = { ...obj.metadata };
  delete metadata.annotations;
  obj.metadata = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

/** Annotations that are malformed are as good as absent. */
export function toV2(obj: HpaV1): HorizontalPodAutoscaler {
  const { spec = {}, status = {} } = obj;
  const { targetCPUUtilizationPercentage, ...restOfSpec } = spec;
  const { currentCPUUtilizationPercentage, ...restOfStatus } = status;
  const annotations = { ...obj.metadata?.annotations };
  const currentMetrics =
    listOf(annotations[CURRENT_METRICS], statusFromV1) ?? cpuStatus(currentCPUUtilizationPercentage) ?? null;
  const conditions = listOf(annotations[CONDITIONS], (condition) => condition as HorizontalPodAutoscalerCondition);
  const behavior = behaviorFromGo(jsonOf(annotations[BEHAVIOR]));
  const metrics = [...(listOf(annotations[METRICS], specFromV1) ?? []), ...cpuSpec(targetCPUUtilizationPercentage)];
  const converted: HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...obj.metadata },
    spec: {
      ...restOfSpec,
      metrics: metrics.length === 0 ? defaultMetrics() : metrics,
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: {
      ...restOfStatus,
      desiredReplicas: restOfStatus.desiredReplicas ?? 0,
      currentMetrics: currentMetrics as MetricStatus[],
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
  if (converted.status?.currentReplicas === 0) delete converted.status.currentReplicas;
  for (const name of [...SPEC_ANNOTATIONS, ...STATUS_ANNOTATIONS]) delete annotations[name];
  setAnnotations(converted, annotations);
  return converted;
}

function cpuSpec(percentage: number | undefined): MetricSpec[] {
  if (percentage === undefined) return [];
  const target = { type: 'Utilization', averageUtilization: percentage };
  return [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

function cpuStatus(percentage: number | undefined): MetricStatus[] | undefined {
  if (percentage === undefined) return undefined;
  return [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage } } }];
}

export function toV1(obj: HorizontalPodAutoscaler): HpaV1 {
  const { metrics = [], behavior, ...restOfSpec } = obj.spec ?? {};
  const { currentMetrics, conditions = [], ...restOfStatus } = obj.status ?? {};
  const target = metrics.find(isCpu)?.resource?.target?.averageUtilization;
  const statuses = currentMetrics ?? [];
  const percentage = statuses
    .filter(isCpu)
    .map(({ resource }) => resource?.current?.averageUtilization)
    .findLast((utilization) => utilization !== undefined);
  const converted: HpaV1 = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...obj.metadata },
    spec: { ...restOfSpec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: {
      ...restOfStatus,
      currentReplicas: restOfStatus.currentReplicas ?? 0,
      desiredReplicas: restOfStatus.desiredReplicas ?? 0,
      ...(percentage === undefined ? {} : { currentCPUUtilizationPercentage: percentage }),
    },
  };
  const annotations = { ...obj.metadata?.annotations };
  const others = metrics.filter((metric) => !isCpuUtilization(metric)).map(specToV1);
  setJson(annotations, METRICS, others.length > 0 ? others : undefined);
  setJson(annotations, BEHAVIOR, behavior === undefined ? undefined : behaviorToGo(behavior));
  setJson(annotations, CURRENT_METRICS, statuses.length > 0 ? statuses.map(statusToV1) : undefined);
  setJson(annotations, CONDITIONS, conditions.length > 0 ? conditions.map(conditionToV1) : undefined);
  setAnnotations(converted, annotations);
  return converted;
}

function isCpu({ type, resource }: MetricSpec | MetricStatus): boolean {
  return type === 'Resource' && resource?.name === 'cpu';
}

/** What v1 has a field for. Only the first metric of the CPU gets into it; others are lost, as upstream. */
function isCpuUtilization(metric: MetricSpec): boolean {
  return isCpu(metric) && metric.resource?.target?.averageUtilization !== undefined;
}

function conditionToV1(condition: HorizontalPodAutoscalerCondition): JsonObject {
  const { type = '', status = '', lastTransitionTime = null, reason, message } = condition;
  return { type, status, lastTransitionTime, ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}

/** Written as Go's encoding/json does, which escapes what HTML would read. */
function setJson(annotations: Annotations, name: string, value: unknown): void {
  if (value === undefined) {
    delete annotations[name];
    return;
  }
  annotations[name] = escapeHtml(JSON.stringify(value));
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The items of a JSON list; undefined when there is none or any item is malformed. */
function listOf<T>(text: string | undefined, read: (item: JsonObject) => T): T[] | undefined {
  const value = jsonOf(text);
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  try {
    return value.map(read);
  } catch (error) {
    if (error instanceof TypeError || error instanceof QuantityError) return undefined;
    throw error;
  }
}

export const hpaConversion: Conversion = {
  toStorage(obj) {
    const stored = toV2(obj as HpaV1);
    applyHpaDefaults(stored);
    return stored as KubeObject;
  },
  fromStorage: (obj) => toV1(obj as HorizontalPodAutoscaler) as KubeObject,
};
