/** Rules of core kinds that came or changed lately in Kubernetes, as tables of good and bad values. */
import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { endpoints } from '../../../../src/server/kinds/core/endpoints.ts';
import { nodes } from '../../../../src/server/kinds/core/nodes.ts';
import { persistentvolumeclaims } from '../../../../src/server/kinds/core/persistentvolumeclaims.ts';
import { readLog } from '../../../../src/server/kinds/core/pods-node-access.ts';
import { services } from '../../../../src/server/kinds/core/services.ts';
import type { Kind, StrategyContext } from '../../../../src/server/kinds/kind.ts';
import type { SubresourceRequest } from '../../../../src/server/kinds/subresource.ts';
import { NOW } from '../golden-harness.ts';

const CONTEXT = { now: NOW, dryRun: false, subresource: '' } as unknown as StrategyContext;

function created(kind: Kind, obj: object): string[] {
  const errors = new FieldErrors();
  kind.strategy.validate?.(obj as KubeObject, errors, CONTEXT);
  return errors.list.map(fieldErrorText);
}

function updated(kind: Kind, obj: object, old: object, subresource = ''): string[] {
  const errors = new FieldErrors();
  const strategy = subresource === 'status' ? kind.strategy.status : kind.strategy;
  strategy?.validateUpdate?.(obj as KubeObject, old as KubeObject, errors, CONTEXT);
  return errors.list.map(fieldErrorText);
}

describe('nodes', () => {
  const invalid = (i: number, name: string, why: string) =>
    `status.declaredFeatures[${i}]: Invalid value: "${name}": invalid feature name "${name}": ${why}`;
  const shape =
    "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
  const long = `A${'a'.repeat(253)}`;

  it.each<[string[], string[]]>([
    [['A', 'B/sub', 'B/sub/More'], []],
    [['a'], [invalid(0, 'a', shape)]],
    [['A/'], [invalid(0, 'A/', shape)]],
    [[long], [invalid(0, long, 'must be no more than 253 characters')]],
    [['A', 'A'], ['status.declaredFeatures[1]: Duplicate value: "A"']],
    [['B', 'A'], ['status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically']],
  ])('features %j', (declaredFeatures, expected) => {
    const node = { metadata: { name: 'n' }, status: { declaredFeatures } };
    expect(created(nodes, node)).toEqual(expected);
    expect(updated(nodes, node, node, 'status')).toEqual(expected);
  });

  it.each<[number, string[]]>([
    [1, []],
    [0, ['metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero']],
    [-5, ['metadata.nodeSwapStatus.capacity: Invalid value: -5: must be greater than zero']],
  ])('swap of %i bytes', (capacity, expected) => {
    expect(created(nodes, { metadata: {}, status: { nodeInfo: { swap: { capacity } } } })).toEqual(expected);
  });

  const TAINTS = 'scheduler.alpha.kubernetes.io/taints';
  const AVOID = 'scheduler.alpha.kubernetes.io/preferAvoidPods';

  it.each<[Record<string, string>, string[]]>([
    [{ [TAINTS]: '[{"key":"a","effect":"NoSchedule"}]' }, []],
    [{ [TAINTS]: '[{"key":"a"}]' }, [`metadata.annotations.${TAINTS}[0].effect: Required value`]],
    [
      { [TAINTS]: '{}' },
      [
        `metadata.annotations: Invalid value: "${TAINTS}": json: cannot unmarshal object into Go value of type []v1.Taint`,
      ],
    ],
    [{ [AVOID]: '{"preferAvoidPods":[{"podSignature":{"podController":{"controller":true}}}]}' }, []],
    [
      { [AVOID]: '{"preferAvoidPods":[{"podSignature":{}}]}' },
      [`metadata.annotations.${AVOID}[0].PodSignature: Required value`],
    ],
    [
      { [AVOID]: '{"preferAvoidPods":[{"podSignature":{"podController":{"controller":false}}}]}' },
      [
        `metadata.annotations.${AVOID}[0].PodSignature.PodController.Controller: Invalid value: false: must point to a controller`,
      ],
    ],
  ])('annotations %j', (annotations, expected) => {
    expect(created(nodes, { metadata: { name: 'n', annotations } })).toEqual(expected);
  });

  it('may have a pod CIDR of each family', () => {
    const node = (...podCIDRs: string[]) => ({ metadata: { name: 'n' }, spec: { podCIDRs } });
    const once = 'may specify no more than one CIDR for each IP family';
    expect(created(nodes, node('10.0.0.0/24', 'fd00::/64'))).toEqual([]);
    expect(created(nodes, node('10.0.0.0/24', '10.0.0.0/24'))).toEqual([
      `spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.0.0/24"]: ${once}`,
    ]);
  });
});

describe('claims', () => {
  const claim = (spec: object, status: object = {}, annotations?: Record<string, string>) => ({
    metadata: { name: 'c', annotations, resourceVersion: '1' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    status,
  });
  const held = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
  const bound = { phase: 'Bound', currentVolumeAttributesClassName: 'gold' };

  it.each<[object, object, string[]]>([
    [{ volumeAttributesClassName: 'silver' }, bound, []],
    [{}, bound, [`spec.volumeAttributesClassName: Forbidden: update to nil ${held}`]],
    [
      { volumeAttributesClassName: '' },
      bound,
      [`spec.volumeAttributesClassName: Forbidden: update to empty string ${held}`],
    ],
    [{}, { phase: 'Bound' }, []],
    [{ volumeAttributesClassName: '' }, { phase: 'Bound' }, []],
  ])('a class of attributes becomes %j with status %j', (spec, status, expected) => {
    const old = claim({ volumeAttributesClassName: 'gold' }, status);
    expect(updated(persistentvolumeclaims, claim(spec, status), old)).toEqual(expected);
  });

  it('keeps its class annotation', () => {
    const key = 'volume.beta.kubernetes.io/storage-class';
    const causes = updated(persistentvolumeclaims, claim({}, {}, { [key]: 'b' }), claim({}, {}, { [key]: 'a' }));
    expect(causes).toEqual([`metadata.annotations.${key}: Invalid value: "b": field is immutable`]);
  });

  it.each<[object, string[]]>([
    [{ allocatedResourceStatuses: { storage: 'NodeResizePending' }, allocatedResources: { storage: '2Gi' } }, []],
    [
      { allocatedResourceStatuses: { cpu: 'NodeResizePending' } },
      ['status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"'],
    ],
    [
      { allocatedResources: { memory: '-1', storage: '-1' } },
      [
        'status.allocatedResources: Unsupported value: "memory": supported values: "storage"',
        'status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity',
      ],
    ],
  ])('status %j', (status, expected) => {
    expect(updated(persistentvolumeclaims, claim({}, status), claim({}), 'status')).toEqual(expected);
  });
});

describe('services', () => {
  const balancer = (spec: object) => ({
    metadata: { name: 's' },
    spec: {
      type: 'LoadBalancer',
      sessionAffinity: 'None',
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 10250, protocol: 'TCP', targetPort: 80 }],
      ...spec,
    },
  });
  const changed = 'may not change once set';
  const odd = 'name part must consist of alphanumeric characters';

  it.each<[object, object, (string | RegExp)[]]>([
    [{}, {}, []],
    [{ loadBalancerClass: 'a/b' }, { loadBalancerClass: 'a/b' }, []],
    [{ loadBalancerClass: 'a/b' }, {}, [new RegExp(`^spec.loadBalancerClass: Invalid value: "a/b": ${changed}$`)]],
    [{ loadBalancerClass: 'a b' }, { loadBalancerClass: 'a b' }, [new RegExp(odd), new RegExp(odd)]],
    [{ loadBalancerSourceRanges: ['10.0.0.0/08 '] }, { loadBalancerSourceRanges: [' 10.0.0.0/08'] }, []],
  ])('%j after %j', (spec, old, expected) => {
    const causes = updated(services, balancer(spec), balancer(old));
    expect(causes).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});

describe('endpoints', () => {
  const of = (...ips: string[]) => ({
    metadata: { name: 'e' },
    subsets: [{ addresses: ips.map((ip) => ({ ip })) }],
  });
  const loopback = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  const refused = (i: number) => `subsets[0].addresses[${i}].ip: Invalid value: "127.0.0.1": ${loopback}`;

  it('are not looked at again while they stay', () => {
    expect(created(endpoints, of('127.0.0.1'))).toEqual([refused(0)]);
    expect(updated(endpoints, of('127.0.0.1'), of('127.0.0.1'))).toEqual([]);
    expect(updated(endpoints, of('127.0.0.1', '10.0.0.1'), of('127.0.0.1'))).toEqual([refused(0)]);
  });
});

describe('log options', () => {
  it.each([
    ['tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['sinceSeconds=1.5', 400, 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['tailLines=-1', 422, 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['limitBytes=0', 422, 'limitBytes: Invalid value: 0: must be greater than 0'],
    ['stream=All', 422, 'stream: Forbidden: may not be specified'],
  ])('%s: %i', async (query, code, message) => {
    const request = { query: new URLSearchParams(query), info: { name: 'p' } } as unknown as SubresourceRequest;
    await expect(readLog(request)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
