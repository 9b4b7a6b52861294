/** Security contexts of pods and containers; imitates the *SecurityContext checks of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isInRange } from '../../../api/names.ts';
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from '../../../api/types/core-v1.ts';
import { goValue, SECCOMP_PROFILE, SECURITY_CONTEXT } from './pod-go-values.ts';
import { validateSysctls } from './pod-sysctls.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateWindowsOptions } from './pod-windows.ts';
import { validateLocalDescendingPath } from './volume-paths.ts';

const MAX_ID = 2147483647;
const MAX_PROFILE_PATH = 4095;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const PROC_MOUNTS = ['Default', 'Unmasked'];

/** A user or group id, if there is one. */
export function validateId(id: number | undefined, path: Path, errors: FieldErrors): void {
  for (const message of id === undefined ? [] : isInRange(id, 0, MAX_ID)) errors.invalid(path, id, message);
}

function validateEnum(value: string | undefined, allowed: readonly string[], path: Path, errors: FieldErrors): void {
  if (value !== undefined && !allowed.includes(value)) errors.notSupported(path, value, allowed);
}

/** The pod's own, with the host flags of its spec. */
export function validatePodSecurityContext(
  spec: PodSpec,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const context = spec.securityContext ?? {};
  validateIds(context, path, errors);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    errors.invalid(
      path.child('shareProcessNamespace'),
      true,
      'ShareProcessNamespace and HostPID cannot both be enabled',
    );
  }
  if (Object.keys(context).length === 0) return;
  validateSysctls(spec, path.child('sysctls'), errors, options.allowNamespacedSysctlsOnHost === true);
  validateEnum(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], path.child('fsGroupChangePolicy'), errors);
  validateSeccompProfile(context.seccompProfile, path.child('seccompProfile'), errors);
  validateWindowsOptions(context.windowsOptions, path.child('windowsOptions'), errors);
  validateAppArmorProfile(context.appArmorProfile, path.child('appArmorProfile'), errors);
  validateEnum(context.supplementalGroupsPolicy, ['Merge', 'Strict'], path.child('supplementalGroupsPolicy'), errors);
  validateEnum(context.seLinuxChangePolicy, ['MountOption', 'Recursive'], path.child('seLinuxChangePolicy'), errors);
}

function validateIds(context: PodSecurityContext, path: Path, errors: FieldErrors): void {
  const { fsGroup, runAsUser, runAsGroup, supplementalGroups } = context;
  if (fsGroup !== undefined) validateId(fsGroup, path.child('fsGroup'), errors);
  if (runAsUser !== undefined) validateId(runAsUser, path.child('runAsUser'), errors);
  if (runAsGroup !== undefined) validateId(runAsGroup, path.child('runAsGroup'), errors);
  for (const [i, id] of (supplementalGroups ?? []).entries())
    validateId(id, path.child('supplementalGroups').index(i), errors);
}

/** A container's; `hostUsers` is false when the pod has a user namespace of its own. */
export function validateContainerSecurityContext(
  context: SecurityContext,
  hostUsers: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  validateId(context.runAsUser, path.child('runAsUser'), errors);
  validateId(context.runAsGroup, path.child('runAsGroup'), errors);
  validateEnum(context.procMount, PROC_MOUNTS, path.child('procMount'), errors);
  if (hostUsers && context.procMount === 'Unmasked') {
    errors.invalid(path.child('procMount'), context.procMount, '`hostUsers` must be false to use `Unmasked`');
  }
  validateSeccompProfile(context.seccompProfile, path.child('seccompProfile'), errors);
  validateEscalation(context, path, errors);
  validateWindowsOptions(context.windowsOptions, path.child('windowsOptions'), errors);
  validateAppArmorProfile(context.appArmorProfile, path.child('appArmorProfile'), errors);
}

/** Privileges that allowPrivilegeEscalation=false would contradict. */
function validateEscalation(context: SecurityContext, path: Path, errors: FieldErrors): void {
  if (context.allowPrivilegeEscalation !== false) return;
  const report = (what: string): void =>
    errors.invalid(
      path,
      goValue(context, SECURITY_CONTEXT),
      `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
    );
  if (context.privileged === true) report('`privileged` to true');
  for (const name of context.capabilities?.add ?? [])
    if (name === 'CAP_SYS_ADMIN') report('`capabilities.Add` CAP_SYS_ADMIN');
}

function validateSeccompProfile(profile: SeccompProfile | undefined, path: Path, errors: FieldErrors): void {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  if (type === '') errors.required(path.child('type'), 'type is required when seccompProfile is set');
  else validateEnum(type, PROFILE_TYPES, path.child('type'), errors);
  const at = path.child('localhostProfile');
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined) {
      errors.invalid(at, goValue(profile, SECCOMP_PROFILE), 'can only be set when seccomp type is Localhost');
    }
  } else if (localhostProfile === undefined) errors.required(at, 'must be set when seccomp type is Localhost');
  else validateLocalDescendingPath(localhostProfile, at, errors);
}

function validateAppArmorProfile(profile: AppArmorProfile | undefined, path: Path, errors: FieldErrors): void {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  const at = path.child('localhostProfile');
  if (type === '') errors.required(path.child('type'), 'type is required when appArmorProfile is set');
  else if (!PROFILE_TYPES.includes(type)) errors.notSupported(path.child('type'), type, PROFILE_TYPES);
  else if (type === 'Localhost') validateAppArmorName(localhostProfile, at, errors);
  else if (localhostProfile !== undefined)
    errors.invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost');
}

function validateAppArmorName(name: string | undefined, path: Path, errors: FieldErrors): void {
  const missing = 'must be set when AppArmor type is Localhost';
  if (name === undefined) {
    errors.required(path, missing);
    return;
  }
  if (name.trim() !== name) errors.invalid(path, name, 'must not be padded with whitespace');
  else if (name === '') errors.required(path, missing);
  if (byteLength(name) > MAX_PROFILE_PATH) errors.tooLong(path, MAX_PROFILE_PATH);
}
