/** The HorizontalPodAutoscaler that `autoscale` makes. */
import type { JsonObject } from '../../api/object.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { CliError } from '../errors.ts';

export interface AutoscalerWishes {
  readonly name: string;
  /** Absent: that of the request. */
  readonly namespace: string | undefined;
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly min: number;
  readonly max: number;
  /** `70%`, `500m`, `500` (thousandths); '' is no metric. */
  readonly cpu: string;
  /** `70%`, `200Mi`, `200` (mebibytes); '' is no metric. */
  readonly memory: string;
}

/** @throws CliError for amounts that are none */
export function autoscalerOf({ name, namespace, target, min, max, cpu, memory }: AutoscalerWishes): JsonObject {
  const metrics = [
    ...(cpu === '' ? [] : [metric('cpu', cpu, 'm')]),
    ...(memory === '' ? [] : [metric('memory', memory, 'Mi')]),
  ];
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      scaleTargetRef: { kind: target.kind, name: target.name, apiVersion: target.apiVersion },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: max,
      ...(metrics.length === 0 ? {} : { metrics }),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}

function metric(name: 'cpu' | 'memory', text: string, unit: string): JsonObject {
  return { type: 'Resource', resource: { name, target: targetOf(name, text, unit) } };
}

const MAX_INT32 = 2 ** 31 - 1;

function targetOf(name: string, text: string, unit: string): JsonObject {
  if (text.endsWith('%')) {
    const percent = text.slice(0, -1);
    const value = Number(percent);
    if (!/^\+?\d+$/.test(percent) || value > MAX_INT32) throw new CliError(`invalid percentage value: ${percent}`);
    return { type: 'Utilization', averageUtilization: value };
  }
  try {
    return { type: 'AverageValue', averageValue: canonicalQuantity(/^[\d.]+$/.test(text) ? text + unit : text) };
  } catch (error) {
    throw new CliError(`invalid resource ${name} value: ${text}`, { cause: error });
  }
}
