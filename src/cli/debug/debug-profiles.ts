/** What the profiles of `debug` make of a pod, by the kind of debugging; as kubectl 1.35 has them. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

/** A container in the pod itself, a copy of the pod, or a pod on a node. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node';

export interface KeepFlags {
  readonly 'keep-labels': boolean;
  readonly 'keep-annotations': boolean;
  readonly 'keep-liveness': boolean;
  readonly 'keep-readiness': boolean;
  readonly 'keep-startup': boolean;
  readonly 'keep-init-containers': boolean;
}

interface Profile {
  readonly hostNamespaces: boolean;
  readonly hostRoot: boolean;
  /** Undefined leaves what the container has. */
  readonly security?: (present: JsonObject, style: DebugStyle) => JsonObject | undefined;
}

const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const PROFILES: Readonly<Record<string, Profile>> = {
  legacy: { hostNamespaces: true, hostRoot: true },
  general: {
    hostNamespaces: true,
    hostRoot: true,
    security: (present, style) => (style === 'node' ? undefined : withCapabilities(present, ['SYS_PTRACE'])),
  },
  baseline: { hostNamespaces: false, hostRoot: false, security: () => undefined },
  restricted: { hostNamespaces: false, hostRoot: false, security: () => RESTRICTED },
  netadmin: {
    hostNamespaces: true,
    hostRoot: false,
    security: (present) => withCapabilities(present, ['NET_ADMIN', 'NET_RAW']),
  },
  sysadmin: { hostNamespaces: true, hostRoot: true, security: (present) => ({ ...present, privileged: true }) },
};

export const LEGACY = 'legacy';

/** @throws CliError for a name that is none */
export function checkProfile(name: string): void {
  if (!Object.hasOwn(PROFILES, name)) throw new CliError(`unknown profile: ${name}`);
}

/** Changes the pod that will be sent. */
export function applyProfile(
  name: string,
  pod: JsonObject,
  container: string,
  style: DebugStyle,
  keep: KeepFlags,
): void {
  const { hostNamespaces, hostRoot, security } = PROFILES[name] as Profile;
  const spec = pod['spec'] as JsonObject;
  if (style === 'copy') trimCopy(name, pod, keep);
  if (style === 'node' && hostNamespaces) Object.assign(spec, { hostNetwork: true, hostPID: true, hostIPC: true });
  if (style === 'node' && hostRoot) mountRoot(spec, container);
  if (security === undefined) return;
  const found = allContainers(spec).find((item) => item['name'] === container);
  if (found === undefined) return;
  const next = security(isObject(found['securityContext']) ? found['securityContext'] : {}, style);
  if (next === undefined) delete found['securityContext'];
  else found['securityContext'] = next;
}

/** Init and ephemeral ones too; the first with a name is meant by it. */
export function allContainers(spec: JsonObject): JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    Array.isArray(spec[field]) ? (spec[field] as JsonObject[]) : [],
  );
}

function withCapabilities(present: JsonObject, added: readonly string[]): JsonObject {
  const capabilities = isObject(present['capabilities']) ? present['capabilities'] : {};
  const add = Array.isArray(capabilities['add']) ? capabilities['add'] : [];
  return { ...present, capabilities: { ...capabilities, add: [...add, ...added] } };
}

function mountRoot(spec: JsonObject, container: string): void {
  const name = 'host-root';
  spec['volumes'] = [...((spec['volumes'] ?? []) as JsonObject[]), { name, hostPath: { path: '/' } }];
  for (const each of allContainers(spec).filter((item) => item['name'] === container)) {
    each['volumeMounts'] = [...((each['volumeMounts'] ?? []) as JsonObject[]), { name, mountPath: '/host' }];
  }
}

/** The copy is to be left alone: no probes, no service that sends it anything. */
function trimCopy(name: string, pod: JsonObject, keep: KeepFlags): void {
  const metadata = pod['metadata'] as JsonObject;
  const spec = pod['spec'] as JsonObject;
  if (name === LEGACY) {
    delete metadata['labels'];
    return;
  }
  if (!keep['keep-labels']) delete metadata['labels'];
  if (!keep['keep-annotations']) delete metadata['annotations'];
  if (!keep['keep-init-containers']) delete spec['initContainers'];
  for (const container of (spec['containers'] ?? []) as JsonObject[]) {
    if (!keep['keep-liveness']) delete container['livenessProbe'];
    if (!keep['keep-readiness']) delete container['readinessProbe'];
    if (!keep['keep-startup']) delete container['startupProbe'];
  }
  spec['shareProcessNamespace'] ??= true;
}
