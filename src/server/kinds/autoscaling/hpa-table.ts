import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../../api/types/autoscaling-v2.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';

const SHOWN_METRICS = 2;
const UNKNOWN = '<unknown>';

/** Imitates printHorizontalPodAutoscaler of kubernetes pkg/printers/internalversion. */
export function hpaCells(obj: HorizontalPodAutoscaler, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  const { scaleTargetRef = {}, minReplicas } = spec;
  return [
    obj.metadata?.name ?? '',
    `${scaleTargetRef.kind ?? ''}/${scaleTargetRef.name ?? ''}`,
    metricsText(spec.metrics ?? [], status.currentMetrics ?? []),
    minReplicas === undefined ? '<unset>' : String(minReplicas),
    spec.maxReplicas ?? 0,
    status.currentReplicas ?? 0,
    age(obj.metadata?.creationTimestamp, now),
  ];
}

/** `cpu: 63%/80%, <unknown>/10 + 1 more...` */
function metricsText(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, i) => metricText(spec, statuses[i] ?? {}));
  const shown = texts.slice(0, SHOWN_METRICS).join(', ');
  return texts.length > SHOWN_METRICS ? `${shown} + ${texts.length - SHOWN_METRICS} more...` : shown;
}

function metricText(spec: MetricSpec, status: MetricStatus): string {
  switch (spec.type) {
    case 'External':
      return valueText(spec.external?.target, status.external?.current, true);
    case 'Object':
      return valueText(spec.object?.target, status.object?.current, false);
    case 'Pods':
      return `${currentText(status.pods?.current, 'averageValue')}/${spec.pods?.target?.averageValue ?? '<nil>'}`;
    case 'Resource':
      return `${spec.resource?.name}: ${resourceText(spec.resource?.target, status.resource?.current)}`;
    case 'ContainerResource': {
      const text = resourceText(spec.containerResource?.target, status.containerResource?.current);
      return `${spec.containerResource?.name}: ${text}`;
    }
    default:
      return '<unknown type>';
  }
}

/** An unset current average is `<unknown>` for external metrics, Go's nil text for objects. */
function valueText(target: MetricTarget = {}, current: MetricValueStatus | undefined, unknownAverage: boolean): string {
  if (target.averageValue === undefined) return `${currentText(current, 'value')}/${target.value ?? '<nil>'}`;
  const missing = unknownAverage && current?.averageValue === undefined;
  return `${missing ? UNKNOWN : currentText(current, 'averageValue')}/${target.averageValue} (avg)`;
}

function resourceText(target: MetricTarget = {}, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${currentText(current, 'averageValue')}/${target.averageValue}`;
  const now = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`;
  return `${now}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}

function currentText(current: MetricValueStatus | undefined, field: 'value' | 'averageValue'): string {
  return current === undefined ? UNKNOWN : (current[field] ?? '<nil>');
}
