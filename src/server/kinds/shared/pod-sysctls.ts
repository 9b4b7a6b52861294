/** Which kernel parameters belong to a namespace; imitates component-helpers node/util/sysctl. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';
import type { PodSpec } from '../../../api/types/core-v1.ts';

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const NAME = `(${SEGMENT}[\\./])*${SEGMENT}`;
const NAME_REGEX = new RegExp(`^${NAME}$`);
const MAX_LENGTH = 253;
const IPC_NAMES = new Set(['kernel.sem']);
const IPC_PREFIXES = ['kernel.shm', 'kernel.msg', 'fs.mqueue.'];
const NET_PREFIXES = ['net.'];

export function validateSysctls(spec: PodSpec, path: Path, errors: FieldErrors, allowOnHost: boolean): void {
  const seen = new Set<string>();
  for (const [i, { name = '' }] of (spec.securityContext?.sysctls ?? []).entries()) {
    const namePath = path.index(i).child('name');
    if (name === '') errors.required(namePath);
    else if (byteLength(name) > MAX_LENGTH || !NAME_REGEX.test(name)) {
      errors.invalid(namePath, name, `must have at most ${MAX_LENGTH} characters and match regex ^${NAME}$`);
    } else if (seen.has(name)) errors.duplicate(namePath, name);
    const shared = allowOnHost ? undefined : isNamespacedSysctlOnHost(name, spec);
    if (shared !== undefined) errors.invalid(namePath, name, `may not be specified when '${shared}' is true`);
    seen.add(name);
  }
}

/** The host namespace field that clashes with a parameter of that namespace. */
export function isNamespacedSysctlOnHost(name: string, spec: PodSpec): 'hostNetwork' | 'hostIPC' | undefined {
  const normal = normalize(name);
  if (spec.hostNetwork === true && NET_PREFIXES.some((prefix) => normal.startsWith(prefix))) return 'hostNetwork';
  const ipc = IPC_NAMES.has(normal) || IPC_PREFIXES.some((prefix) => normal.startsWith(prefix));
  return spec.hostIPC === true && ipc ? 'hostIPC' : undefined;
}

/** `net/ipv4/conf/eno2.100/x` and `net.ipv4.conf.eno2/100.x` are one name: whichever separator comes first is the separator. */
function normalize(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replace(/[./]/g, (char) => (char === '.' ? '/' : '.'));
}
