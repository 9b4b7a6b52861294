import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText, Path } from '../../../../src/api/field-errors.ts';
import { goValue } from '../../../../src/server/kinds/shared/pod-go-values.ts';
import { goPodSpec, goPodTemplate } from '../../../../src/server/kinds/shared/pod-spec-shape.ts';
import { goClaimSpec, goVolumeSource } from '../../../../src/server/kinds/shared/storage-shapes.ts';

/** Only the members that are set, all the way down. */
function set(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(set);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, set(inner)] as const);
  const isUnset = (inner: unknown) =>
    [null, '', 0, false].includes(inner as null) ||
    (typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner as object).length === 0);
  return Object.fromEntries(entries.filter(([, inner]) => !isUnset(inner)));
}

describe('goValue', () => {
  const shape = [
    ['Name', 'name', ''],
    ['Count', 'count', 0],
    ['Pointer', 'pointer'],
    ['Struct', 'struct', {}, [['Inner', 'inner', '']]],
    ['Maybe', 'maybe', null, [['Inner', 'inner', '']]],
    ['Shown', 'shown', null, (value: string) => `<${value}>`],
  ] as const;
  it.each([
    [undefined, 'null'],
    [{}, '{"Name":"","Count":0,"Pointer":null,"Struct":{"Inner":""},"Maybe":null,"Shown":null}'],
    [
      { name: 'n', pointer: 0, struct: { inner: 'i' }, maybe: {}, shown: 's', other: 1 },
      '{"Name":"n","Count":0,"Pointer":0,"Struct":{"Inner":"i"},"Maybe":{"Inner":""},"Shown":"<s>"}',
    ],
    [[{ name: 'a' }], '[{"Name":"a","Count":0,"Pointer":null,"Struct":{"Inner":""},"Maybe":null,"Shown":null}]'],
  ])('%j', (value, expected) => {
    expect(JSON.stringify(goValue(value, shape))).toBe(expected);
  });
});

it('objects in messages are written as Go writes JSON', () => {
  const errors = new FieldErrors();
  errors.invalid(Path.root('a'), { b: '<&>\u2028' }, 'bad');
  errors.invalid(Path.root('a'), '<&>', 'bad');
  expect(errors.list.map(fieldErrorText)).toEqual([
    'a: Invalid value: {"b":"\\u003c\\u0026\\u003e\\u2028"}: bad',
    'a: Invalid value: "<&>": bad',
  ]);
});

describe('a pod template', () => {
  it('shows every field of a container, and its metadata beside the spec', () => {
    const template = {
      metadata: { labels: { b: '1', a: '2' } },
      spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { memory: '1Gi', cpu: '1' } } }] },
    };
    expect(JSON.stringify(goPodTemplate(template))).toBe(
      '{"labels":{"a":"2","b":"1"},"Spec":{"Volumes":null,"InitContainers":null,"Containers":[{"Name":"c","Image":"i",' +
        '"Command":null,"Args":null,"WorkingDir":"","Ports":null,"EnvFrom":null,"Env":null,' +
        '"Resources":{"Limits":{"cpu":"1","memory":"1Gi"},"Requests":null,"Claims":null},"ResizePolicy":null,' +
        '"RestartPolicy":null,"RestartPolicyRules":null,"VolumeMounts":null,"VolumeDevices":null,"LivenessProbe":null,' +
        '"ReadinessProbe":null,"StartupProbe":null,"Lifecycle":null,"TerminationMessagePath":"",' +
        '"TerminationMessagePolicy":"","ImagePullPolicy":"","SecurityContext":null,"Stdin":false,"StdinOnce":false,' +
        '"TTY":false}],"EphemeralContainers":null,"RestartPolicy":"","TerminationGracePeriodSeconds":null,' +
        '"ActiveDeadlineSeconds":null,"DNSPolicy":"","NodeSelector":null,"ServiceAccountName":"",' +
        '"AutomountServiceAccountToken":null,"NodeName":"","SecurityContext":{"HostNetwork":false,"HostPID":false,' +
        '"HostIPC":false,"ShareProcessNamespace":null,"HostUsers":null,"SELinuxOptions":null,"WindowsOptions":null,' +
        '"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"SupplementalGroups":null,' +
        '"SupplementalGroupsPolicy":null,"FSGroup":null,"FSGroupChangePolicy":null,"SeccompProfile":null,' +
        '"AppArmorProfile":null,"Sysctls":null,"SELinuxChangePolicy":null},"ImagePullSecrets":null,"Hostname":"",' +
        '"Subdomain":"","SetHostnameAsFQDN":null,"Affinity":null,"SchedulerName":"","Tolerations":null,' +
        '"HostAliases":null,"PriorityClassName":"","Priority":null,"PreemptionPolicy":null,"DNSConfig":null,' +
        '"ReadinessGates":null,"RuntimeClassName":null,"Overhead":null,"EnableServiceLinks":null,' +
        '"TopologySpreadConstraints":null,"OS":null,"SchedulingGates":null,"ResourceClaims":null,"Resources":null,' +
        '"HostnameOverride":null,"SchedulingGroup":null}}',
    );
  });

  it.each<[string, object, object]>([
    [
      'iscsi',
      { targetPortal: 'p', chapAuthSession: true, secretRef: { name: 's' } },
      { ISCSI: { TargetPortal: 'p', SessionCHAPAuth: true, SecretRef: { Name: 's' } } },
    ],
    ['rbd', { monitors: ['m'], image: 'i' }, { RBD: { CephMonitors: ['m'], RBDImage: 'i' } }],
    ['glusterfs', { endpoints: 'e' }, { Glusterfs: { EndpointsName: 'e' } }],
    ['azureDisk', { diskURI: 'u', kind: 'Managed' }, { AzureDisk: { DataDiskURI: 'u', Kind: 'Managed' } }],
    ['gcePersistentDisk', { pdName: 'd', partition: 1 }, { GCEPersistentDisk: { PDName: 'd', Partition: 1 } }],
    ['csi', { driver: 'd', volumeAttributes: { a: 'b' } }, { CSI: { Driver: 'd', VolumeAttributes: { a: 'b' } } }],
    [
      'ephemeral',
      { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: { accessModes: ['ReadWriteOnce'] } } },
      { Ephemeral: { VolumeClaimTemplate: { labels: { a: 'b' }, Spec: { AccessModes: ['ReadWriteOnce'] } } } },
    ],
    [
      'projected',
      { sources: [{ clusterTrustBundle: { path: 'p', signerName: 's/x' } }] },
      { Projected: { Sources: [{ ClusterTrustBundle: { SignerName: 's/x', Path: 'p' } }] } },
    ],
  ])('shows a volume of %s', (source, fields, expected) => {
    const spec = set(goPodSpec({ volumes: [{ name: 'v', [source]: fields }] }));
    expect(spec).toEqual({ Volumes: [{ Name: 'v', ...expected }] });
  });
});

it.each<[object, object]>([
  [{ azureFile: { secretName: 's', secretNamespace: 'n' } }, { AzureFile: { SecretName: 's', SecretNamespace: 'n' } }],
  [
    { storageos: { volumeName: 'v', secretRef: { kind: 'Secret', name: 's' } } },
    { StorageOS: { VolumeName: 'v', SecretRef: { Kind: 'Secret', Name: 's' } } },
  ],
  [
    { rbd: { image: 'i', secretRef: { name: 's', namespace: 'n' } } },
    { RBD: { RBDImage: 'i', SecretRef: { Name: 's', Namespace: 'n' } } },
  ],
])('a persistent volume shows its source: %j', (source, expected) => {
  expect(set(goVolumeSource(source))).toEqual(expected);
});

it('a claim shows its resources though it asks for none', () => {
  expect(goClaimSpec({})).toMatchObject({ Resources: { Limits: null, Requests: null }, VolumeName: '' });
});
