import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type { EndpointSubset, ServicePort } from '../../../../src/api/types/core-v1.ts';
import type { PolicyRule, RoleRef, Subject } from '../../../../src/api/types/rbac-v1.ts';
import {
  endpointsText,
  endpointsWarnings,
  validateEndpointSubsets,
} from '../../../../src/server/kinds/shared/endpoints.ts';
import {
  isDualStack,
  validateIngressHostname,
  validateLegacyCIDR,
  validateLegacyIP,
  validateNonSpecialIP,
} from '../../../../src/server/kinds/shared/ip.ts';
import { loadBalancerAddresses } from '../../../../src/server/kinds/shared/load-balancer.ts';
import { dnsLabelName, validateCSIDriverName } from '../../../../src/server/kinds/shared/name-rules.ts';
import {
  deprecatedNodeLabel,
  hasInvalidLabelValue,
  nodeSelectorTermWarnings,
  validateTopologySelectorTerm,
} from '../../../../src/server/kinds/shared/node-selector.ts';
import {
  defaultBinding,
  validatePolicyRules,
  validateRoleRef,
  validateSameRoleRef,
  validateSubjects,
} from '../../../../src/server/kinds/shared/policy-rules.ts';
import { validatePortNumOrName, validateServicePort } from '../../../../src/server/kinds/shared/service-ports.ts';
import { causes } from './causes.ts';

function texts(check: (errors: FieldErrors) => void): string[] {
  const errors = new FieldErrors();
  check(errors);
  return errors.list.map(fieldErrorText);
}

describe('addresses', () => {
  it.each([
    ['10.0.0.1', []],
    ['fe80::1', []],
    ['010.0.0.1', ['x: Invalid value: "010.0.0.1": must not have leading 0s']],
    ['::ffff:1.2.3.4', ['x: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address']],
    ['', ['x: Invalid value: "": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
  ])('legacy IP %j', (ip, expected) => {
    expect(causes((path, errors) => validateLegacyIP(ip, path, errors))).toEqual(expected);
    expect(causes((path, errors) => validateLegacyIP(ip, path, errors, [ip]))).toEqual([]);
  });

  it.each([
    ['10.0.0.0/8', 0],
    ['10.0.0.1/8', 1],
    ['10.0.0.0/08', 1],
    ['10.0.0.0', 1],
  ])('legacy CIDR %j has %i faults', (cidr, faults) => {
    expect(causes((path, errors) => validateLegacyCIDR(cidr, path, errors))).toHaveLength(faults);
    expect(causes((path, errors) => validateLegacyCIDR(cidr, path, errors, [cidr]))).toEqual([]);
  });

  it.each([
    ['192.0.2.1', undefined],
    ['2001:db8::1', undefined],
    ['0.0.0.0', 'may not be unspecified (0.0.0.0)'],
    ['::', 'may not be unspecified (::)'],
    ['127.1.2.3', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ['::1', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ['169.254.1.1', 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    ['febf::1', 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    ['224.0.0.5', 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
    ['ff02::1', 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
    ['x', 'must be a valid IP address'],
  ])('special IP %s: %s', (ip, why) => {
    const expected = why === undefined ? [] : [`x: Invalid value: "${ip}": ${why}`];
    expect(causes((path, errors) => validateNonSpecialIP(ip, path, errors))).toEqual(expected);
  });

  it('names of load balancers are no addresses', () => {
    expect(causes((path, errors) => validateIngressHostname('a.example.com', path, errors))).toEqual([]);
    expect(causes((path, errors) => validateIngressHostname('::1', path, errors))).toHaveLength(1);
    expect(loadBalancerAddresses([{ ip: 'a', hostname: 'b' }, { hostname: 'b' }, {}, { ip: 'a' }])).toEqual(['a', 'b']);
  });

  it.each([
    [['IPv4', 'IPv6'], true],
    [['IPv4', 'IPv4'], false],
    [['IPv4', ''], undefined],
  ] as const)('%j dual-stack: %s', (families, expected) => {
    expect(isDualStack(families)).toBe(expected);
  });
});

describe('ports', () => {
  it.each([
    [80, 0],
    ['http', 0],
    [0, 1],
    [65_536, 1],
    ['-x', 1],
    ['80', 1],
  ])('%j has %i faults', (port, faults) => {
    expect(causes((path, errors) => validatePortNumOrName(port, path, errors))).toHaveLength(faults);
  });

  it.each<[ServicePort, string[]]>([
    [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'web', appProtocol: 'kubernetes.io/h2c' }, []],
    [{ port: 80, protocol: 'TCP', targetPort: 80 }, ['x.name: Required value']],
    [{ name: 'seen', port: 80, protocol: 'TCP', targetPort: 80 }, ['x.name: Duplicate value: "seen"']],
    [{ name: 'a', port: 80, targetPort: 80 }, ['x.protocol: Required value']],
    [
      { name: 'a', port: 80, protocol: 'tcp', targetPort: 80 },
      ['x.protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
    ],
  ])('%j: %j', (port, expected) => {
    const options = { requireName: true, names: new Set(['seen']) };
    expect(causes((path, errors) => validateServicePort(port, path, errors, options))).toEqual(expected);
  });
});

describe('endpoints', () => {
  it.each<[EndpointSubset, string[]]>([
    [{ addresses: [{ ip: '192.0.2.1', hostname: 'a', nodeName: 'n' }], ports: [{ port: 1, protocol: 'TCP' }] }, []],
    [{}, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    [
      { notReadyAddresses: [{ ip: '127.0.0.1' }] },
      [
        'subsets[0].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      {
        addresses: [{ ip: '192.0.2.1' }],
        ports: [
          { port: 1, protocol: 'TCP' },
          { name: 'b', port: 2, protocol: 'TCP' },
        ],
      },
      ['subsets[0].ports[0].name: Required value'],
    ],
  ])('%j: %j', (subset, expected) => {
    expect(texts((errors) => validateEndpointSubsets([subset], errors))).toEqual(expected);
  });

  it.each<[EndpointSubset[], string]>([
    [[], '<none>'],
    [[{ addresses: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }], ports: [{ port: 1 }] }], '1.1.1.1:1,[fd00::1]:1'],
    [[{ addresses: [{ ip: 'a' }, { ip: 'b' }], ports: [{ port: 1 }, { port: 2 }] }], 'a:1,b:1,a:2 + 1 more...'],
    [[{ addresses: [{ ip: 'a' }] }], 'a'],
  ])('%j is shown as %s', (subsets, expected) => {
    expect(endpointsText(subsets)).toBe(expected);
  });

  it('warns of odd spellings', () => {
    const subsets = [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '2001:DB8::1' }] }];
    expect(endpointsWarnings(subsets)).toEqual([expect.stringContaining('subsets[0].notReadyAddresses[0].ip: ')]);
  });
});

describe('names', () => {
  it.each([
    ['web', false, 0],
    ['9lives', false, 0],
    ['web-', false, 1],
    ['web-', true, 0],
    ['a.b', false, 1],
    ['x'.repeat(64), false, 1],
  ])('label %j (prefix: %s) has %i faults', (name, prefix, faults) => {
    expect(dnsLabelName(name, prefix)).toHaveLength(faults);
  });

  it.each([
    ['csi.example.com', []],
    ['CSI.example.com', []],
    ['', ['x: Required value']],
    ['x'.repeat(64), ['x: Too long: may not be more than 63 bytes']],
  ])('CSI driver %j: %j', (name, expected) => {
    expect(causes((path, errors) => validateCSIDriverName(name, path, errors))).toEqual(expected);
  });
});

describe('node selectors', () => {
  it('topology terms', () => {
    const check = (matchLabelExpressions: object[]) =>
      causes((path, errors) => void validateTopologySelectorTerm({ matchLabelExpressions }, path, errors));
    expect(check([{ key: 'zone', values: ['a', 'b'] }])).toEqual([]);
    expect(
      check([
        { key: 'zone', values: ['a', 'a'] },
        { key: 'zone', values: null },
      ]),
    ).toEqual([
      'x.matchLabelExpressions[0].values[1]: Duplicate value: "a"',
      'x.matchLabelExpressions[1].values: Required value',
      'x.matchLabelExpressions[1].key: Duplicate value: "zone"',
    ]);
  });

  it.each([
    ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
    ['kubernetes.io/os', undefined],
  ])('%s is deprecated: %s', (key, why) => {
    expect(deprecatedNodeLabel(key)).toBe(why);
  });

  it('bad label values', () => {
    const term = (value: string) => ({ matchExpressions: [{ key: 'k', operator: 'In', values: ['ok', value] }] });
    expect(hasInvalidLabelValue({ nodeSelectorTerms: [term('fine')] })).toBe(false);
    expect(hasInvalidLabelValue({ nodeSelectorTerms: [term('not fine')] })).toBe(true);
    const warned = causes((path) => {
      expect(nodeSelectorTermWarnings(term('not fine'), true, path)[0]).toContain(
        'x.matchExpressions[0].values[1]: not fine is invalid',
      );
      expect(nodeSelectorTermWarnings(term('not fine'), false, path)).toEqual([]);
    });
    expect(warned).toEqual([]);
  });
});

describe('access rules', () => {
  it.each<[PolicyRule, boolean, string[]]>([
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }, true, []],
    [{ verbs: ['get'], nonResourceURLs: ['/x'] }, false, []],
    [
      { verbs: ['get'], nonResourceURLs: ['/x'] },
      true,
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      { verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] },
      false,
      [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
    [
      {},
      true,
      [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    ],
  ])('%j (namespaced: %s): %j', (rule, namespaced, expected) => {
    expect(texts((errors) => validatePolicyRules([rule], namespaced, errors))).toEqual(expected);
  });

  const group = 'rbac.authorization.k8s.io';
  it.each<[RoleRef, string[]]>([
    [{ apiGroup: group, kind: 'ClusterRole', name: 'system:x' }, []],
    [
      { apiGroup: 'x', kind: 'Role', name: '' },
      [
        `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`,
        'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
        'roleRef.name: Required value',
      ],
    ],
    [
      { apiGroup: group, kind: 'ClusterRole', name: 'a/b' },
      ['roleRef.name: Invalid value: "a/b": may not contain \'/\''],
    ],
  ])('%j: %j', (ref, expected) => {
    expect(texts((errors) => validateRoleRef(ref, ['ClusterRole'], errors))).toEqual(expected);
  });

  it.each<[Subject, boolean, string[]]>([
    [{ kind: 'ServiceAccount', name: 'a' }, true, []],
    [{ kind: 'User', name: 'a', apiGroup: group }, true, []],
    [{ kind: 'ServiceAccount', name: 'a' }, false, ['subjects[0].namespace: Required value']],
    [{ kind: 'Group', name: 'a' }, true, [`subjects[0].apiGroup: Unsupported value: "": supported values: "${group}"`]],
    [
      { kind: 'Robot', name: 'a' },
      true,
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
  ])('%j (namespaced: %s): %j', (subject, namespaced, expected) => {
    expect(texts((errors) => validateSubjects([subject], namespaced, errors))).toEqual(expected);
  });

  it('bindings keep their role and are given groups', () => {
    const binding = {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's' },
      ],
    };
    defaultBinding(binding);
    expect(binding).toEqual({
      roleRef: { apiGroup: group, kind: 'Role', name: 'r' },
      subjects: [
        { apiGroup: group, kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's' },
      ],
    });
    expect(
      texts((errors) => validateSameRoleRef({ kind: 'Role', name: 'a' }, { kind: 'Role', name: 'a' }, errors)),
    ).toEqual([]);
    expect(
      texts((errors) => validateSameRoleRef({ kind: 'Role', name: 'b' }, { kind: 'Role', name: 'a' }, errors)),
    ).toEqual(['roleRef: Invalid value: {"APIGroup":"","Kind":"Role","Name":"b"}: cannot change roleRef']);
  });
});
