import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { Service, ServiceSpec } from '../../../../src/api/types/core-v1.ts';
import { services } from '../../../../src/server/kinds/core/services.ts';
import { settleServiceUpdate } from '../../../../src/server/kinds/core/services-prepare.ts';
import { NOW, strategyContext } from '../golden-harness.ts';

const { strategy } = services;
const PORTS = [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }];

function made(spec: ServiceSpec, metadata: object = {}): KubeObject {
  const obj = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x', ...metadata },
    spec: { ports: PORTS, ...spec },
  };
  const copy = structuredClone(obj) as unknown as KubeObject;
  strategy.applyDefaults?.(copy);
  return copy;
}

function refusals(spec: ServiceSpec, metadata: object = {}): string[] {
  const obj = made(spec, metadata);
  strategy.prepareForCreate?.(obj, strategyContext());
  const errors = new FieldErrors();
  strategy.validate?.(obj, errors, strategyContext());
  return errors.list.map(fieldErrorText);
}

function updateRefusals(spec: ServiceSpec, old: ServiceSpec): string[] {
  const [obj, before] = [made(spec), made(old)];
  strategy.prepareForUpdate?.(obj, before, strategyContext());
  const errors = new FieldErrors();
  strategy.validateUpdate?.(obj, before, errors, strategyContext());
  return errors.list.map(fieldErrorText);
}

const LB = { type: 'LoadBalancer' };
const ONLY_LB = "Forbidden: may only be used when `type` is 'LoadBalancer'";

describe('what a service may say', () => {
  it.each<[ServiceSpec, string[]]>([
    [{ clusterIP: 'None', ports: [] }, []],
    [{ type: 'ExternalName', externalName: 'a.example.com.', ports: [] }, []],
    [{ ...LB, loadBalancerSourceRanges: [' 192.0.2.0/24 '], loadBalancerClass: 'example.com/x' }, []],
    [{ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } } }, []],
    [{ externalIPs: ['192.0.2.1'], externalTrafficPolicy: 'Local' }, []],
    [{ trafficDistribution: 'PreferSameNode' }, []],
    [{ ...LB, ports: [{ port: 10_250, protocol: 'TCP', targetPort: 1 }] }, []],
    [
      { ...LB, clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services'],
    ],
    [
      { type: 'ExternalName', externalName: 'x', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
      [
        'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
      ],
    ],
    [
      { clusterIPs: ['10.0.0.1'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
    ],
    [
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family'],
    ],
    [
      { clusterIP: 'None', clusterIPs: ['None', '10.0.0.1'] },
      ['spec.clusterIPs: Invalid value: ["None","10.0.0.1"]: \'None\' must be the first and only value'],
    ],
    [{ clusterIP: '10.0.0.01' }, ['spec.clusterIPs[0]: Invalid value: "10.0.0.01": must not have leading 0s']],
    [
      { clusterIP: 'fd00::1', ipFamilies: ['IPv4'] },
      ['spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`'],
    ],
    [
      { clusterIP: 'fd00::1', ipFamilies: ['IPv4', 'IPv4'] },
      [
        'spec.ipFamilies[1]: Duplicate value: "IPv4"',
        'spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`',
      ],
    ],
    [{ ipFamilies: ['IPv4', 'IPv4'] }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [
      { ports: [{ port: 80, protocol: 'TCP', targetPort: 1, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, protocol: 'TCP', targetPort: 1, nodePort: 30_000 },
          { name: 'b', port: 81, protocol: 'TCP', targetPort: 1, nodePort: 30_000 },
          { name: 'c', port: 81, protocol: 'UDP', targetPort: 1, nodePort: 30_000 },
        ],
      },
      ['spec.ports[1].nodePort: Duplicate value: 30000'],
    ],
    [{ allocateLoadBalancerNodePorts: false }, [`spec.allocateLoadBalancerNodePorts: ${ONLY_LB}`]],
    [{ loadBalancerClass: 'x' }, [`spec.loadBalancerClass: ${ONLY_LB}`]],
    [
      { externalTrafficPolicy: 'Local' },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      { healthCheckNodePort: 30_000 },
      [
        "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
  ])('%j: %j', (spec, expected) => {
    expect(refusals(spec)).toEqual(expected);
  });

  it('annotations', () => {
    const hints = 'service.kubernetes.io/topology-aware-hints';
    const mode = 'service.kubernetes.io/topology-mode';
    expect(refusals({}, { annotations: { [hints]: 'Auto', [mode]: 'Auto' } })).toEqual([]);
    expect(refusals({}, { annotations: { [hints]: 'Auto', [mode]: 'Disabled' } })).toEqual([
      `metadata.annotations[${mode}]: Invalid value: "Disabled": must match annotations[${hints}] when both are specified`,
    ]);
    const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
    expect(refusals({}, { annotations: { [ranges]: '10.0.0.0/8, x' } })).toEqual([
      `metadata.annotations[${ranges}]: ${ONLY_LB}`,
      `metadata.annotations[${ranges}]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ]);
  });
});

const IP = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const BOTH = {
  clusterIP: '10.0.0.1',
  clusterIPs: ['10.0.0.1', 'fd00::1'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'PreferDualStack',
};
const UNCHANGEABLE = 'may not change once set';

describe('what an update may change', () => {
  it.each<[ServiceSpec, ServiceSpec, string[]]>([
    [{}, IP, []],
    [IP, { ...IP, clusterIPs: ['10.0.0.1'] }, []],
    [{ ...IP, clusterIP: '10.0.0.2' }, IP, [`spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: ${UNCHANGEABLE}`]],
    [{ ...IP, clusterIP: 'None' }, IP, [`spec.clusterIPs[0]: Invalid value: ["None"]: ${UNCHANGEABLE}`]],
    [{ type: 'ExternalName', externalName: 'x.example.com' }, IP, []],
    [
      { ...IP, type: 'Ferry' },
      IP,
      [
        'spec.type: Unsupported value: "Ferry": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [{ ...IP }, { type: 'ExternalName', externalName: 'x.example.com' }, []],
    [
      { ...BOTH, clusterIPs: ['10.0.0.1'] },
      BOTH,
      [
        'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary clusterIP',
      ],
    ],
    [
      { ...BOTH, ipFamilies: ['IPv4'] },
      BOTH,
      [
        'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary ipFamily',
      ],
    ],
    [
      { ...LB, ...IP, loadBalancerClass: 'b' },
      { ...LB, ...IP, loadBalancerClass: 'a' },
      [`spec.loadBalancerClass: Invalid value: "b": ${UNCHANGEABLE}`],
    ],
    [
      { ...LB, ...IP },
      { ...LB, ...IP, loadBalancerClass: 'a' },
      [`spec.loadBalancerClass: Invalid value: null: ${UNCHANGEABLE}`],
    ],
    [
      { ...LB, ...IP, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001 },
      { ...LB, ...IP, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_002 },
      ['spec.healthCheckNodePort: Forbidden: field is immutable'],
    ],
    [{ ...IP, externalIPs: ['010.0.0.1'] }, { ...IP, externalIPs: ['010.0.0.1'] }, []],
  ])('%j after %j: %j', (spec, old, expected) => {
    expect(updateRefusals(spec, old)).toEqual(expected);
  });

  it('fills in what the client left out and drops what the type has no use for', () => {
    const port = { ...PORTS[0], nodePort: 30_001 };
    const balanced = { ...LB, ...IP, ports: [port], externalTrafficPolicy: 'Local', healthCheckNodePort: 30_002 };
    const again = made({ ...LB, externalTrafficPolicy: 'Local' }) as Service;
    settleServiceUpdate(again, made(balanced) as Service);
    expect(again.spec).toMatchObject({ clusterIP: '10.0.0.1', ports: [port], healthCheckNodePort: 30_002 });
    const plain = made({ ...balanced, type: 'ClusterIP' }) as Service;
    settleServiceUpdate(plain, made(balanced) as Service);
    expect(plain.spec).toEqual(made(IP).spec);
    const changed = made({ type: 'ClusterIP', ports: [{ ...port, nodePort: 30_009 }] }) as Service;
    settleServiceUpdate(changed, made(balanced) as Service);
    expect(changed.spec?.ports?.[0]?.nodePort).toBe(30_009);
  });

  it('a port keeps the node port of its namesake unless another port has it', () => {
    const old = made({
      type: 'NodePort',
      ports: [
        { name: 'a', port: 1, nodePort: 30_001 },
        { name: 'b', port: 2, nodePort: 30_002 },
      ],
    });
    const obj = made({
      type: 'NodePort',
      ports: [
        { name: 'b', port: 2 },
        { name: 'a', port: 1 },
        { name: 'c', port: 3, nodePort: 30_002 },
      ],
    });
    settleServiceUpdate(obj as Service, old as Service);
    expect((obj as Service).spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([undefined, 30_001, 30_002]);
  });
});

describe('status', () => {
  it.each<[object[], string[]]>([
    [[{ ip: '192.0.2.1', ipMode: 'Proxy' }, { hostname: 'a.example.com' }], []],
    [
      [{ ip: '192.0.2.1', ipMode: 'Odd' }],
      ['status.loadBalancer.ingress[0].ipMode: Unsupported value: "Odd": supported values: "Proxy", "VIP"'],
    ],
    [
      [{ ip: '192.0.2.1' }],
      ['status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set'],
    ],
    [
      [{ hostname: 'a', ipMode: 'VIP' }],
      ['status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set'],
    ],
    [
      [{ hostname: '192.0.2.1' }],
      ['status.loadBalancer.ingress[0].hostname: Invalid value: "192.0.2.1": must be a DNS name, not an IP address'],
    ],
  ])('%j: %j', (ingress, expected) => {
    const obj = made(LB);
    Object.assign(obj, { status: { loadBalancer: { ingress } } });
    const errors = new FieldErrors();
    strategy.status?.validateUpdate?.(obj, made(LB), errors, strategyContext('status'));
    expect(errors.list.map(fieldErrorText)).toEqual(expected);
  });

  it('is for load balancers only', () => {
    const obj = made({});
    Object.assign(obj, { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } });
    const errors = new FieldErrors();
    strategy.status?.validateUpdate?.(obj, made({}), errors, strategyContext('status'));
    expect(errors.list.map(fieldErrorText)).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
  });
});

describe('warnings', () => {
  it.each<[ServiceSpec, string[]]>([
    [{}, []],
    [
      { externalIPs: ['192.0.2.1'] },
      ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'],
    ],
    [
      {
        clusterIP: 'None',
        clusterIPs: ['None'],
        externalIPs: ['192.0.2.1'],
        loadBalancerIP: '192.0.2.2',
        sessionAffinity: 'ClientIP',
      },
      [
        'spec.loadBalancerIP is ignored for headless services',
        'spec.externalIPs is ignored for headless services',
        'spec.SessionAffinity is ignored for headless services',
      ],
    ],
    [
      { type: 'ExternalName', externalName: 'x', externalIPs: ['192.0.2.1'] },
      ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
    ],
    [
      { ...LB, loadBalancerSourceRanges: ['192.0.2.1/24'] },
      [
        'spec.loadBalancerSourceRanges[0]: CIDR value "192.0.2.1/24" is ambiguous in this context (should be "192.0.2.0/24" or "192.0.2.1/32"?)',
      ],
    ],
  ])('%j: %j', (spec, expected) => {
    expect(strategy.warnings?.(made(spec), undefined, strategyContext())).toEqual(expected);
  });
});

describe('cells', () => {
  it.each<[ServiceSpec, unknown[]]>([
    [{ ...IP, ports: [] }, ['x', 'ClusterIP', '10.0.0.1', '<none>', '<none>', '<unknown>', '<none>']],
    [{ ...LB, ...IP }, ['x', 'LoadBalancer', '10.0.0.1', '<pending>', '80/TCP', '<unknown>', '<none>']],
    [
      { type: 'ExternalName', externalName: 'a.b', selector: { b: '2', a: '1' } },
      ['x', 'ExternalName', '<none>', 'a.b', '80/TCP', '<unknown>', 'a=1,b=2'],
    ],
    [
      {
        type: 'NodePort',
        ...IP,
        ports: [
          { port: 80, nodePort: 30_080 },
          { port: 53, protocol: 'UDP' },
        ],
      },
      ['x', 'NodePort', '10.0.0.1', '<none>', '80:30080/TCP,53/UDP', '<unknown>', '<none>'],
    ],
  ])('%j: %j', (spec, expected) => {
    expect(services.table.cells(made(spec), NOW)).toEqual(expected);
  });
});
