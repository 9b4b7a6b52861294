/** Metrics as autoscaling/v1 writes them into annotations: other names, and the order of Go's fields. */
import { isObject, type JsonObject } from '../../../api/object.ts';
import { canonicalQuantity, parseQuantity } from '../../../api/quantity.ts';
import type {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../../api/types/autoscaling-v2.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { shownSelector } from '../shared/go-maps.ts';

/** A Quantity that is no pointer is written even when unset. */
const ZERO = '0';

export function specToV1(metric: MetricSpec): JsonObject {
  const { type = '', object, pods, resource, containerResource, external } = metric;
  return defined({
    type,
    object: object && {
      target: reference(object.describedObject),
      metricName: object.metric?.name ?? '',
      targetValue: object.target?.value ?? ZERO,
      ...selector('selector', object.metric),
      ...defined({ averageValue: object.target?.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric?.name ?? '',
      targetAverageValue: pods.target?.averageValue ?? ZERO,
      ...selector('selector', pods.metric),
    },
    resource: resource && { name: resource.name ?? '', ...resourceTarget(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      ...resourceTarget(containerResource.target),
      container: containerResource.container ?? '',
    },
    external: external && {
      metricName: external.metric?.name ?? '',
      ...selector('metricSelector', external.metric),
      ...defined({ targetValue: external.target?.value, targetAverageValue: external.target?.averageValue }),
    },
  });
}

export function statusToV1(metric: MetricStatus): JsonObject {
  const { type = '', object, pods, resource, containerResource, external } = metric;
  return defined({
    type,
    object: object && {
      target: reference(object.describedObject),
      metricName: object.metric?.name ?? '',
      currentValue: object.current?.value ?? ZERO,
      ...selector('selector', object.metric),
      ...defined({ averageValue: object.current?.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric?.name ?? '',
      currentAverageValue: pods.current?.averageValue ?? ZERO,
      ...selector('selector', pods.metric),
    },
    resource: resource && { name: resource.name ?? '', ...resourceCurrent(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      ...resourceCurrent(containerResource.current),
      container: containerResource.container ?? '',
    },
    external: external && {
      metricName: external.metric?.name ?? '',
      ...selector('metricSelector', external.metric),
      currentValue: external.current?.value ?? ZERO,
      ...defined({ currentAverageValue: external.current?.averageValue }),
    },
  });
}

function resourceTarget({ averageUtilization, averageValue }: MetricTarget = {}): JsonObject {
  return defined({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
}

function resourceCurrent({ averageUtilization, averageValue }: MetricValueStatus = {}): JsonObject {
  return defined({ currentAverageUtilization: averageUtilization, currentAverageValue: averageValue ?? ZERO });
}

function reference({ kind = '', name = '', apiVersion }: CrossVersionObjectReference = {}): JsonObject {
  return { kind, name, ...(apiVersion ? { apiVersion } : {}) };
}

function selector(name: string, metric: MetricIdentifier | undefined): JsonObject {
  return metric?.selector === undefined ? {} : { [name]: shownSelector(metric.selector) };
}

/** Without the members that are undefined. */
function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** @throws TypeError, QuantityError */
export function specFromV1(metric: JsonObject): MetricSpec {
  const { object, pods, resource, containerResource, external } = parts(metric);
  return defined({
    type: text(metric.type) ?? '',
    object: object && {
      describedObject: referenceOf(object.target),
      metric: identifierOf(object, 'selector'),
      target: objectTargetOf(object),
    },
    pods: pods && {
      metric: identifierOf(pods, 'selector'),
      target: { type: 'AverageValue', averageValue: amount(pods.targetAverageValue) ?? ZERO },
    },
    resource: resource && { name: text(resource.name) ?? '', target: resourceTargetOf(resource) },
    containerResource: containerResource && {
      name: text(containerResource.name) ?? '',
      container: text(containerResource.container) ?? '',
      target: resourceTargetOf(containerResource),
    },
    external: external && {
      metric: identifierOf(external, 'metricSelector'),
      target: defined({
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: amount(external.targetValue),
        averageValue: amount(external.targetAverageValue),
      }),
    },
  });
}

/** @throws TypeError, QuantityError */
export function statusFromV1(metric: JsonObject): MetricStatus {
  const { object, pods, resource, containerResource, external } = parts(metric);
  return defined({
    type: text(metric.type) ?? '',
    object: object && {
      describedObject: referenceOf(object.target),
      metric: identifierOf(object, 'selector'),
      current: defined({ value: amount(object.currentValue) ?? ZERO, averageValue: amount(object.averageValue) }),
    },
    pods: pods && {
      metric: identifierOf(pods, 'selector'),
      current: { averageValue: amount(pods.currentAverageValue) ?? ZERO },
    },
    resource: resource && { name: text(resource.name) ?? '', current: resourceCurrentOf(resource) },
    containerResource: containerResource && {
      name: text(containerResource.name) ?? '',
      container: text(containerResource.container) ?? '',
      current: resourceCurrentOf(containerResource),
    },
    external: external && {
      metric: identifierOf(external, 'metricSelector'),
      current: defined({
        value: amount(external.currentValue) ?? ZERO,
        averageValue: amount(external.currentAverageValue),
      }),
    },
  });
}

type Parts = Partial<Record<'object' | 'pods' | 'resource' | 'containerResource' | 'external', JsonObject>>;

function parts(metric: JsonObject): Parts {
  return Object.fromEntries(Object.entries(metric).filter(([, value]) => isObject(value))) as Parts;
}

/** The zero beside an average stands for no value: v1 cannot leave it out. */
function objectTargetOf(object: JsonObject): MetricTarget {
  const value = amount(object.targetValue) ?? ZERO;
  const averageValue = amount(object.averageValue);
  if (averageValue === undefined) return { type: 'Value', value };
  const isZero = parseQuantity(value).sign === 0;
  return { type: 'AverageValue', ...(isZero ? {} : { value }), averageValue };
}

function resourceTargetOf(source: JsonObject): JsonObject {
  const utilization = integer(source.targetAverageUtilization);
  return defined({
    type: utilization === undefined ? 'AverageValue' : 'Utilization',
    averageUtilization: utilization,
    averageValue: amount(source.targetAverageValue),
  });
}

function resourceCurrentOf(source: JsonObject): JsonObject {
  const utilization = integer(source.currentAverageUtilization);
  return defined({ averageUtilization: utilization, averageValue: amount(source.currentAverageValue) ?? ZERO });
}

function referenceOf(value: unknown): CrossVersionObjectReference {
  const { kind, name, apiVersion } = isObject(value) ? value : {};
  return { kind: text(kind) ?? '', name: text(name) ?? '', ...(apiVersion ? { apiVersion: text(apiVersion) } : {}) };
}

function identifierOf(source: JsonObject, field: string): MetricIdentifier {
  const given = source[field];
  return { name: text(source.metricName) ?? '', ...(isObject(given) ? { selector: given as LabelSelector } : {}) };
}

/** @throws TypeError */
function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new TypeError('not a string');
  return value;
}

/** A quantity, canonical. @throws QuantityError */
function amount(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return canonicalQuantity(String(value));
}

/** @throws TypeError */
function integer(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value)) throw new TypeError('not an integer');
  return value as number;
}
