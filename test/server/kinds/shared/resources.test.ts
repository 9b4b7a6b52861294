import { describe, expect, it } from 'vitest';
import type { PodSpec, ResourceRequirements } from '../../../../src/api/types/core-v1.ts';
import { podQosClass } from '../../../../src/server/kinds/shared/pod-qos.ts';
import {
  aggregateContainerRequests,
  roundResourceList,
  validateContainerResources,
  validatePodLevelResources,
} from '../../../../src/server/kinds/shared/resources.ts';
import { causes } from './causes.ts';

function check(resources: ResourceRequirements, claims: string[] = []): string[] {
  return causes((path, errors) => validateContainerResources(resources, new Set(claims), path, errors, {}));
}

const CASES: [ResourceRequirements, string[]][] = [
  [{}, []],
  [{ requests: { cpu: '1' }, limits: { cpu: '1000m' } }, []],
  [{ limits: { 'hugepages-2Mi': '4Mi', cpu: '1' }, requests: { 'hugepages-2Mi': '4Mi' } }, []],
  [
    { limits: { 'hugepages-2Mi': '3Mi', cpu: '1' } },
    ['x.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi'],
  ],
  [
    { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } },
    ['x.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi'],
  ],
  [
    { requests: { pods: '1' } },
    ['x.requests[pods]: Invalid value: "pods": must be a standard resource for containers'],
  ],
  [{ limits: { 'example.com/x': '1' }, requests: { 'example.com/x': '1' } }, []],
  [
    { requests: { 'requests.example.com/x': '1' }, limits: { 'requests.example.com/x': '1' } },
    [
      'x.limits[requests.example.com/x]: Invalid value: "requests.example.com/x": doesn\'t follow extended resource name standard',
      'x.requests[requests.example.com/x]: Invalid value: "requests.example.com/x": doesn\'t follow extended resource name standard',
    ],
  ],
  [{ requests: { 'kubernetes.io/odd': '1500m' } }, []],
];

describe('container resources', () => {
  it.each(CASES)('%j', (resources, expected) => {
    expect(check(resources)).toEqual(expected);
  });

  it('wants each claim once, whole or by request', () => {
    const known = 'must be one of the names in pod.spec.resourceClaims: a, b';
    const claims = [
      { name: '' },
      { name: 'a', request: 'r' },
      { name: 'a' },
      { name: 'b' },
      { name: 'b' },
      { name: 'c' },
    ];
    expect(check({ claims }, ['b', 'a'])).toEqual([
      'x.claims[0]: Required value',
      'x.claims[2]: Duplicate value: "a"',
      'x.claims[4]: Duplicate value: "b"',
      `x.claims[5]: Not found: "c": ${known}`,
    ]);
  });
});

describe('resource lists', () => {
  it('keep nothing finer than thousandths', () => {
    const list = { cpu: '1u', memory: '1e3', 'example.com/x': '+1' };
    roundResourceList(list);
    expect(list).toEqual({ cpu: '1m', memory: '1e3', 'example.com/x': '+1' });
  });

  it('add up containers and sidecars, or the hungriest moment of init', () => {
    const want = (cpu: string) => ({ resources: { requests: { cpu } } });
    const spec: PodSpec = {
      containers: [want('1'), want('500m')],
      initContainers: [want('100m'), { ...want('200m'), restartPolicy: 'Always' }, want('3')],
    };
    expect(aggregateContainerRequests(spec)).toEqual({ cpu: '3200m' });
    expect(aggregateContainerRequests({ ...spec, initContainers: spec.initContainers?.slice(0, 2) })).toEqual({
      cpu: '1700m',
    });
  });
});

describe('pod-level resources', () => {
  it('are not for Windows', () => {
    const spec: PodSpec = { os: { name: 'windows' }, resources: { limits: { 'bad name': '1' } } };
    expect(causes((path, errors) => validatePodLevelResources(spec, new Set(), path, errors, {}))).toEqual([
      'x: Forbidden: may not be set for a windows pod',
    ]);
  });
});

const QOS: [PodSpec, string][] = [
  [{ containers: [{}] }, 'BestEffort'],
  [{ containers: [{ resources: { limits: { cpu: '0', memory: '0' } } }] }, 'BestEffort'],
  [
    { containers: [{ resources: { limits: { cpu: '1', memory: '1' }, requests: { cpu: '1000m', memory: '1' } } }] },
    'Guaranteed',
  ],
  [
    {
      containers: [{ resources: { limits: { cpu: '1', memory: '1' }, requests: { cpu: '1', memory: '1' } } }],
      initContainers: [{}],
    },
    'Burstable',
  ],
  [{ containers: [{}], resources: { requests: { cpu: '1' } } }, 'Burstable'],
  [
    { containers: [{}], resources: { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1' } } },
    'Guaranteed',
  ],
];

describe('quality of service', () => {
  it.each(QOS)('%j is %s', (spec, expected) => {
    expect(podQosClass(spec)).toBe(expected);
  });
});
