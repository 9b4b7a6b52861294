import { describe, expect, it } from 'vitest';
import { detailText, reasonText, violations } from '../../../src/api/pod-security/evaluate.ts';
import { type Level, levelText, policyOf } from '../../../src/api/pod-security/level.ts';
import type { PodSpec } from '../../../src/api/types/core-v1.ts';

const LATEST = Number.POSITIVE_INFINITY;
const check = (level: Level, spec: object, annotations: Record<string, string> = {}, minor = LATEST) =>
  detailText(violations({ level, minor }, { containers: [{ name: 'c' }], ...spec } as PodSpec, { annotations }));
const secured = (securityContext: object) => ({ containers: [{ name: 'c', securityContext }] });
const hardened = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('baseline', () => {
  const table: [string, object, string][] = [
    ['nothing special', {}, ''],
    [
      'privileged',
      secured({ privileged: true }),
      'privileged (container "c" must not set securityContext.privileged=true)',
    ],
    [
      'host',
      {
        hostNetwork: true,
        hostPID: true,
        hostIPC: true,
        containers: [
          {
            name: 'c',
            ports: [
              { containerPort: 1, hostPort: 8080 },
              { containerPort: 2, hostPort: 90 },
            ],
          },
        ],
      },
      'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true), hostPort (container "c" uses hostPorts 8080, 90)',
    ],
    [
      'paths',
      {
        volumes: [
          { name: 'v', hostPath: { path: '/etc' } },
          { name: 'w', hostPath: { path: '/var' } },
        ],
      },
      'hostPath volumes (volumes "v", "w")',
    ],
    [
      'capabilities',
      secured({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } }),
      'non-default capabilities (container "c" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'sysctl and seccomp',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }], seccompProfile: { type: 'Unconfined' } } },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined"), forbidden sysctls (kernel.msgmax)',
    ],
    [
      'seccomp in both',
      { securityContext: { seccompProfile: { type: 'Unconfined' } }, ...secured({ seccompProfile: { type: 'Bad' } }) },
      'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Bad", "Unconfined")',
    ],
    [
      'selinux',
      { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u', role: 'r' } } },
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ],
    ['selinux type that is fine', { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } }, ''],
    [
      'proc mount',
      secured({ procMount: 'Unmasked' }),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ],
    ['proc mount in a user namespace', { hostUsers: false, ...secured({ procMount: 'Unmasked' }) }, ''],
    [
      'windows host process',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      'app armor',
      secured({ appArmorProfile: { type: 'Unconfined' } }),
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'probe hosts',
      {
        containers: [
          { name: 'b', livenessProbe: { httpGet: { host: 'x' } } },
          { name: 'a', lifecycle: { preStop: { tcpSocket: { host: 'y' } } } },
        ],
      },
      'probe or lifecycle host (containers "a", "b" use probe or lifecycle hosts "x", "y")',
    ],
    [
      'ephemeral containers too',
      { ephemeralContainers: [{ name: 'e', securityContext: { privileged: true } }] },
      'privileged (container "e" must not set securityContext.privileged=true)',
    ],
  ];
  it.each(table)('%s', (_, spec, text) => expect(check('baseline', spec)).toBe(text));
  it('looks at AppArmor annotations', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/c';
    expect(check('baseline', {}, { [key]: 'localhost/x' })).toBe('');
    expect(check('baseline', {}, { [key]: 'unconfined' })).toBe(
      `forbidden AppArmor profile (annotation "${key}" must not set AppArmor profile type to "unconfined")`,
    );
  });
  it('grew with the versions', () => {
    const sysctl = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } };
    expect(check('baseline', sysctl, {}, 31)).toBe('forbidden sysctls (net.ipv4.tcp_rmem)');
    expect(check('baseline', sysctl, {}, 32)).toBe('');
    const probe = { containers: [{ name: 'b', livenessProbe: { httpGet: { host: 'x' } } }] };
    expect(check('baseline', probe, {}, 33)).toBe('');
    expect(check('baseline', {}, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }, 18)).toContain(
      'forbidden annotation seccomp',
    );
  });
});

describe('restricted', () => {
  const all =
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';
  const table: [string, object, string][] = [
    ['plain', {}, all],
    ['hardened', secured(hardened), ''],
    [
      'init containers first',
      { containers: [{ name: 'a', securityContext: hardened }, { name: 'b' }], initContainers: [{ name: 'i' }] },
      all.replaceAll('container "c"', 'containers "i", "b"'),
    ],
    ['root', secured({ ...hardened, runAsUser: 0 }), 'runAsUser=0 (container "c" must not set runAsUser=0)'],
    [
      'volumes',
      {
        ...secured(hardened),
        volumes: [
          { name: 'v', hostPath: { path: '/x' } },
          { name: 'n', nfs: {} },
          { name: 'e', emptyDir: {} },
        ],
      },
      'restricted volume types (volumes "v", "n" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'one volume',
      { ...secured(hardened), volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    ],
    [
      'set for the pod',
      {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } },
        ...secured({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
      },
      '',
    ],
    [
      'refused for the pod',
      { securityContext: { runAsNonRoot: false }, ...secured(hardened) },
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
    ],
    [
      'added capability',
      secured({ ...hardened, capabilities: { drop: ['ALL'], add: ['CHOWN'] } }),
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    ['windows', { os: { name: 'windows' }, ...secured({ runAsNonRoot: true }) }, ''],
    ['baseline faults first', { hostPID: true, ...secured(hardened) }, 'host namespaces (hostPID=true)'],
    ['user namespace', { hostUsers: false, ...secured({ ...hardened, runAsNonRoot: false, runAsUser: 0 }) }, ''],
  ];
  it.each(table)('%s', (_, spec, text) => expect(check('restricted', spec)).toBe(text));
  it('names reasons alone for lists', () => {
    expect(
      reasonText(
        violations(
          { level: 'baseline', minor: LATEST },
          { hostPID: true, containers: [{ name: 'c', securityContext: { privileged: true } }] },
          {},
        ),
      ),
    ).toBe('host namespaces, privileged');
  });
});

describe('privileged', () => {
  it('allows everything', () => expect(check('privileged', { hostPID: true })).toBe(''));
});

describe('namespace labels', () => {
  const label = (name: string) => `pod-security.kubernetes.io/${name}`;
  const texts = (labels: Record<string, string>) => {
    const { enforce, audit, warn } = policyOf(labels).policy;
    return [enforce, audit, warn].map(levelText);
  };
  it.each([
    [{}, ['privileged:latest', 'privileged:latest', 'privileged:latest']],
    [
      { [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.30' },
      ['baseline:v1.30', 'baseline:v1.30', 'baseline:v1.30'],
    ],
    [
      { [label('enforce')]: 'baseline', [label('warn')]: 'restricted' },
      ['baseline:latest', 'baseline:latest', 'restricted:latest'],
    ],
    [
      { [label('warn')]: 'restricted', [label('warn-version')]: 'v1.2' },
      ['privileged:latest', 'privileged:latest', 'restricted:v1.2'],
    ],
    [{ [label('enforce')]: 'strict' }, ['restricted:latest', 'restricted:latest', 'restricted:latest']],
  ])('%j', (labels, levels) => expect(texts(labels)).toEqual(levels));
  it.each([
    [{ [label('enforce')]: 'strict' }, 'must be one of privileged, baseline, restricted'],
    [{ [label('warn-version')]: '1.20' }, 'must be "latest" or "v1.x"'],
    [{ [label('warn-version')]: 'v1.020' }, 'must be "latest" or "v1.x"'],
  ])('%j is refused', (labels, detail) => expect(policyOf(labels).errors.list[0]?.detail).toBe(detail));
});
