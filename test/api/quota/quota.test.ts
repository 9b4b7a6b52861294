import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { add, amountsOf, amountsText, subtract, toResourceList, withoutZeros } from '../../../src/api/quota/amounts.ts';
import { countedResource, quotaEvaluator } from '../../../src/api/quota/evaluators.ts';
import { podLimits, podRequests } from '../../../src/api/quota/pod-resources.ts';
import { coveredNames } from '../../../src/api/quota/quota.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const container = (requests: object, limits: object = {}, more: object = {}) => ({
  name: 'c',
  resources: { requests, limits },
  ...more,
});
const pod = (spec: object, more: object = {}) => ({ metadata: {}, spec, ...more }) as KubeObject;
const usage = (group: string, resource: string, object: object) =>
  toResourceList(quotaEvaluator(group, resource).usage({ metadata: {}, ...object } as KubeObject, NOW));

describe('amounts', () => {
  it('add, subtract and print', () => {
    const a = amountsOf({ cpu: '500m', memory: '1Gi' });
    expect(toResourceList(add(a, amountsOf({ cpu: '0.5', pods: '1' })))).toEqual({
      cpu: '1',
      memory: '1Gi',
      pods: '1',
    });
    expect(toResourceList(subtract(a, amountsOf({ cpu: '1', pods: '2' })))).toEqual({
      cpu: '-500m',
      memory: '1Gi',
      pods: '-2',
    });
    expect(amountsText(amountsOf({ memory: '1Gi', cpu: '2' }))).toBe('cpu=2,memory=1Gi');
    expect(withoutZeros(amountsOf({ a: '0', b: '1' })).size).toBe(1);
  });
});

describe('what a pod asks for', () => {
  const all = { overhead: true };
  it('is the sum of its containers or the greatest init container', () => {
    const spec = {
      containers: [container({ cpu: '1' }), container({ cpu: '2', memory: '1Gi' })],
      initContainers: [container({ cpu: '5' }), container({ memory: '512Mi' })],
    };
    expect(toResourceList(podRequests(pod(spec), all))).toEqual({ cpu: '5', memory: '1Gi' });
  });
  it('counts sidecars with the containers and with later init containers', () => {
    const spec = {
      containers: [container({ cpu: '1' })],
      initContainers: [container({ cpu: '1' }, {}, { restartPolicy: 'Always' }), container({ cpu: '3' })],
    };
    expect(toResourceList(podRequests(pod(spec), all))).toEqual({ cpu: '4' });
  });
  it('adds overhead, to limits only where there is one', () => {
    const spec = { overhead: { cpu: '1', memory: '1Gi' }, containers: [container({ cpu: '1' }, { cpu: '2' })] };
    expect(toResourceList(podRequests(pod(spec), all))).toEqual({ cpu: '2', memory: '1Gi' });
    expect(toResourceList(podLimits(pod(spec), all))).toEqual({ cpu: '3' });
    expect(toResourceList(podRequests(pod(spec), { overhead: false }))).toEqual({ cpu: '1' });
  });
  it('takes pod-level resources above those of containers', () => {
    expect(
      toResourceList(
        podRequests(pod({ resources: { requests: { cpu: '7' } }, containers: [container({ cpu: '1' })] }), all),
      ),
    ).toEqual({ cpu: '7' });
  });
});

describe('usage', () => {
  it('of pods', () => {
    const spec = {
      containers: [
        container({ cpu: '1', 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' }, { cpu: '2', 'example.com/gpu': '2' }),
      ],
    };
    expect(usage('', 'pods', { spec })).toEqual({
      'count/pods': '1',
      pods: '1',
      cpu: '1',
      'requests.cpu': '1',
      'limits.cpu': '2',
      'requests.example.com/gpu': '2',
      'hugepages-2Mi': '4Mi',
      'requests.hugepages-2Mi': '4Mi',
    });
    expect(usage('', 'pods', { spec, status: { phase: 'Succeeded' } })).toEqual({ 'count/pods': '1' });
    const gone = { deletionTimestamp: '2029-12-31T23:59:00Z', deletionGracePeriodSeconds: 30 };
    expect(usage('', 'pods', { spec, metadata: gone })).toEqual({ 'count/pods': '1' });
    expect(usage('', 'pods', { spec, metadata: { ...gone, deletionGracePeriodSeconds: 90 } }).pods).toBe('1');
  });
  it('of services', () => {
    const ports = [{ port: 1 }, { port: 2, nodePort: 30000 }];
    expect(usage('', 'services', { spec: { type: 'ClusterIP', ports } })).toMatchObject({
      services: '1',
      'services.nodeports': '0',
      'services.loadbalancers': '0',
    });
    expect(usage('', 'services', { spec: { type: 'NodePort', ports } })['services.nodeports']).toBe('2');
    expect(usage('', 'services', { spec: { type: 'LoadBalancer', ports } })).toMatchObject({
      'services.nodeports': '2',
      'services.loadbalancers': '1',
    });
    expect(
      usage('', 'services', { spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports } })[
        'services.nodeports'
      ],
    ).toBe('1');
  });
  it('of claims, by class too', () => {
    const spec = { storageClassName: 'gold', resources: { requests: { storage: '2Gi' } } };
    expect(usage('', 'persistentvolumeclaims', { spec })).toEqual({
      'count/persistentvolumeclaims': '1',
      persistentvolumeclaims: '1',
      'requests.storage': '2Gi',
      'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
      'gold.storageclass.storage.k8s.io/requests.storage': '2Gi',
    });
    expect(
      usage('', 'persistentvolumeclaims', { spec, status: { allocatedResources: { storage: '3Gi' } } })[
        'requests.storage'
      ],
    ).toBe('3Gi');
  });
  it('of everything else', () => {
    expect(usage('', 'secrets', {})).toEqual({ 'count/secrets': '1', secrets: '1' });
    expect(usage('apps', 'deployments', {})).toEqual({ 'count/deployments.apps': '1' });
  });
  it.each([
    ['count/deployments.apps', { group: 'apps', resource: 'deployments' }],
    ['count/widgets.shop.example.com', { group: 'shop.example.com', resource: 'widgets' }],
    ['secrets', { group: '', resource: 'secrets' }],
    ['requests.cpu', { group: '', resource: 'pods' }],
    ['services.nodeports', { group: '', resource: 'services' }],
    ['x.storageclass.storage.k8s.io/requests.storage', { group: '', resource: 'persistentvolumeclaims' }],
  ])('%s is about %j', (name, resource) => expect(countedResource(name)).toMatchObject(resource));
  it('of what no quota counts is nobody’s', () => expect(countedResource('nonsense')).toBeUndefined());
});

describe('scopes', () => {
  const inScope = (scope: object, spec: object) =>
    coveredNames({ spec: scope }, ['pods'], quotaEvaluator('', 'pods'), pod({ containers: [], ...spec })).length > 0;
  const byClass = (operator: string, ...values: string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] },
  });
  const limited = { containers: [container({ cpu: '1m' })] };
  it.each([
    [{ scopes: ['Terminating'] }, { activeDeadlineSeconds: 0 }, true],
    [{ scopes: ['Terminating'] }, {}, false],
    [{ scopes: ['NotTerminating'] }, {}, true],
    [{ scopes: ['BestEffort'] }, {}, true],
    [{ scopes: ['BestEffort'] }, limited, false],
    [{ scopes: ['NotBestEffort'] }, limited, true],
    [{ scopes: ['BestEffort'] }, { containers: [container({ cpu: '0' })] }, true],
    [{ scopes: ['NotBestEffort', 'Terminating'] }, limited, false],
    [byClass('In', 'gold'), { priorityClassName: 'gold' }, true],
    [byClass('In', 'gold'), {}, false],
    [byClass('NotIn', 'gold'), {}, true],
    [byClass('Exists'), { priorityClassName: 'x' }, true],
    [byClass('DoesNotExist'), { priorityClassName: 'x' }, false],
    [
      { scopes: ['CrossNamespacePodAffinity'] },
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'k', namespaces: ['x'] }] },
        },
      },
      true,
    ],
    [
      { scopes: ['CrossNamespacePodAffinity'] },
      { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'k' }] } } },
      false,
    ],
    [{ scopes: ['Sometimes'] }, {}, false],
  ])('%j of %j: %s', (scope, spec, expected) => expect(inScope(scope, spec)).toBe(expected));
  it('keep out what has no scope', () => {
    expect(
      coveredNames({ spec: { scopes: ['BestEffort'] } }, ['services'], quotaEvaluator('', 'services'), pod({})),
    ).toEqual([]);
  });
});

describe('what a claim of devices counts as', () => {
  const DEVICES = '.deviceclass.resource.k8s.io/devices';
  const COUNT = 'count/resourceclaims.resource.k8s.io';
  it.each([
    [[], { [COUNT]: '1' }],
    [[{ exactly: { deviceClassName: 'a' } }], { [COUNT]: '1', [`a${DEVICES}`]: '1' }],
    [
      [{ exactly: { deviceClassName: 'a', count: 3 } }, { exactly: { deviceClassName: 'a' } }],
      { [COUNT]: '1', [`a${DEVICES}`]: '4' },
    ],
    [[{ exactly: { deviceClassName: 'a', allocationMode: 'All' } }], { [COUNT]: '1', [`a${DEVICES}`]: '32' }],
    [
      [{ firstAvailable: [{ deviceClassName: 'a', count: 2 }, { deviceClassName: 'a' }, { deviceClassName: 'b' }] }],
      { [COUNT]: '1', [`a${DEVICES}`]: '2', [`b${DEVICES}`]: '1' },
    ],
  ])('%j', (requests, counted) => {
    expect(usage('resource.k8s.io', 'resourceclaims', { spec: { devices: { requests } } })).toEqual(counted);
  });
});
