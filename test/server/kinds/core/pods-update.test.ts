import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import { cloneJson, type KubeObject } from '../../../../src/api/object.ts';
import type { Pod, PodSpec, PodStatus } from '../../../../src/api/types/core-v1.ts';
import { pods } from '../../../../src/server/kinds/core/pods.ts';
import { NOW, playCreate, strategyContext } from '../golden-harness.ts';

const { strategy } = pods;

function stored(spec: PodSpec = {}, status: PodStatus = {}): Pod {
  const sent = {
    metadata: { name: 'p' },
    spec: {
      serviceAccountName: 'default',
      containers: [{ name: 'c', image: 'i:1', resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } } }],
      ...spec,
    },
  };
  const pod = playCreate(pods, sent).body as Pod;
  pod.status = { ...pod.status, ...status };
  return pod;
}

/** Changes a stored pod through a sub-resource ('' for the pod itself) and says what is wrong with that. */
function change(
  old: Pod,
  subresource: string,
  edit: (pod: Pod & { spec: PodSpec; status: PodStatus }) => void,
): { pod: Pod; found: string[] } {
  const pod = cloneJson(old) as Pod & { spec: PodSpec; status: PodStatus };
  edit(pod);
  const [obj, before] = [pod as unknown as KubeObject, cloneJson(old) as KubeObject];
  strategy.applyDefaults?.(obj);
  const errors = new FieldErrors();
  const part = subresource === 'status' ? strategy.status : strategy;
  part?.prepareForUpdate?.(obj, before, strategyContext(subresource));
  part?.validateUpdate?.(obj, before, errors, strategyContext(subresource));
  return { pod, found: errors.list.map(fieldErrorText) };
}

const UPDATABLE =
  /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,.*\n@@ /s;

describe('updates of pods', () => {
  it('allow images, nearer deadlines and more tolerations', () => {
    const { found } = change(stored({ activeDeadlineSeconds: 50 }), '', ({ spec }) => {
      spec.activeDeadlineSeconds = 40;
      spec.tolerations = [{ key: 'a', operator: 'Exists' }];
      if (spec.containers?.[0]) spec.containers[0].image = 'i:2';
    });
    expect(found).toEqual([]);
  });

  it.each<[string, (spec: PodSpec) => void, RegExp | string]>([
    [
      'another field',
      (spec) => {
        spec.restartPolicy = 'Never';
      },
      UPDATABLE,
    ],
    [
      'no image',
      (spec) => {
        spec.containers = [{ ...spec.containers?.[0], image: '' }];
      },
      'spec.containers[0].image: Required value',
    ],
    [
      'a container more',
      (spec) => {
        spec.containers?.push({ name: 'd', image: 'i' });
      },
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'a later deadline',
      (spec) => {
        spec.activeDeadlineSeconds = 60;
      },
      'spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value',
    ],
    [
      'no deadline',
      (spec) => {
        delete spec.activeDeadlineSeconds;
      },
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ],
    [
      'a new gate',
      (spec) => {
        spec.schedulingGates = [{ name: 'g' }];
      },
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
    ],
    [
      'a node selector',
      (spec) => {
        spec.nodeSelector = { a: 'b' };
      },
      UPDATABLE,
    ],
  ])('refuse %s', (_, edit, expected) => {
    const { found } = change(stored({ activeDeadlineSeconds: 50 }), '', ({ spec }) => edit(spec));
    if (typeof expected === 'string') expect(found).toContain(expected);
    else expect(found.at(-1)).toMatch(expected);
  });

  it('let gated pods be steered, narrower only', () => {
    const gated = stored({ schedulingGates: [{ name: 'g' }], nodeSelector: { a: 'b' } });
    expect(
      change(gated, '', ({ spec }) => {
        spec.nodeSelector = { a: 'b', c: 'd' };
      }).found,
    ).toEqual([]);
    expect(
      change(gated, '', ({ spec }) => {
        spec.nodeSelector = { c: 'd' };
      }).found,
    ).toEqual([
      'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]);
    const terms = [{ matchExpressions: [{ key: 'k', operator: 'Exists' }] }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
    expect(
      change(gated, '', ({ spec }) => {
        spec.affinity = { nodeAffinity };
      }).found,
    ).toEqual([]);
    const steered = stored({ schedulingGates: [{ name: 'g' }], affinity: { nodeAffinity } });
    expect(
      change(steered, '', ({ spec }) => {
        delete spec.affinity;
      }).found,
    ).toEqual([
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed',
    ]);
  });

  it('count for the generation only when the spec changes', () => {
    const counts = strategy.generation as (obj: Pod, old: Pod) => boolean;
    const old = stored();
    expect(
      counts(
        change(old, '', ({ metadata }) => {
          if (metadata) metadata.labels = { a: 'b' };
        }).pod,
        old,
      ),
    ).toBe(false);
    expect(
      counts(
        change(old, '', ({ spec }) => {
          spec.activeDeadlineSeconds = 5;
        }).pod,
        old,
      ),
    ).toBe(true);
  });

  it('leave mirror and AppArmor annotations alone', () => {
    const { found } = change(stored(), '', ({ metadata }) => {
      if (metadata) metadata.annotations = { 'kubernetes.io/config.mirror': 'x' };
    });
    expect(found).toContain(
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
    );
  });
});

describe('ephemeral containers', () => {
  const old = stored({});
  old.spec = {
    ...old.spec,
    ephemeralContainers: [
      {
        name: 'e',
        image: 'i',
        imagePullPolicy: 'Never',
        terminationMessagePolicy: 'File',
        terminationMessagePath: '/x',
      },
    ],
  };
  it('are the only thing that changes', () => {
    const { pod, found } = change(old, 'ephemeralcontainers', ({ spec, metadata }) => {
      spec.hostname = 'h';
      if (metadata) metadata.labels = { a: 'b' };
      spec.ephemeralContainers?.push({ name: 'f', image: 'i' });
    });
    expect(found).toEqual([]);
    expect(pod.spec?.ephemeralContainers?.map((c) => c.name)).toEqual(['e', 'f']);
    expect([pod.spec?.hostname, pod.metadata?.labels]).toEqual([undefined, undefined]);
  });
  it('stay as they are', () => {
    expect(
      change(old, 'ephemeralcontainers', ({ spec }) => {
        delete spec.ephemeralContainers;
      }).found,
    ).toEqual(['spec.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be removed\n']);
    const changed = change(old, 'ephemeralcontainers', ({ spec }) => {
      spec.ephemeralContainers = [{ ...spec.ephemeralContainers?.[0], image: 'j' }];
    });
    expect(changed.found[0]).toMatch(
      /^spec\.ephemeralContainers: Forbidden: existing ephemeral containers "e" may not be changed\n@@ /,
    );
  });
});

describe('resize', () => {
  const resize = (old: Pod, requests: Record<string, string>, limits: Record<string, string> = { cpu: '200m' }) =>
    change(old, 'resize', ({ spec }) => {
      spec.containers = [{ ...spec.containers?.[0], image: 'ignored', resources: { requests, limits } }];
    });

  it('changes cpu and memory only', () => {
    const { pod, found } = resize(stored(), { cpu: '150m' });
    expect(found).toEqual([]);
    expect(pod.spec?.containers?.[0]).toMatchObject({ image: 'i:1', resources: { requests: { cpu: '150m' } } });
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    [
      'other resources',
      { cpu: '100m', 'ephemeral-storage': '1' },
      { cpu: '200m' },
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      'another class',
      { cpu: '200m', memory: '1Gi' },
      { cpu: '200m', memory: '1Gi' },
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
  ])('refuses %s', (_, requests, limits, expected) => {
    const { found } = resize(stored(), requests, limits);
    expect(found).toContain(expected);
  });

  it('refuses removals, renames and static pods', () => {
    const gone = change(stored(), 'resize', ({ spec }) => {
      spec.containers = [{ ...spec.containers?.[0], resources: { limits: {}, requests: { memory: '1Gi' } } }];
    });
    expect(gone.found).toEqual([
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ]);
    const renamed = change(stored(), 'resize', ({ spec }) => {
      spec.containers = [{ ...spec.containers?.[0], name: 'd' }];
    });
    expect(renamed.found).toEqual([
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    ]);
    const fixed = stored({ nodeName: 'n' });
    fixed.metadata = { ...fixed.metadata, annotations: { 'kubernetes.io/config.mirror': 'x' } };
    expect(resize(fixed, { cpu: '150m' }).found).toEqual(['[]: Forbidden: static pods cannot be resized']);
  });

  it('resizes init containers, unless that would restart them', () => {
    const init = { name: 'i', image: 'i', resources: { requests: { cpu: '10m' } } };
    const changed = (policy: object, resources: object = { requests: { cpu: '20m' } }) => {
      const old = stored({ initContainers: [init] });
      Object.assign(old.spec?.initContainers?.[0] ?? {}, policy);
      return change(old, 'resize', ({ spec }) => {
        spec.initContainers = [{ ...init, ...policy, resources }];
      }).found;
    };
    const policy = (restartPolicy: string) => ({ resizePolicy: [{ resourceName: 'cpu', restartPolicy }] });
    expect(changed(policy('NotRequired'))).toEqual([]);
    expect(changed(policy('RestartContainer'))).toContain(
      'spec.initContainers[0]: Forbidden: non-sidecar init containers with a resize policy of RestartContainer cannot be resized',
    );
    expect(changed({ restartPolicy: 'Always', ...policy('RestartContainer') })).toEqual([]);
    expect(changed({}, { requests: { cpu: '10m', 'ephemeral-storage': '1' } })).toEqual([
      'spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable',
    ]);
    expect(changed({}, {})).toEqual([
      'spec.initContainers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ]);
  });

  it('asks that the node can do it', () => {
    const running = stored({}, { containerStatuses: [{ name: 'c', state: { running: {} } }] });
    expect(resize(running, { cpu: '150m' }).found).toEqual([
      'spec: Forbidden: Pod running on node without support for resize',
    ]);
  });
});

describe('status', () => {
  it('keeps the spec, the class and the owners', () => {
    const { pod, found } = change(stored(), 'status', (p) => {
      p.spec.hostname = 'h';
      if (p.metadata) p.metadata.ownerReferences = [];
      p.status = { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: 'nope' }] };
    });
    expect(found).toEqual([]);
    expect([pod.spec?.hostname, pod.metadata?.ownerReferences]).toEqual([undefined, undefined]);
    expect(pod.status).toEqual({
      phase: 'Running',
      qosClass: 'Burstable',
      podIP: '10.0.0.1',
      podIPs: [{ ip: '10.0.0.1' }],
    });
  });

  it('loses what a gate that is off hides, unless it was there', () => {
    const statuses = [
      { name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v', volumeStatus: { image: { imageRef: 'r' } } }] },
    ];
    const written = (before: PodStatus) =>
      change(stored({}, before), 'status', (p) => {
        p.status = { containerStatuses: cloneJson(statuses) };
      }).pod.status?.containerStatuses?.[0]?.volumeMounts?.[0];
    expect(written({})).toEqual({ name: 'v', mountPath: '/v' });
    expect(written({ containerStatuses: statuses })).toEqual(statuses[0]?.volumeMounts[0]);
  });

  it.each<[string, PodStatus, PodStatus, string[]]>([
    [
      'another class',
      {},
      { qosClass: 'Guaranteed' },
      ['status.qosClass: Invalid value: "Guaranteed": field is immutable'],
    ],
    ['an odd condition', {}, { conditions: [{ type: 'a b' }] }, ['status.conditions[0].Type: Invalid value: "a b"']],
    [
      'two addresses of one family',
      {},
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
      [
        'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      'host addresses that differ',
      {},
      { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] },
      ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
    ],
    [
      'an unknown claim',
      {},
      { resourceClaimStatuses: [{ name: 'x' }] },
      [
        'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
      ],
    ],
    [
      'a claim by no name',
      {},
      { resourceClaimStatuses: [{ name: 'x', resourceClaimName: 'a_b' }] },
      [
        'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry',
        'status.resourceClaimStatuses[0].name: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of',
      ],
    ],
    [
      'an address that is none',
      {},
      { podIPs: [{ ip: '10.0.0.1' }, { ip: 'x' }] },
      [
        'status.podIPs[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: x',
        'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"x"}]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      'a user of another range',
      {},
      { containerStatuses: [{ name: 'c', user: { linux: { uid: -1 } } }] },
      ['status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive'],
    ],
  ])('refuses %s', (_, before, after, expected) => {
    const { found } = change(stored({}, before), 'status', (p) => {
      p.status = { ...p.status, ...after };
    });
    expect(found).toHaveLength(expected.length);
    for (const [i, text] of expected.entries()) expect(found[i]?.startsWith(text), found[i]).toBe(true);
  });

  it('lets ended containers rise only where they restart', () => {
    const ended = { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 0 } } }] };
    const rise = (spec: PodSpec) =>
      change(stored(spec, ended), 'status', (p) => {
        p.status = { ...p.status, containerStatuses: [{ name: 'c', state: { running: {} } }] };
      }).found;
    expect(rise({})).toEqual([]);
    expect(rise({ restartPolicy: 'OnFailure' })).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [0] } }];
    expect(
      rise({
        restartPolicy: 'Never',
        containers: [{ name: 'c', image: 'i', restartPolicy: 'Never', restartPolicyRules: rules }],
      }),
    ).toEqual([]);
  });
});

describe('deletion and selection', () => {
  it.each<[PodSpec, PodStatus, number | undefined, number]>([
    [{}, {}, 30, 0],
    [{ nodeName: 'n' }, { phase: 'Succeeded' }, 30, 0],
    [{ nodeName: 'n' }, { phase: 'Running' }, undefined, 30],
    [{ nodeName: 'n', terminationGracePeriodSeconds: 5 }, {}, undefined, 5],
    [{ nodeName: 'n' }, {}, -7, 1],
  ])('of %j in %j with %s takes %i s', (spec, status, requested, seconds) => {
    expect(strategy.gracePeriod?.(stored(spec, status) as KubeObject, requested)).toBe(seconds);
  });

  it('keep the generations that conditions were observed at, in the order of the conditions', () => {
    const conditions = (...generations: (number | undefined)[]) =>
      generations.map((observedGeneration) => ({ type: 'a/b', observedGeneration }));
    const { pod } = change(stored({}, { conditions: conditions(3, 4) }), 'status', ({ status }) => {
      status.conditions = conditions(undefined, undefined, undefined);
    });
    expect(pod.status?.conditions?.map((condition) => condition.observedGeneration)).toEqual([3, 4, undefined]);
  });
  it('warns of addresses in unusual form', () => {
    const pod = { status: { podIPs: [{ ip: '2001:DB8::1' }], hostIPs: [{ ip: '10.0.0.1' }] } } as unknown as KubeObject;
    expect(strategy.status?.warnings?.(pod, pod)).toEqual([
      'status.podIPs[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
  });
  it('selects by fields', () => {
    const pod = stored({ nodeName: 'n', hostNetwork: true }, { podIPs: [{ ip: '10.0.0.9' }] }) as KubeObject;
    const read = (label: string) => pods.selectableFields.get(label)?.(pod);
    expect(['spec.nodeName', 'spec.hostNetwork', 'status.podIP', 'status.phase', 'status.podIPs'].map(read)).toEqual([
      'n',
      'true',
      '10.0.0.9',
      'Pending',
      '',
    ]);
    expect(pods.fieldLabelError('spec.x')).toBe('field label not supported: spec.x');
  });
});

describe('new pods', () => {
  it('copy what only the AppArmor annotation says', () => {
    const played = playCreate(pods, {
      metadata: { name: 'p', annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/x' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    expect((played.body as Pod).spec?.containers?.[0]?.securityContext).toEqual({
      appArmorProfile: { type: 'Localhost', localhostProfile: 'x' },
    });
    expect(played.warnings).toEqual([
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ]);
  });
  it.each<[string, PodSpec, string, boolean]>([
    ['becomes a field', {}, 'localhost/x', true],
    ['is no profile', {}, 'localhost/', true],
    ['says what the pod says', { securityContext: { appArmorProfile: { type: 'Unconfined' } } }, 'unconfined', false],
    [
      'stands beside the field',
      { containers: [{ name: 'c', image: 'i', securityContext: { appArmorProfile: { type: 'Unconfined' } } }] },
      'unconfined',
      false,
    ],
    ['is of Windows', { os: { name: 'windows' } }, 'unconfined', false],
  ])('warn of an AppArmor annotation that %s', (_, spec, text, warned) => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': text };
    const sent = { metadata: { name: 'p', annotations }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } };
    expect(playCreate(pods, sent).warnings).toHaveLength(warned ? 1 : 0);
  });
  it('warn of names that make poor host names', () => {
    expect(
      playCreate(pods, { metadata: { name: 'a.b' }, spec: { containers: [{ name: 'c', image: 'i' }] } }).warnings,
    ).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });
});

it('shows a pod in a table', () => {
  const pod = stored(
    { readinessGates: [{ conditionType: 'g' }] },
    {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'c',
          restartCount: 3,
          lastState: { terminated: { finishedAt: '2026-01-02T02:59:05Z' } },
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    },
  );
  expect(pods.table.cells(pod as KubeObject, NOW)).toEqual([
    'p',
    '0/1',
    'CrashLoopBackOff',
    '3 (5m ago)',
    '0s',
    '<none>',
    '<none>',
    '<none>',
    '0/1',
  ]);
});
