/** Whether a pod meets a level of the Pod Security Standards; imitates pod-security-admission/policy registry.go. */
import type { PodSpec } from '../types/core-v1.ts';
import type { ObjectMeta } from '../types/meta-v1.ts';
import {
  appArmorProfile,
  baselineCapabilities,
  baselineSeccomp,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
} from './baseline-checks.ts';
import type { Check, Violation } from './check.ts';
import type { LevelVersion } from './level.ts';
import {
  allowPrivilegeEscalation,
  restrictedCapabilities,
  restrictedSeccomp,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
} from './restricted-checks.ts';

interface Entry {
  readonly check: Check;
  /** The restricted level has a stricter check from this version on. */
  readonly replacedFrom?: number;
}

/** In the order of upstream's check IDs, which is that of the messages. */
const BASELINE: readonly Entry[] = [
  { check: appArmorProfile },
  { check: baselineCapabilities, replacedFrom: 22 },
  { check: hostNamespaces },
  { check: hostPathVolumes, replacedFrom: 0 },
  { check: hostPorts },
  { check: hostProbes },
  { check: privileged },
  { check: procMount },
  { check: seLinuxOptions },
  { check: baselineSeccomp, replacedFrom: 19 },
  { check: sysctls },
  { check: windowsHostProcess },
];
const RESTRICTED: readonly Check[] = [
  allowPrivilegeEscalation,
  restrictedCapabilities,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  restrictedSeccomp,
];

export function violations({ level, minor }: LevelVersion, spec: PodSpec, metadata: ObjectMeta): Violation[] {
  if (level === 'privileged') return [];
  const replaced = ({ replacedFrom }: Entry) =>
    level === 'restricted' && replacedFrom !== undefined && minor >= replacedFrom;
  const base = BASELINE.filter((entry) => !replaced(entry));
  const checks = [...base.map(({ check }) => check), ...(level === 'restricted' ? RESTRICTED : [])];
  return checks.flatMap((check) => check(spec, metadata, minor) ?? []);
}

/** `host namespaces (hostPID=true), privileged (container "c" must …)` */
export function detailText(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}

/** `host namespaces, privileged` */
export function reasonText(found: readonly Violation[]): string {
  return found.map(({ reason }) => reason).join(', ');
}
