/** A pod's spec as the server's internal struct shows it; imitates pkg/apis/core/types.go. */
import type { EphemeralContainer, PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { shownMap, shownSelector } from './go-maps.ts';
import { type GoShape, goValue, NODE_SELECTOR_TERM, POD_RESOURCE_CLAIM, SECURITY_CONTEXT } from './pod-go-values.ts';
import { podVolumeSource } from './storage-shapes.ts';

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
  ['Divisor', 'divisor', '0'],
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
  ['Limits', 'limits', null, shownMap],
  ['Requests', 'requests', null, shownMap],
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
  ['Resources', 'resources', {}, RESOURCES],
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
const TRUST_BUNDLE: GoShape = [
  ['Name', 'name'],
  ['SignerName', 'signerName'],
  ['LabelSelector', 'labelSelector', null, shownSelector],
  ['Optional', 'optional'],
  ['Path', 'path', ''],
];
const POD_CERTIFICATE: GoShape = [
  ['SignerName', 'signerName', ''],
  ['KeyType', 'keyType', ''],
  ['MaxExpirationSeconds', 'maxExpirationSeconds'],
  ['CredentialBundlePath', 'credentialBundlePath', ''],
  ['KeyPath', 'keyPath', ''],
  ['CertificateChainPath', 'certificateChainPath', ''],
  ['UserAnnotations', 'userAnnotations', null, shownMap],
];
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
  ['ClusterTrustBundle', 'clusterTrustBundle', null, TRUST_BUNDLE],
  ['PodCertificate', 'podCertificate', null, POD_CERTIFICATE],
];
const DEFAULT_MODE: GoShape = [['DefaultMode', 'defaultMode']];
const VOLUME: GoShape = [
  ...NAME,
  ...podVolumeSource({
    secret: [
      ['SecretName', 'secretName', ''],
      ['Items', 'items', null, ITEM],
      ...DEFAULT_MODE,
      ['Optional', 'optional'],
    ],
    downwardAPI: [['Items', 'items', null, DOWNWARD_ITEM], ...DEFAULT_MODE],
    configMap: [...NAME, ['Items', 'items', null, ITEM], ...DEFAULT_MODE, ['Optional', 'optional']],
    projected: [['Sources', 'sources', null, PROJECTION], ...DEFAULT_MODE],
  }),
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
  ['LabelSelector', 'labelSelector', null, shownSelector],
  ['Namespaces', 'namespaces'],
  ['TopologyKey', 'topologyKey', ''],
  ['NamespaceSelector', 'namespaceSelector', null, shownSelector],
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
      ['PodAffinityTerm', 'podAffinityTerm', {}, AFFINITY_TERM],
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
      ['Preference', 'preference', {}, NODE_SELECTOR_TERM],
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
  ['LabelSelector', 'labelSelector', null, shownSelector],
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
  ['NodeSelector', 'nodeSelector', null, shownMap],
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
  ['Overhead', 'overhead', null, shownMap],
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
  return goValue({ ...spec, securityContext: { ...host, ...spec.securityContext } }, POD_SPEC);
}

/** The metadata is embedded in the internal struct and has json tags of its own. */
export function goPodTemplate({ metadata = {}, spec = {} }: PodTemplateSpec): unknown {
  const { labels, annotations, ...rest } = metadata;
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: shownMap(labels) }),
    ...(annotations === undefined ? {} : { annotations: shownMap(annotations) }),
    Spec: goPodSpec(spec),
  };
}

export function goEphemeralContainer(container: EphemeralContainer): unknown {
  return goValue(container, EPHEMERAL_CONTAINER);
}
