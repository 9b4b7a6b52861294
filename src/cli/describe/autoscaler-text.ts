/** HorizontalPodAutoscalers. */
import type { KubeObject } from '../../api/object.ts';
import type { HorizontalPodAutoscaler as OldAutoscaler } from '../../api/types/autoscaling-v1.ts';
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../api/types/autoscaling-v2.ts';
import type { Around, Describer } from './describer.ts';
import { type Description, longTime } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeMeta } from './settings-text.ts';

const UNKNOWN = '<unknown>';

/** As autoscaling/v2 where the server has it, whichever version was asked for. */
export const describeAutoscaler: Describer = async (object, out, around) => {
  const newest = object.apiVersion === 'autoscaling/v2' ? object : await asVersion2(object, around);
  const { metadata = {}, spec = {}, status = {} } = (newest ?? object) as HorizontalPodAutoscaler;
  describeMeta(metadata, out);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
  out.line(0, `Reference:\t${kind}/${name}`);
  if (newest === undefined) utilization(object as OldAutoscaler, out);
  else metrics(spec.metrics ?? [], status.currentMetrics ?? [], out);
  out.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`);
  out.line(0, `Max replicas:\t${spec.maxReplicas ?? 0}`);
  if (newest !== undefined && spec.behavior !== undefined) {
    out.line(0, 'Behavior:');
    behavior('Scale Up', spec.behavior.scaleUp, out);
    behavior('Scale Down', spec.behavior.scaleDown, out);
  }
  out.line(0, `${kind} pods:\t${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`);
  if (newest !== undefined) conditions(status.conditions ?? [], out);
  await describeEvents(object, out, around);
};

function asVersion2({ metadata }: KubeObject, { client }: Around): Promise<KubeObject | undefined> {
  const { namespace, name } = metadata;
  const target = { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers', namespace, name };
  return client.get(target).catch(() => undefined);
}

function utilization({ spec = {}, status = {} }: OldAutoscaler, out: Description): void {
  if (spec.targetCPUUtilizationPercentage === undefined) return;
  out.line(0, `Target CPU utilization:\t${spec.targetCPUUtilizationPercentage}%`);
  out.line(0, `Current CPU utilization:\t${status.currentCPUUtilizationPercentage ?? UNKNOWN}%`);
}

/** The status of a metric stands at the same place as the metric. */
function metrics(wanted: readonly MetricSpec[], current: readonly MetricStatus[], out: Description): void {
  out.line(0, 'Metrics:\t( current / target )');
  for (const [i, metric] of wanted.entries()) {
    out.line(1, METRIC_TEXTS.get(metric.type ?? '')?.(metric, current[i]) ?? `<unknown metric type "${metric.type}">`);
  }
}

type MetricText = (metric: MetricSpec, status: MetricStatus | undefined) => string;

const METRIC_TEXTS: ReadonlyMap<string, MetricText> = new Map([
  ['External', externalText],
  ['Pods', podsText],
  ['Object', objectText],
  [
    'Resource',
    ({ resource }, status) => resourceText(`resource ${resource?.name}`, resource?.target, status?.resource),
  ],
  [
    'ContainerResource',
    ({ containerResource: metric }, status) => {
      const title = `resource ${metric?.name} of container "${metric?.container}"`;
      return resourceText(title, metric?.target, status?.containerResource);
    },
  ],
]);

interface Measured {
  readonly current?: MetricValueStatus;
}

function externalText({ external }: MetricSpec, status: MetricStatus | undefined): string {
  const name = JSON.stringify(external?.metric?.name ?? '');
  const { averageValue, value } = external?.target ?? {};
  const current = status?.external?.current;
  if (averageValue !== undefined) {
    return `${name} (target average value):\t${current?.averageValue ?? UNKNOWN} / ${averageValue}`;
  }
  return `${name} (target value):\t${measured(status?.external, 'value')} / ${value ?? '<nil>'}`;
}

function podsText({ pods }: MetricSpec, status: MetricStatus | undefined): string {
  const name = JSON.stringify(pods?.metric?.name ?? '');
  return `${name} on pods:\t${measured(status?.pods, 'averageValue')} / ${pods?.target?.averageValue ?? '<nil>'}`;
}

function objectText({ object }: MetricSpec, status: MetricStatus | undefined): string {
  const { kind, name } = object?.describedObject ?? {};
  const { type, averageValue, value } = object?.target ?? {};
  const head = `"${object?.metric?.name}" on ${kind}/${name} `;
  if (type !== 'AverageValue') {
    return `${head}(target value):\t${measured(status?.object, 'value')} / ${value ?? '<nil>'}`;
  }
  return `${head}(target average value):\t${measured(status?.object, 'averageValue')} / ${averageValue ?? '<nil>'}`;
}

function resourceText(title: string, target: MetricTarget | undefined, status: Measured | undefined): string {
  const { averageValue, averageUtilization } = target ?? {};
  if (averageValue !== undefined) {
    return `${title} on pods:\t${measured(status, 'averageValue')} / ${averageValue}`;
  }
  const percent = status?.current?.averageUtilization;
  const current = percent === undefined ? UNKNOWN : `${percent}% (${status?.current?.averageValue ?? '<nil>'})`;
  const wanted = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`;
  return `${title} on pods  (as a percentage of request):\t${current} / ${wanted}`;
}

function measured(status: Measured | undefined, field: 'value' | 'averageValue'): string {
  return status === undefined ? UNKNOWN : (status.current?.[field] ?? '<nil>');
}

function behavior(title: string, rules: HPAScalingRules | undefined, out: Description): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds, selectPolicy, policies = [] } = rules;
  out.line(1, `${title}:`);
  if (stabilizationWindowSeconds !== undefined) {
    out.line(2, `Stabilization Window: ${stabilizationWindowSeconds} seconds`);
  }
  if (policies.length === 0) return;
  out.line(2, `Select Policy: ${selectPolicy ?? 'Max'}`);
  out.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) {
    out.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
  }
}

function conditions(
  all: NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['conditions']>,
  out: Description,
): void {
  if (all.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tReason\tMessage');
  out.line(1, '----\t------\t------\t-------');
  for (const { type, status, reason = '', message = '' } of all) {
    out.line(1, `${type}\t${status}\t${reason}\t${message}`);
  }
}
