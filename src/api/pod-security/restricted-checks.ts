/** The restricted level: hardening that a pod must ask for. Imitates pod-security-admission/policy. */
import type { Container, PodSpec, Volume } from '../types/core-v1.ts';
import { badSeccomp } from './baseline-checks.ts';
import type { Check } from './check.ts';
import { allContainers, containersText, plural, quoted, settersText, sortedSet } from './words.ts';

/** What Windows has no notion of is not asked of its pods from v1.25 on. */
function exemptWindows({ os }: PodSpec, minor: number): boolean {
  return minor >= 25 && os?.name === 'windows';
}

/** A pod in a user namespace of its own may be root in it. */
function hasOwnUsers({ hostUsers }: PodSpec, minor: number): boolean {
  return minor >= 35 && hostUsers === false;
}

export const allowPrivilegeEscalation: Check = (spec, _, minor) => {
  if (minor < 8 || exemptWindows(spec, minor)) return undefined;
  const containers = allContainers(spec).filter((c) => c.securityContext?.allowPrivilegeEscalation !== false);
  if (containers.length === 0) return undefined;
  const detail = `${containersText(containers)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail };
};

export const restrictedCapabilities: Check = (spec, _, minor) => {
  if (minor < 22 || exemptWindows(spec, minor)) return undefined;
  const added = (c: Container) =>
    (c.securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = allContainers(spec).filter((c) => !c.securityContext?.capabilities?.drop?.includes('ALL'));
  const adding = allContainers(spec).filter((c) => added(c).length > 0);
  const details = [
    ...(keeping.length === 0 ? [] : [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [
          `${containersText(adding)} must not include ${quoted(sortedSet(adding.flatMap(added)))} in securityContext.capabilities.add`,
        ]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const GOOD_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;
const OTHER_VOLUMES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const;

export const restrictedVolumes: Check = ({ volumes = [] }) => {
  const bad = volumes.filter((volume) => !GOOD_VOLUMES.some((type) => volume[type] !== undefined));
  if (bad.length === 0) return undefined;
  const types = sortedSet(bad.map(volumeType));
  const who = `${plural('volume', bad.length)} ${quoted(bad.map(({ name = '' }) => name))} ${bad.length === 1 ? 'uses' : 'use'}`;
  return {
    reason: 'restricted volume types',
    detail: `${who} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
};

function volumeType(volume: Volume): string {
  return OTHER_VOLUMES.find((type) => volume[type] !== undefined) ?? 'unknown';
}

export const runAsNonRoot: Check = (spec, _, minor) => {
  if (hasOwnUsers(spec, minor)) return undefined;
  const own = spec.securityContext?.runAsNonRoot;
  const containers = allContainers(spec);
  const refusing = containers.filter((c) => c.securityContext?.runAsNonRoot === false);
  const reason = 'runAsNonRoot != true';
  if (own === false || refusing.length > 0) {
    return {
      reason,
      detail: `${settersText(own === false, refusing)} must not set securityContext.runAsNonRoot=false`,
    };
  }
  const silent = own === true ? [] : containers.filter((c) => c.securityContext?.runAsNonRoot === undefined);
  return silent.length === 0
    ? undefined
    : { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsUser: Check = (spec, _, minor) => {
  if (minor < 23 || hasOwnUsers(spec, minor)) return undefined;
  const own = spec.securityContext?.runAsUser === 0;
  const containers = allContainers(spec).filter((c) => c.securityContext?.runAsUser === 0);
  if (!own && containers.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${settersText(own, containers)} must not set runAsUser=0` };
};

export const restrictedSeccomp: Check = (spec, _, minor) => {
  if (minor < 19 || exemptWindows(spec, minor)) return undefined;
  const bad = badSeccomp(spec);
  if (bad !== undefined || spec.securityContext?.seccompProfile !== undefined) return bad;
  const silent = allContainers(spec).filter((c) => c.securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const detail = `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
};
