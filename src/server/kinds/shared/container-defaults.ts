/** What unset container fields become; imitates SetDefaults_Container, _Probe and friends of kubernetes pkg/apis/core/v1. */
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction,
  LifecycleHandler,
  ObjectFieldSelector,
  Probe,
} from '../../../api/types/core-v1.ts';
import { defaultPullPolicy } from './container-image.ts';
import { roundResourceList } from './resources.ts';

export function applyContainerDefaults(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image);
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) applyEnvDefaults(variable);
  applyProbeDefaults(container.livenessProbe);
  applyProbeDefaults(container.readinessProbe);
  applyProbeDefaults(container.startupProbe);
  applyHandlerDefaults(container.lifecycle?.postStart);
  applyHandlerDefaults(container.lifecycle?.preStop);
  roundResourceList(container.resources?.limits);
  roundResourceList(container.resources?.requests);
}

/** Zero counts as unset: a client cannot ask for a zero timeout. */
function applyProbeDefaults(probe: Probe | undefined): void {
  if (probe === undefined) return;
  applyHttpGetDefaults(probe.httpGet);
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
}

function applyHandlerDefaults(handler: LifecycleHandler | undefined): void {
  applyHttpGetDefaults(handler?.httpGet);
}

function applyHttpGetDefaults(action: HTTPGetAction | undefined): void {
  if (action === undefined) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function applyEnvDefaults({ valueFrom }: EnvVar): void {
  if (valueFrom === undefined) return;
  applyFieldRefDefaults(valueFrom.fieldRef);
  if (valueFrom.fileKeyRef !== undefined) valueFrom.fileKeyRef.optional ??= false;
}

export function applyFieldRefDefaults(fieldRef: ObjectFieldSelector | undefined): void {
  if (fieldRef !== undefined) fieldRef.apiVersion ||= 'v1';
}
