/** Imitates SetDefaults_HorizontalPodAutoscaler and kin of kubernetes pkg/apis/autoscaling/v2. */
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec } from '../../../api/types/autoscaling-v2.ts';

const CPU_UTILIZATION = 80;
const PERIOD_SECONDS = 15;

/** Metrics of an autoscaler that names none. */
export function defaultMetrics(): MetricSpec[] {
  const target = { type: 'Utilization', averageUtilization: CPU_UTILIZATION };
  return [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

export function applyHpaDefaults(obj: HorizontalPodAutoscaler): void {
  obj.spec ??= {};
  const { spec } = obj;
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) spec.metrics = defaultMetrics();
  if (spec.behavior === undefined) return;
  spec.behavior.scaleUp = withDefaults(spec.behavior.scaleUp, scaleUpDefaults());
  spec.behavior.scaleDown = withDefaults(spec.behavior.scaleDown, scaleDownDefaults());
}

function scaleUpDefaults(): HPAScalingRules {
  return {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
      { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
    ],
  };
}

function scaleDownDefaults(): HPAScalingRules {
  return { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }] };
}

/** An empty list of policies is a statement (and an error), an absent one is not. */
function withDefaults(rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules {
  const given = Object.entries(rules ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return { ...defaults, ...Object.fromEntries(given) };
}
