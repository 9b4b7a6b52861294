/** Rules for the metrics of an autoscaler; imitates kubernetes pkg/apis/autoscaling/validation, repeated errors included. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isPathSegmentName } from '../../../api/names.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  HorizontalPodAutoscalerSpec,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from '../../../api/types/autoscaling-v2.ts';
import { reportInvalid, validateDNSLabel } from '../shared/name-rules.ts';
import { validateContainerResourceName } from '../shared/resources.ts';
import { type ReferenceOptions, validateReference } from './hpa-reference-validation.ts';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
/** In the order in which upstream looks for them. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
const FIELD_OF_TYPE: ReadonlyMap<string, (typeof SOURCES)[number]> = new Map([
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

export function validateMetrics(
  { metrics = [], minReplicas }: HorizontalPodAutoscalerSpec,
  path: Path,
  errors: FieldErrors,
  options: ReferenceOptions,
): void {
  for (const [i, metric] of metrics.entries()) validateMetric(metric, path.index(i), errors, options);
  const wakes = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !wakes) {
    errors.forbidden(path, 'must specify at least one Object or External metric to support scaling to zero replicas');
  }
}

function validateMetric(metric: MetricSpec, path: Path, errors: FieldErrors, options: ReferenceOptions): void {
  const { type = '' } = metric;
  const typePath = path.child('type');
  if (type === '') errors.required(typePath, 'must specify a metric source type');
  if (!TYPES.includes(type)) errors.notSupported(typePath, type, TYPES);
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  if (present[0] !== undefined) validateSource(metric, present[0], path.child(present[0]), errors, options);
  const expected = FIELD_OF_TYPE.get(type);
  if (expected === undefined) errors.notSupported(typePath, type, TYPES);
  else if (metric[expected] === undefined) {
    errors.required(path.child(expected), 'must populate information for the given metric source');
  }
  if (present.length === 1) return;
  for (const source of present) {
    if (source !== expected) errors.forbidden(path.child(source), 'must populate the given metric source only');
  }
}

function validateSource(
  metric: MetricSpec,
  source: (typeof SOURCES)[number],
  path: Path,
  errors: FieldErrors,
  options: ReferenceOptions,
): void {
  if (source === 'object') validateObject(metric.object ?? {}, path, errors, options);
  else if (source === 'external') validateExternal(metric.external ?? {}, path, errors);
  else if (source === 'pods') validatePods(metric.pods ?? {}, path, errors);
  else if (source === 'resource') validateResource(metric.resource ?? {}, path, errors);
  else validateContainerResource(metric.containerResource ?? {}, path, errors);
}

function validateObject(source: ObjectMetricSource, path: Path, errors: FieldErrors, options: ReferenceOptions): void {
  const { target = {} } = source;
  validateReference(source.describedObject ?? {}, path.child('describedObject'), errors, options);
  validateIdentifier(source.metric ?? {}, path.child('metric'), errors);
  validateTarget(target, path.child('target'), errors);
  if (target.value === undefined && target.averageValue === undefined) {
    errors.required(path.child('target', 'averageValue'), 'must set either a target value or averageValue');
  }
}

function validateExternal(source: ExternalMetricSource, path: Path, errors: FieldErrors): void {
  const { target = {} } = source;
  const both = 'a target value for metric and a per-pod target';
  validateIdentifier(source.metric ?? {}, path.child('metric'), errors);
  validateTarget(target, path.child('target'), errors);
  if (target.value === undefined && target.averageValue === undefined) {
    const message = 'must set either a target value for metric or a per-pod target';
    errors.required(path.child('target', 'averageValue'), message);
  }
  if (target.value !== undefined && target.averageValue !== undefined) {
    errors.forbidden(path.child('target', 'value'), `may not set both ${both}`);
  }
}

function validatePods(source: PodsMetricSource, path: Path, errors: FieldErrors): void {
  const { target = {} } = source;
  validateIdentifier(source.metric ?? {}, path.child('metric'), errors);
  validateTarget(target, path.child('target'), errors);
  if (target.averageValue === undefined) {
    errors.required(path.child('target', 'averageValue'), 'must specify a positive target averageValue');
  }
}

function validateResource(source: ResourceMetricSource, path: Path, errors: FieldErrors): void {
  if (!source.name) errors.required(path.child('name'), 'must specify a resource name');
  validateResourceTarget(source.target ?? {}, path.child('target'), errors);
}

function validateContainerResource(source: ContainerResourceMetricSource, path: Path, errors: FieldErrors): void {
  const { name, container } = source;
  if (!name) errors.required(path.child('name'), 'must specify a resource name');
  else validateContainerResourceName(name, path.child('name'), errors);
  if (!container) errors.required(path.child('container'), 'must specify a container');
  else validateDNSLabel(container, path.child('container'), errors);
  validateResourceTarget(source.target ?? {}, path.child('target'), errors);
}

function validateResourceTarget(target: MetricTarget, path: Path, errors: FieldErrors): void {
  validateTarget(target, path, errors);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    const message = 'must set either a target raw value or a target utilization';
    errors.required(path.child('averageUtilization'), message);
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    errors.forbidden(path.child('averageValue'), 'may not set both a target raw value and a target utilization');
  }
}

function validateTarget(target: MetricTarget, path: Path, errors: FieldErrors): void {
  const { type = '', averageUtilization } = target;
  if (type === '') errors.required(path.child('type'), 'must specify a metric target type');
  if (!TARGET_TYPES.includes(type)) {
    errors.invalid(path.child('type'), type, 'must be either Utilization, Value, or AverageValue');
  }
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target[field];
    if (amount !== undefined && parseQuantity(amount).sign <= 0) {
      errors.invalid(path.child(field), amount, 'must be positive');
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.invalid(path.child('averageUtilization'), averageUtilization, 'must be greater than 0');
  }
}

function validateIdentifier({ name = '' }: MetricIdentifier, path: Path, errors: FieldErrors): void {
  if (name === '') errors.required(path.child('name'), 'must specify a metric name');
  else reportInvalid(isPathSegmentName(name), name, path.child('name'), errors);
}
