/** What Windows and Linux pods may say; imitates the Windows and OS checks of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Subdomain } from '../../../api/names.ts';
import type {
  PodSecurityContext,
  PodSpec,
  SecurityContext,
  WindowsSecurityContextOptions,
} from '../../../api/types/core-v1.ts';
import { allContainers, containerPath } from './pod-visit.ts';

const MAX_GMSA_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
const SYSTEMS = ['linux', 'windows'];
const NOT_ON_WINDOWS = 'cannot be set for a windows pod';
const NOT_ON_LINUX = 'windows options cannot be set for a linux pod';

export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  for (const message of gmsaCredentialSpecName === undefined ? [] : isDNS1123Subdomain(gmsaCredentialSpecName)) {
    errors.invalid(path.child('gmsaCredentialSpecName'), gmsaCredentialSpecName, message);
  }
  if (gmsaCredentialSpec === '')
    errors.invalid(path.child('gmsaCredentialSpec'), '', 'gmsaCredentialSpec cannot be an empty string');
  else if (byteLength(gmsaCredentialSpec ?? '') > MAX_GMSA_KIB * 1024) {
    errors.invalid(
      path.child('gmsaCredentialSpec'),
      gmsaCredentialSpec,
      `gmsaCredentialSpec size must be under ${MAX_GMSA_KIB} KiB`,
    );
  }
  for (const message of runAsUserName === undefined ? [] : userNameErrors(runAsUserName)) {
    errors.invalid(path.child('runAsUserName'), runAsUserName, message);
  }
}

/** `DOMAIN\\USER` or `USER`. */
function userNameErrors(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) as string;
  const found = parts.length === 2 ? domainErrors(parts[0] as string) : [];
  if (user === '') found.push("runAsUserName's User cannot be empty");
  else if (byteLength(user) > MAX_USER)
    found.push(`runAsUserName's User length must not be longer than ${MAX_USER} characters`);
  if (/^[. ]+$/.test(user)) found.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    found.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return found;
}

function domainErrors(domain: string): string[] {
  const found: string[] = [];
  if (byteLength(domain) >= MAX_DOMAIN)
    found.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`);
  if (!NETBIOS.test(domain) && !DNS_DOMAIN.test(domain))
    found.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  return found;
}

/** Either all containers of a pod are HostProcess containers, or none is. */
export function validateHostProcess(spec: PodSpec, path: Path, errors: FieldErrors): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = allContainers(spec);
  let hostProcesses = 0;
  for (const [i, container] of containers.entries()) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      const at = containerPath(spec, i, path).child('securityContext', 'windowsOptions', 'hostProcess');
      errors.invalid(at, own, detail);
    }
    if (own ?? ofPod) hostProcesses++;
  }
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers.length) {
    errors.invalid(
      path,
      '',
      'If pod contains any hostProcess containers then all containers must be HostProcess containers',
    );
  }
  if (spec.hostNetwork !== true) {
    errors.invalid(
      path.child('hostNetwork'),
      false,
      'hostNetwork must be true if pod contains any hostProcess containers',
    );
  }
}

/** The declared operating system, and that nothing contradicts it. */
export function validateOs(spec: PodSpec, path: Path, errors: FieldErrors): void {
  if (spec.os === undefined) return;
  const name = spec.os.name ?? '';
  if (name === '') errors.required(path.child('os', 'name'));
  else if (!SYSTEMS.includes(name)) errors.notSupported(path.child('os'), name, SYSTEMS);
  else if (name === 'linux') validateLinux(spec, path, errors);
  else validateWindows(spec, path, errors);
}

function validateLinux(spec: PodSpec, path: Path, errors: FieldErrors): void {
  if (spec.securityContext?.windowsOptions !== undefined)
    errors.forbidden(path.child('securityContext', 'windowsOptions'), NOT_ON_LINUX);
  for (const [i, container] of allContainers(spec).entries()) {
    if (container.securityContext?.windowsOptions !== undefined)
      errors.forbidden(containerPath(spec, i, path).child('securityContext', 'windowsOptions'), NOT_ON_LINUX);
  }
}

/** Fields of the pod's security context in upstream's order; `spec:` ones stand on the spec itself. */
const POD_FIELDS: readonly string[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'spec:hostUsers',
  'spec:hostPID',
  'spec:hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'spec:shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const CONTAINER_FIELDS: readonly (keyof SecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];
/** Pointers: set even when false. The other two flags count only when true. */
const SPEC_POINTERS = new Set(['hostUsers', 'shareProcessNamespace']);

function validateWindows(spec: PodSpec, path: Path, errors: FieldErrors): void {
  for (const entry of POD_FIELDS) {
    const onSpec = entry.startsWith('spec:');
    const field = onSpec ? entry.slice(5) : entry;
    const value = onSpec ? spec[field as keyof PodSpec] : spec.securityContext?.[field as keyof PodSecurityContext];
    const isFlag = onSpec && !SPEC_POINTERS.has(field);
    const set = isFlag
      ? value === true
      : field === 'sysctls'
        ? (value as unknown[] | undefined)?.length
        : value !== undefined;
    if (set) errors.forbidden(onSpec ? path.child(field) : path.child('securityContext', field), NOT_ON_WINDOWS);
  }
  for (const [i, container] of allContainers(spec).entries()) {
    for (const field of CONTAINER_FIELDS) {
      if (container.securityContext?.[field] !== undefined)
        errors.forbidden(containerPath(spec, i, path).child('securityContext', field), NOT_ON_WINDOWS);
    }
  }
}
