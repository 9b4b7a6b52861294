/** A pod's spec as the server's internal struct shows it in differences; imitates pkg/apis/core/types.go. */
import type { Container, EphemeralContainer, PodSpec, ResourceRequirements } from '../../../api/types/core-v1.ts';
import { type GoShape, goValue, NODE_SELECTOR_TERM, POD_RESOURCE_CLAIM, SECURITY_CONTEXT } from './pod-go-values.ts';

const NAME: GoShape = [['Name', 'name', '']];
const OPTIONAL_NAME: GoShape = [...NAME, ['Optional', 'optional']];
const KEY_OF_NAME: GoShape = [...NAME, ['Key', 'key', ''], ['Optional', 'optional']];
const FIELD_REF: GoShape = [
  ['APIVersion', 'apiVersion', ''],
  ['FieldPath', 'fieldPath', ''],
];
const RESOURCE_FIELD_REF: GoShape = [
  ['ContainerName', 'containerName', ''],
  ['Resource', 'resource', ''],
  ['Divisor', 'divisor', ''],
];
const FILE_KEY_REF: GoShape = [
  ['VolumeName', 'volumeName', ''],
  ['Path', 'path', ''],
  ['Key', 'key', ''],
  ['Optional', 'optional'],
];
const ENV_SOURCE: GoShape = [
  ['FieldRef', 'fieldRef', null, FIELD_REF],
  ['ResourceFieldRef', 'resourceFieldRef', null, RESOURCE_FIELD_REF],
  ['ConfigMapKeyRef', 'configMapKeyRef', null, KEY_OF_NAME],
  ['SecretKeyRef', 'secretKeyRef', null, KEY_OF_NAME],
  ['FileKeyRef', 'fileKeyRef', null, FILE_KEY_REF],
];
const ENV: GoShape = [...NAME, ['Value', 'value', ''], ['ValueFrom', 'valueFrom', null, ENV_SOURCE]];
const ENV_FROM: GoShape = [
  ['Prefix', 'prefix', ''],
  ['ConfigMapRef', 'configMapRef', null, OPTIONAL_NAME],
  ['SecretRef', 'secretRef', null, OPTIONAL_NAME],
];
const PORT: GoShape = [
  ...NAME,
  ['HostPort', 'hostPort', 0],
  ['ContainerPort', 'containerPort', 0],
  ['Protocol', 'protocol', ''],
  ['HostIP', 'hostIP', ''],
];
const RESOURCES: GoShape = [
  ['Limits', 'limits'],
  ['Requests', 'requests'],
  ['Claims', 'claims', null, [...NAME, ['Request', 'request', '']]],
];
const RESIZE_POLICY: GoShape = [
  ['ResourceName', 'resourceName', ''],
  ['RestartPolicy', 'restartPolicy', ''],
];
const RESTART_RULE: GoShape = [
  ['Action', 'action', ''],
  [
    'ExitCodes',
    'exitCodes',
    null,
    [
      ['Operator', 'operator', ''],
      ['Values', 'values'],
    ],
  ],
];
const VOLUME_MOUNT: GoShape = [
  ...NAME,
  ['ReadOnly', 'readOnly', false],
  ['RecursiveReadOnly', 'recursiveReadOnly'],
  ['MountPath', 'mountPath', ''],
  ['SubPath', 'subPath', ''],
  ['MountPropagation', 'mountPropagation'],
  ['SubPathExpr', 'subPathExpr', ''],
];
const VOLUME_DEVICE: GoShape = [...NAME, ['DevicePath', 'devicePath', '']];
const EXEC: GoShape = [['Command', 'command']];
const HTTP_GET: GoShape = [
  ['Path', 'path', ''],
  ['Port', 'port', 0],
  ['Host', 'host', ''],
  ['Scheme', 'scheme', ''],
  ['HTTPHeaders', 'httpHeaders', null, [...NAME, ['Value', 'value', '']]],
];
const TCP_SOCKET: GoShape = [
  ['Port', 'port', 0],
  ['Host', 'host', ''],
];
const PROBE: GoShape = [
  ['Exec', 'exec', null, EXEC],
  ['HTTPGet', 'httpGet', null, HTTP_GET],
  ['TCPSocket', 'tcpSocket', null, TCP_SOCKET],
  [
    'GRPC',
    'grpc',
    null,
    [
      ['Port', 'port', 0],
      ['Service', 'service'],
    ],
  ],
  ['InitialDelaySeconds', 'initialDelaySeconds', 0],
  ['TimeoutSeconds', 'timeoutSeconds', 0],
  ['PeriodSeconds', 'periodSeconds', 0],
  ['SuccessThreshold', 'successThreshold', 0],
  ['FailureThreshold', 'failureThreshold', 0],
  ['TerminationGracePeriodSeconds', 'terminationGracePeriodSeconds'],
];
const LIFECYCLE_HANDLER: GoShape = [
  ['Exec', 'exec', null, EXEC],
  ['HTTPGet', 'httpGet', null, HTTP_GET],
  ['TCPSocket', 'tcpSocket', null, TCP_SOCKET],
  ['Sleep', 'sleep', null, [['Seconds', 'seconds', 0]]],
];
const LIFECYCLE: GoShape = [
  ['PostStart', 'postStart', null, LIFECYCLE_HANDLER],
  ['PreStop', 'preStop', null, LIFECYCLE_HANDLER],
  ['StopSignal', 'stopSignal'],
];
const CONTAINER: GoShape = [
  ...NAME,
  ['Image', 'image', ''],
  ['Command', 'command'],
  ['Args', 'args'],
  ['WorkingDir', 'workingDir', ''],
  ['Ports', 'ports', null, PORT],
  ['EnvFrom', 'envFrom', null, ENV_FROM],
  ['Env', 'env', null, ENV],
  ['Resources', 'resources', null, RESOURCES],
  ['ResizePolicy', 'resizePolicy', null, RESIZE_POLICY],
  ['RestartPolicy', 'restartPolicy'],
  ['RestartPolicyRules', 'restartPolicyRules', null, RESTART_RULE],
  ['VolumeMounts', 'volumeMounts', null, VOLUME_MOUNT],
  ['VolumeDevices', 'volumeDevices', null, VOLUME_DEVICE],
  ['LivenessProbe', 'livenessProbe', null, PROBE],
  ['ReadinessProbe', 'readinessProbe', null, PROBE],
  ['StartupProbe', 'startupProbe', null, PROBE],
  ['Lifecycle', 'lifecycle', null, LIFECYCLE],
  ['TerminationMessagePath', 'terminationMessagePath', ''],
  ['TerminationMessagePolicy', 'terminationMessagePolicy', ''],
  ['ImagePullPolicy', 'imagePullPolicy', ''],
  ['SecurityContext', 'securityContext', null, SECURITY_CONTEXT],
  ['Stdin', 'stdin', false],
  ['StdinOnce', 'stdinOnce', false],
  ['TTY', 'tty', false],
];
const EPHEMERAL_CONTAINER: GoShape = [...CONTAINER, ['TargetContainerName', 'targetContainerName', '']];
const ITEM: GoShape = [
  ['Key', 'key', ''],
  ['Path', 'path', ''],
  ['Mode', 'mode'],
];
const DOWNWARD_ITEM: GoShape = [
  ['Path', 'path', ''],
  ['FieldRef', 'fieldRef', null, FIELD_REF],
  ['ResourceFieldRef', 'resourceFieldRef', null, RESOURCE_FIELD_REF],
  ['Mode', 'mode'],
];
const NAMED_ITEMS: GoShape = [...NAME, ['Items', 'items', null, ITEM], ['Optional', 'optional']];
const PROJECTION: GoShape = [
  ['Secret', 'secret', null, NAMED_ITEMS],
  ['DownwardAPI', 'downwardAPI', null, [['Items', 'items', null, DOWNWARD_ITEM]]],
  ['ConfigMap', 'configMap', null, NAMED_ITEMS],
  [
    'ServiceAccountToken',
    'serviceAccountToken',
    null,
    [
      ['Audience', 'audience', ''],
      ['ExpirationSeconds', 'expirationSeconds', 0],
      ['Path', 'path', ''],
    ],
  ],
  ['ClusterTrustBundle', 'clusterTrustBundle'],
  ['PodCertificate', 'podCertificate'],
];
/** Sources without a shape of their own show as they were sent. */
const VOLUME: GoShape = [
  ...NAME,
  [
    'HostPath',
    'hostPath',
    null,
    [
      ['Path', 'path', ''],
      ['Type', 'type'],
    ],
  ],
  [
    'EmptyDir',
    'emptyDir',
    null,
    [
      ['Medium', 'medium', ''],
      ['SizeLimit', 'sizeLimit'],
    ],
  ],
  ['GCEPersistentDisk', 'gcePersistentDisk'],
  ['AWSElasticBlockStore', 'awsElasticBlockStore'],
  ['GitRepo', 'gitRepo'],
  [
    'Secret',
    'secret',
    null,
    [
      ['SecretName', 'secretName', ''],
      ['Items', 'items', null, ITEM],
      ['DefaultMode', 'defaultMode'],
      ['Optional', 'optional'],
    ],
  ],
  ['NFS', 'nfs'],
  ['ISCSI', 'iscsi'],
  ['Glusterfs', 'glusterfs'],
  [
    'PersistentVolumeClaim',
    'persistentVolumeClaim',
    null,
    [
      ['ClaimName', 'claimName', ''],
      ['ReadOnly', 'readOnly', false],
    ],
  ],
  ['RBD', 'rbd'],
  ['Quobyte', 'quobyte'],
  ['FlexVolume', 'flexVolume'],
  ['Cinder', 'cinder'],
  ['CephFS', 'cephfs'],
  ['Flocker', 'flocker'],
  [
    'DownwardAPI',
    'downwardAPI',
    null,
    [
      ['Items', 'items', null, DOWNWARD_ITEM],
      ['DefaultMode', 'defaultMode'],
    ],
  ],
  ['FC', 'fc'],
  ['AzureFile', 'azureFile'],
  [
    'ConfigMap',
    'configMap',
    null,
    [...NAME, ['Items', 'items', null, ITEM], ['DefaultMode', 'defaultMode'], ['Optional', 'optional']],
  ],
  ['VsphereVolume', 'vsphereVolume'],
  ['AzureDisk', 'azureDisk'],
  ['PhotonPersistentDisk', 'photonPersistentDisk'],
  [
    'Projected',
    'projected',
    null,
    [
      ['Sources', 'sources', null, PROJECTION],
      ['DefaultMode', 'defaultMode'],
    ],
  ],
  ['PortworxVolume', 'portworxVolume'],
  ['ScaleIO', 'scaleIO'],
  ['StorageOS', 'storageos'],
  ['CSI', 'csi'],
  ['Ephemeral', 'ephemeral'],
  [
    'Image',
    'image',
    null,
    [
      ['Reference', 'reference', ''],
      ['PullPolicy', 'pullPolicy', ''],
    ],
  ],
];
/** In the internal struct the host's namespaces belong to the security context. */
const POD_SECURITY_CONTEXT: GoShape = [
  ['HostNetwork', 'hostNetwork', false],
  ['HostPID', 'hostPID', false],
  ['HostIPC', 'hostIPC', false],
  ['ShareProcessNamespace', 'shareProcessNamespace'],
  ['HostUsers', 'hostUsers'],
  ...SECURITY_CONTEXT.filter(([name]) => name === 'SELinuxOptions' || name === 'WindowsOptions'),
  ['RunAsUser', 'runAsUser'],
  ['RunAsGroup', 'runAsGroup'],
  ['RunAsNonRoot', 'runAsNonRoot'],
  ['SupplementalGroups', 'supplementalGroups'],
  ['SupplementalGroupsPolicy', 'supplementalGroupsPolicy'],
  ['FSGroup', 'fsGroup'],
  ['FSGroupChangePolicy', 'fsGroupChangePolicy'],
  ...SECURITY_CONTEXT.filter(([name]) => name === 'SeccompProfile' || name === 'AppArmorProfile'),
  ['Sysctls', 'sysctls', null, [...NAME, ['Value', 'value', '']]],
  ['SELinuxChangePolicy', 'seLinuxChangePolicy'],
];
const AFFINITY_TERM: GoShape = [
  ['LabelSelector', 'labelSelector'],
  ['Namespaces', 'namespaces'],
  ['TopologyKey', 'topologyKey', ''],
  ['NamespaceSelector', 'namespaceSelector'],
  ['MatchLabelKeys', 'matchLabelKeys'],
  ['MismatchLabelKeys', 'mismatchLabelKeys'],
];
const POD_AFFINITY: GoShape = [
  [
    'RequiredDuringSchedulingIgnoredDuringExecution',
    'requiredDuringSchedulingIgnoredDuringExecution',
    null,
    AFFINITY_TERM,
  ],
  [
    'PreferredDuringSchedulingIgnoredDuringExecution',
    'preferredDuringSchedulingIgnoredDuringExecution',
    null,
    [
      ['Weight', 'weight', 0],
      ['PodAffinityTerm', 'podAffinityTerm', null, AFFINITY_TERM],
    ],
  ],
];
const NODE_AFFINITY: GoShape = [
  [
    'RequiredDuringSchedulingIgnoredDuringExecution',
    'requiredDuringSchedulingIgnoredDuringExecution',
    null,
    [['NodeSelectorTerms', 'nodeSelectorTerms', null, NODE_SELECTOR_TERM]],
  ],
  [
    'PreferredDuringSchedulingIgnoredDuringExecution',
    'preferredDuringSchedulingIgnoredDuringExecution',
    null,
    [
      ['Weight', 'weight', 0],
      ['Preference', 'preference', null, NODE_SELECTOR_TERM],
    ],
  ],
];
const TOLERATION: GoShape = [
  ['Key', 'key', ''],
  ['Operator', 'operator', ''],
  ['Value', 'value', ''],
  ['Effect', 'effect', ''],
  ['TolerationSeconds', 'tolerationSeconds'],
];
const SPREAD: GoShape = [
  ['MaxSkew', 'maxSkew', 0],
  ['TopologyKey', 'topologyKey', ''],
  ['WhenUnsatisfiable', 'whenUnsatisfiable', ''],
  ['LabelSelector', 'labelSelector'],
  ['MinDomains', 'minDomains'],
  ['NodeAffinityPolicy', 'nodeAffinityPolicy'],
  ['NodeTaintsPolicy', 'nodeTaintsPolicy'],
  ['MatchLabelKeys', 'matchLabelKeys'],
];
const DNS_CONFIG: GoShape = [
  ['Nameservers', 'nameservers'],
  ['Searches', 'searches'],
  ['Options', 'options', null, [...NAME, ['Value', 'value']]],
];
const POD_SPEC: GoShape = [
  ['Volumes', 'volumes', null, VOLUME],
  ['InitContainers', 'initContainers', null, CONTAINER],
  ['Containers', 'containers', null, CONTAINER],
  ['EphemeralContainers', 'ephemeralContainers', null, EPHEMERAL_CONTAINER],
  ['RestartPolicy', 'restartPolicy', ''],
  ['TerminationGracePeriodSeconds', 'terminationGracePeriodSeconds'],
  ['ActiveDeadlineSeconds', 'activeDeadlineSeconds'],
  ['DNSPolicy', 'dnsPolicy', ''],
  ['NodeSelector', 'nodeSelector'],
  ['ServiceAccountName', 'serviceAccountName', ''],
  ['AutomountServiceAccountToken', 'automountServiceAccountToken'],
  ['NodeName', 'nodeName', ''],
  ['SecurityContext', 'securityContext', null, POD_SECURITY_CONTEXT],
  ['ImagePullSecrets', 'imagePullSecrets', null, NAME],
  ['Hostname', 'hostname', ''],
  ['Subdomain', 'subdomain', ''],
  ['SetHostnameAsFQDN', 'setHostnameAsFQDN'],
  [
    'Affinity',
    'affinity',
    null,
    [
      ['NodeAffinity', 'nodeAffinity', null, NODE_AFFINITY],
      ['PodAffinity', 'podAffinity', null, POD_AFFINITY],
      ['PodAntiAffinity', 'podAntiAffinity', null, POD_AFFINITY],
    ],
  ],
  ['SchedulerName', 'schedulerName', ''],
  ['Tolerations', 'tolerations', null, TOLERATION],
  [
    'HostAliases',
    'hostAliases',
    null,
    [
      ['IP', 'ip', ''],
      ['Hostnames', 'hostnames'],
    ],
  ],
  ['PriorityClassName', 'priorityClassName', ''],
  ['Priority', 'priority'],
  ['PreemptionPolicy', 'preemptionPolicy'],
  ['DNSConfig', 'dnsConfig', null, DNS_CONFIG],
  ['ReadinessGates', 'readinessGates', null, [['ConditionType', 'conditionType', '']]],
  ['RuntimeClassName', 'runtimeClassName'],
  ['Overhead', 'overhead'],
  ['EnableServiceLinks', 'enableServiceLinks'],
  ['TopologySpreadConstraints', 'topologySpreadConstraints', null, SPREAD],
  ['OS', 'os', null, NAME],
  ['SchedulingGates', 'schedulingGates', null, NAME],
  ['ResourceClaims', 'resourceClaims', null, POD_RESOURCE_CLAIM],
  ['Resources', 'resources', null, RESOURCES],
  ['HostnameOverride', 'hostnameOverride'],
  ['SchedulingGroup', 'schedulingGroup', null, [['PodGroupName', 'podGroupName']]],
];

export function goPodSpec(spec: PodSpec): unknown {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const host = { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  const full = {
    ...spec,
    securityContext: { ...host, ...spec.securityContext },
    nodeSelector: sorted(spec.nodeSelector),
    overhead: sorted(spec.overhead),
    resources: spec.resources === undefined ? undefined : sortedResources(spec.resources),
    initContainers: spec.initContainers?.map(complete),
    containers: spec.containers?.map(complete),
    ephemeralContainers: spec.ephemeralContainers?.map(complete),
  };
  return goValue(full, POD_SPEC);
}

export function goEphemeralContainer(container: EphemeralContainer): unknown {
  return goValue(complete(container), EPHEMERAL_CONTAINER);
}

/** Resources are a struct, not a pointer: they always show. */
function complete<T extends Container | EphemeralContainer>(container: T): T {
  return { ...container, resources: sortedResources(container.resources ?? {}) };
}

function sortedResources(resources: ResourceRequirements): ResourceRequirements {
  const { limits, requests } = resources;
  return {
    ...resources,
    ...(limits === undefined ? {} : { limits: sorted(limits) as typeof limits }),
    ...(requests === undefined ? {} : { requests: sorted(requests) as typeof requests }),
  };
}

/** Go writes maps in order of their keys. */
function sorted<V>(map: Readonly<Record<string, V>> | undefined): Record<string, V> | undefined {
  if (map === undefined) return undefined;
  const keys = Object.keys(map).sort();
  return Object.fromEntries(keys.map((key) => [key, map[key] as V]));
}
