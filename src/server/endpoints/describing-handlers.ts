/** All non-resource paths of a server in one map. */
import type { TraceBuffer } from '../../tracing/trace.ts';
import { ApiSource, type RemoteApis } from '../discovery/api-source.ts';
import { discoveryHandlers } from '../discovery/discovery-handlers.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { openApiHandlers } from '../openapi/openapi-handlers.ts';
import { type HealthCheck, healthHandlers } from './health.ts';
import type { Metrics } from './metrics/metrics.ts';
import { metricsHandlers } from './metrics/metrics-handlers.ts';
import { mergeHandlers, type PathHandlers } from './paths.ts';
import { rootHandlers } from './root.ts';
import { type IssuerServices, issuerHandlers } from './service-account-issuer.ts';
import { traceHandlers } from './traces.ts';
import { type VersionInfo, versionHandlers } from './version.ts';

export interface DescribingServices {
  readonly kinds: KindTable;
  readonly remote?: RemoteApis;
  readonly version: VersionInfo;
  readonly checks: readonly HealthCheck[];
  readonly metrics: Metrics;
  readonly traces: TraceBuffer;
  readonly issuer: IssuerServices;
  /** `host:port` that clients reach this server by. */
  serverAddress(): string;
}

export function describingHandlers(services: DescribingServices): PathHandlers {
  const { kinds, remote, version } = services;
  const handlers = mergeHandlers(
    discoveryHandlers(services),
    openApiHandlers(services),
    versionHandlers(version),
    healthHandlers(services.checks),
    metricsHandlers(services.metrics),
    issuerHandlers(services.issuer),
    traceHandlers(services.traces),
  );
  return mergeHandlers(handlers, rootHandlers(handlers, new ApiSource(kinds, remote)));
}
