/** The baseline level: what known ways to gain privileges are closed. Imitates pod-security-admission/policy, one check a file there. */
import { quote } from '../field-errors.ts';
import type { Container, LifecycleHandler, PodSpec, Probe, SELinuxOptions } from '../types/core-v1.ts';
import type { ObjectMeta } from '../types/meta-v1.ts';
import type { Check } from './check.ts';
import { allContainers, containersText, plural, quoted, settersText, sortedSet } from './words.ts';

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const GOOD_PROFILES = new Set(['RuntimeDefault', 'Localhost']);
const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
/** Safe sysctls and the version that added them. */
const SYSCTLS: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
]);
const SELINUX_TYPES: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['container_t', 0],
  ['container_init_t', 0],
  ['container_kvm_t', 0],
  ['container_engine_t', 31],
]);

/** Whether a version of the standards knows an entry of a table. */
function known(table: ReadonlyMap<string, number>, entry: string, minor: number): boolean {
  return (table.get(entry) ?? Number.POSITIVE_INFINITY) <= minor && table.has(entry);
}

export const appArmorProfile: Check = (spec, metadata) => {
  const bad = (type: string | undefined) => type !== undefined && !GOOD_PROFILES.has(type);
  const typeOf = (context: Container['securityContext']) => context?.appArmorProfile?.type;
  const own = spec.securityContext?.appArmorProfile?.type;
  const containers = allContainers(spec).filter((c) => bad(typeOf(c.securityContext)));
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key, value]) =>
      key.startsWith(APP_ARMOR) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
  );
  const values = sortedSet([
    ...(bad(own) ? [own as string] : []),
    ...containers.map((c) => typeOf(c.securityContext) as string),
    ...annotations.map(([, value]) => value),
  ]);
  if (values.length === 0) return undefined;
  const keys = annotations.map(([key]) => key).sort();
  const setters = [
    settersText(bad(own), containers),
    keys.length === 0 ? '' : `${plural('annotation', keys.length)} ${quoted(keys)}`,
  ];
  const detail = `${setters.filter((text) => text !== '').join(' and ')} must not set AppArmor profile type to ${quoted(values)}`;
  return { reason: plural('forbidden AppArmor profile', values.length), detail };
};

export const baselineCapabilities: Check = (spec) => {
  const added = (c: Container) =>
    (c.securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const containers = allContainers(spec).filter((c) => added(c).length > 0);
  if (containers.length === 0) return undefined;
  const names = quoted(sortedSet(containers.flatMap(added)));
  const detail = `${containersText(containers)} must not include ${names} in securityContext.capabilities.add`;
  return { reason: 'non-default capabilities', detail };
};

export const hostNamespaces: Check = ({ hostNetwork, hostPID, hostIPC }) => {
  const set = [hostNetwork && 'hostNetwork=true', hostPID && 'hostPID=true', hostIPC && 'hostIPC=true'].filter(Boolean);
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.join(', ') };
};

export const hostPathVolumes: Check = ({ volumes = [] }) => {
  const names = volumes.filter((volume) => volume.hostPath !== undefined).map(({ name = '' }) => name);
  return names.length === 0
    ? undefined
    : { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` };
};

export const hostPorts: Check = (spec) => {
  const portsOf = (c: Container) => (c.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const containers = allContainers(spec).filter((c) => portsOf(c).length > 0);
  if (containers.length === 0) return undefined;
  const ports = sortedSet(containers.flatMap(portsOf));
  const verb = containers.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${containersText(containers)} ${verb} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
};

export const hostProbes: Check = (spec, _, minor) => {
  if (minor < 34) return undefined;
  const hosts = new Map(allContainers(spec).map((c) => [c.name ?? '', hostsOf(c)]));
  const names = sortedSet([...hosts].filter(([, list]) => list.length > 0).map(([name]) => name));
  if (names.length === 0) return undefined;
  const all = sortedSet([...hosts.values()].flat());
  const who = `${plural('container', names.length)} ${quoted(names)} ${names.length === 1 ? 'uses' : 'use'}`;
  return {
    reason: 'probe or lifecycle host',
    detail: `${who} ${plural('probe or lifecycle host', all.length)} ${quoted(all)}`,
  };
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): string[] {
  const actions: (Probe | LifecycleHandler | undefined)[] = [
    livenessProbe,
    readinessProbe,
    startupProbe,
    lifecycle?.postStart,
    lifecycle?.preStop,
  ];
  return actions
    .flatMap((action) => [action?.httpGet?.host, action?.tcpSocket?.host])
    .filter((host): host is string => Boolean(host));
}

export const privileged: Check = (spec) => {
  const containers = allContainers(spec).filter((c) => c.securityContext?.privileged === true);
  return containers.length === 0
    ? undefined
    : { reason: 'privileged', detail: `${containersText(containers)} must not set securityContext.privileged=true` };
};

export const procMount: Check = (spec, _, minor) => {
  if (minor >= 35 && spec.hostUsers === false) return undefined;
  const mountOf = (c: Container) => c.securityContext?.procMount ?? 'Default';
  const containers = allContainers(spec).filter((c) => mountOf(c) !== 'Default');
  if (containers.length === 0) return undefined;
  const values = quoted(sortedSet(containers.map(mountOf)));
  return {
    reason: 'procMount',
    detail: `${containersText(containers)} must not set securityContext.procMount to ${values}`,
  };
};

export const seLinuxOptions: Check = (spec, _, minor) => {
  const bad = (o: SELinuxOptions | undefined) =>
    o !== undefined && (!known(SELINUX_TYPES, o.type ?? '', minor) || Boolean(o.user) || Boolean(o.role));
  const own = spec.securityContext?.seLinuxOptions;
  const containers = allContainers(spec).filter((c) => bad(c.securityContext?.seLinuxOptions));
  const all = [...(bad(own) ? [own] : []), ...containers.map((c) => c.securityContext?.seLinuxOptions)];
  if (all.length === 0) return undefined;
  const types = sortedSet(all.map((o) => o?.type ?? '').filter((type) => !known(SELINUX_TYPES, type, minor)));
  const faults = [
    ...(types.length === 0 ? [] : [`${plural('type', types.length)} ${quoted(types)}`]),
    ...(all.some((o) => o?.user) ? ['user may not be set'] : []),
    ...(all.some((o) => o?.role) ? ['role may not be set'] : []),
  ];
  const detail = `${settersText(bad(own), containers)} set forbidden securityContext.seLinuxOptions: ${faults.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
};

export const baselineSeccomp: Check = (spec, metadata, minor) =>
  minor < 19 ? seccompAnnotations(spec, metadata) : badSeccomp(spec);

/** Profiles that are set, and badly. */
export function badSeccomp(spec: PodSpec) {
  const bad = (type: string | undefined) => type !== undefined && !GOOD_PROFILES.has(type);
  const own = spec.securityContext?.seccompProfile?.type;
  const containers = allContainers(spec).filter((c) => bad(c.securityContext?.seccompProfile?.type));
  const values = [
    ...(bad(own) ? [own as string] : []),
    ...containers.map((c) => c.securityContext?.seccompProfile?.type as string),
  ];
  if (values.length === 0) return undefined;
  const detail = `${settersText(bad(own), containers)} must not set securityContext.seccompProfile.type to ${quoted(sortedSet(values))}`;
  return { reason: 'seccompProfile', detail };
}

/** How profiles were set before v1.19. */
function seccompAnnotations(spec: PodSpec, { annotations = {} }: ObjectMeta) {
  const good = (value: string) =>
    value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const keys = [SECCOMP_POD, ...allContainers(spec).map((c) => SECCOMP_CONTAINER + c.name)];
  const bad = keys.filter((key) => Object.hasOwn(annotations, key) && !good(annotations[key] as string));
  if (bad.length === 0) return undefined;
  const texts = sortedSet(bad.map((key) => `${key}=${quote(annotations[key] as string)}`));
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', texts.length)} ${texts.join(', ')}` };
}

export const sysctls: Check = ({ securityContext }, _, minor) => {
  const bad = (securityContext?.sysctls ?? [])
    .map(({ name = '' }) => name)
    .filter((name) => !known(SYSCTLS, name, minor));
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
};

export const windowsHostProcess: Check = (spec) => {
  const own = spec.securityContext?.windowsOptions?.hostProcess === true;
  const containers = allContainers(spec).filter((c) => c.securityContext?.windowsOptions?.hostProcess === true);
  if (!own && containers.length === 0) return undefined;
  const detail = `${settersText(own, containers)} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: 'hostProcess', detail };
};
