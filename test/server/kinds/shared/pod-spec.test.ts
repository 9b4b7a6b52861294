import { describe, expect, it } from 'vitest';
import { Path } from '../../../../src/api/field-errors.ts';
import type { Container, PodSpec, Volume } from '../../../../src/api/types/core-v1.ts';
import { applyPodSpecDefaults } from '../../../../src/server/kinds/shared/pod-defaults.ts';
import { dropDisabledPodFields } from '../../../../src/server/kinds/shared/pod-disabled-fields.ts';
import { podOptions, podTemplateOptions } from '../../../../src/server/kinds/shared/pod-options.ts';
import { validatePodSpec } from '../../../../src/server/kinds/shared/pod-spec-validation.ts';
import {
  validatePodTemplateSpec,
  validatePodTemplateSpecUpdate,
} from '../../../../src/server/kinds/shared/pod-template-validation.ts';
import { podTemplateWarnings, podWarnings } from '../../../../src/server/kinds/shared/pod-warnings.ts';
import { causes } from './causes.ts';

const container: Container = { name: 'c', image: 'i:1' };

function spec(more: PodSpec = {}): PodSpec {
  const result = structuredClone({ containers: [container], ...more });
  applyPodSpecDefaults(result, { isTemplate: false });
  return result;
}

function check(more: PodSpec): string[] {
  const full = spec(more);
  return causes((path, errors) => validatePodSpec(full, { name: 'p' }, path, errors, podOptions(undefined)));
}

const withVolumes = (...volumes: Volume[]): PodSpec => ({ volumes });
const withContainer = (more: Container): PodSpec => ({ containers: [{ ...container, ...more }] });

const CASES: [string, PodSpec, string[]][] = [
  ['nothing special', {}, []],
  [
    'names',
    { hostname: 'a.b', serviceAccountName: 'A' },
    [
      "x.serviceAccountName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'x.hostname: Invalid value: "a.b": must not contain dots',
    ],
  ],
  [
    'hostname override',
    { hostnameOverride: 'h', setHostnameAsFQDN: true, hostNetwork: true },
    [
      'x.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      'x.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
    ],
  ],
  ['user namespace', { hostUsers: false, hostIPC: true }, ['x.HostIPC: Forbidden: when `hostUsers` is false']],
  [
    'overhead',
    { overhead: { cpu: '-1' } },
    ['x.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'too many volume types',
    withVolumes({ name: 'v', emptyDir: {}, gcePersistentDisk: { pdName: '' }, cephfs: {} }),
    [
      'x.volumes[0].gcePersistentDisk: Forbidden: may not specify more than 1 volume type',
      'x.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    'odd paths of volume sources',
    withVolumes({ name: 'v', gcePersistentDisk: { partition: 300 } }),
    [
      'x.volumes[0].persistentDisk.pdName: Required value',
      'x.volumes[0].persistentDisk.partition: Invalid value: 300: must be between 1 and 255, inclusive',
    ],
  ],
  [
    'flex options',
    withVolumes({ name: 'v', flexVolume: { driver: 'd', options: { 'x.K8S.io/a': '1' } } }),
    [
      'x.volumes[0].flexVolume.options[x.K8S.io/a]: Invalid value: "x.K8S.io/a": kubernetes.io and k8s.io namespaces are reserved',
    ],
  ],
  [
    'claims of ephemeral volumes',
    withVolumes(
      {
        name: 'e',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { name: 'n' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
          },
        },
      },
      { name: 'c', persistentVolumeClaim: { claimName: 'p-e' } },
    ),
    [
      'x.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'x.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-e": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  [
    'projected token',
    withVolumes({
      name: 'v',
      projected: { sources: [{ serviceAccountToken: { path: '../x', expirationSeconds: 4294967297 } }] },
    }),
    [
      'x.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
      'x.volumes[0].projected.path: Invalid value: "../x": must not contain \'..\'',
    ],
  ],
  [
    'file variables need an emptyDir',
    {
      ...withContainer({ env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'f', key: 'k' } } }] }),
      ...withVolumes({ name: 'v', hostPath: { path: '/' } }),
    },
    [
      'x.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "v": referenced volume must be of type emptyDir',
    ],
  ],
  [
    'subscripted fields',
    withContainer({
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['Example.com/X']" } } },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: "spec.nodeName['x']" } } },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } },
      ],
    }),
    [
      "x.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.nodeName['x']\": error converting fieldPath: field label does not support subscript: spec.nodeName['x']",
    ],
  ],
  [
    'resize policies',
    withContainer({
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'Now' },
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      ],
    }),
    [
      'x.containers[0].resizePolicy: Unsupported value: "Now": supported values: "NotRequired", "RestartContainer"',
      'x.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
    ],
  ],
  [
    'init containers that restart on resize',
    {
      initContainers: [
        { ...container, name: 'i', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      ],
    },
    [
      'x.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ],
  ],
  [
    'host processes',
    {
      securityContext: { windowsOptions: { hostProcess: true } },
      containers: [{ ...container, securityContext: { windowsOptions: { hostProcess: false } } }],
    },
    [
      'x.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
    ],
  ],
  [
    'Windows users',
    { securityContext: { windowsOptions: { runAsUserName: 'a\\b\\c' } } },
    [
      'x.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
    ],
  ],
  [
    'sysctls of other separators',
    { hostNetwork: true, securityContext: { sysctls: [{ name: 'net/ipv4/ip_forward', value: '1' }] } },
    [
      'x.securityContext.sysctls[0].name: Invalid value: "net/ipv4/ip_forward": may not be specified when \'hostNetwork\' is true',
    ],
  ],
];

describe('pod specs', () => {
  it.each(CASES)('%s', (_, more, expected) => {
    expect(check(more)).toEqual(expected);
  });

  it('default the same when defaulted again', () => {
    const once = spec({
      hostNetwork: true,
      volumes: [{ name: 'v' }],
      containers: [{ ...container, ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } }],
    });
    const twice = structuredClone(once);
    applyPodSpecDefaults(twice, { isTemplate: false });
    expect(twice).toEqual(once);
    expect(once.containers?.[0]?.resources?.requests).toEqual({ cpu: '1' });
  });

  it('leave templates to their pods', () => {
    const template: PodSpec = {
      hostNetwork: true,
      containers: [{ ...container, ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } }],
      terminationGracePeriodSeconds: -1,
    };
    applyPodSpecDefaults(template, { isTemplate: true });
    expect(template.enableServiceLinks).toBeUndefined();
    expect(template.containers?.[0]?.resources).toEqual({ limits: { cpu: '1' } });
    expect(template.containers?.[0]?.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
    expect(podTemplateWarnings({ spec: template }, Path.root('template'))).toEqual([
      'template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
  });

  it('fill in pod-level requests from containers, then from limits', () => {
    const full = spec({
      resources: { limits: { cpu: '2', memory: '1Gi' } },
      containers: [{ ...container, resources: { requests: { cpu: '500m' } } }],
    });
    expect(full.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });
});

describe('templates', () => {
  const template = () => ({
    metadata: { labels: { 'bad key': 'x' } },
    spec: {
      ...spec(),
      ephemeralContainers: [{ ...container, name: 'e', terminationMessagePolicy: 'File', imagePullPolicy: 'Never' }],
    },
  });
  it('check labels and refuse ephemeral containers', () => {
    const found = causes((path, errors) => validatePodTemplateSpec(template(), path, errors));
    expect(found[0]).toMatch(/^x\.labels: Invalid value: "bad key"/);
    expect(found[1]).toBe('x.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template');
  });
  it('keep what was stored under older rules', () => {
    const old = {
      spec: spec({
        volumes: [{ name: 'v', image: {} }],
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'z',
                labelSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['not a value'] }] },
              },
            ],
          },
        },
      }),
    };
    expect(causes((path, errors) => validatePodTemplateSpecUpdate(old, old, path, errors))).toEqual([]);
    expect(causes((path, errors) => validatePodTemplateSpec(old, path, errors))).toHaveLength(2);
    expect(podTemplateOptions(undefined)).toEqual({});
  });
});

describe('fields behind gates', () => {
  it('stay where the stored object has them', () => {
    const gated = (): PodSpec => ({
      schedulingGroup: { podGroupName: 'g' },
      containers: [{ ...container, lifecycle: { stopSignal: 'SIGTERM' } }],
    });
    const kept = gated();
    dropDisabledPodFields(kept, gated());
    expect(kept).toEqual(gated());
    const dropped = gated();
    dropDisabledPodFields(dropped, {});
    expect(dropped).toEqual({ containers: [container] });
  });
});

describe('warnings', () => {
  it('tell of ports, variables and addresses', () => {
    const full = spec({
      hostAliases: [{ ip: '::ffff:1.2.3.4' }, { ip: '10.0.0.1' }, { ip: '10.0.0.1' }],
      containers: [
        {
          ...container,
          ports: [
            { containerPort: 80, hostIP: '1.1.1.1' },
            { name: 'n', containerPort: 80, hostPort: 8 },
          ],
          env: [
            { name: 'A', value: 'x' },
            { name: 'A', value: '$(A)y' },
            { name: 'A', value: 'z' },
          ],
        },
      ],
    });
    expect(podWarnings(full, {})).toEqual([
      'spec.hostAliases[0].ip: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
      'spec.hostAliases[2].ip: duplicate ip "10.0.0.1"',
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.1.1.1}',
      'spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
    ]);
  });
  it('tell of files that overwrite each other', () => {
    const items = [
      { key: 'a', path: 'd' },
      { key: 'b', path: 'd/e' },
      { key: 'c', path: 'de' },
    ];
    expect(podWarnings(spec(withVolumes({ name: 'v', configMap: { name: 'm', items } })), {})).toEqual([
      'volume "v" (ConfigMap "m"): overlapping paths: "d/e" with "d"',
    ]);
  });
});
