/** The kinds of workloads and what goes with them, by where they are served. */
import { controllerrevisions } from '../../../src/server/kinds/apps/controllerrevisions.ts';
import { daemonsets } from '../../../src/server/kinds/apps/daemonsets.ts';
import { deployments } from '../../../src/server/kinds/apps/deployments.ts';
import { replicasets } from '../../../src/server/kinds/apps/replicasets.ts';
import { statefulsets } from '../../../src/server/kinds/apps/statefulsets.ts';
import { horizontalpodautoscalers } from '../../../src/server/kinds/autoscaling/horizontalpodautoscalers.ts';
import { horizontalpodautoscalersV1 } from '../../../src/server/kinds/autoscaling/horizontalpodautoscalers-v1.ts';
import { cronjobs } from '../../../src/server/kinds/batch/cronjobs.ts';
import { jobs } from '../../../src/server/kinds/batch/jobs.ts';
import { leases } from '../../../src/server/kinds/coordination/leases.ts';
import { events } from '../../../src/server/kinds/core/events.ts';
import { limitranges } from '../../../src/server/kinds/core/limitranges.ts';
import { replicationcontrollers } from '../../../src/server/kinds/core/replicationcontrollers.ts';
import { resourcequotas } from '../../../src/server/kinds/core/resourcequotas.ts';
import { eventsV1 } from '../../../src/server/kinds/events/events.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { runtimeclasses } from '../../../src/server/kinds/node/runtimeclasses.ts';
import { poddisruptionbudgets } from '../../../src/server/kinds/policy/poddisruptionbudgets.ts';
import { priorityclasses } from '../../../src/server/kinds/scheduling/priorityclasses.ts';

export const WORKLOAD_KINDS: readonly Kind[] = [
  deployments,
  replicasets,
  statefulsets,
  daemonsets,
  controllerrevisions,
  jobs,
  cronjobs,
  replicationcontrollers,
  horizontalpodautoscalers,
  horizontalpodautoscalersV1,
  poddisruptionbudgets,
  leases,
  events,
  eventsV1,
  limitranges,
  resourcequotas,
  priorityclasses,
  runtimeclasses,
];

/** `/apis/apps/v1/` or `/api/v1/`: where requests for the kind begin. */
export function pathPrefix({ group, apiVersion }: Kind): string {
  return group === '' ? `/api/${apiVersion}/` : `/apis/${apiVersion}/`;
}
