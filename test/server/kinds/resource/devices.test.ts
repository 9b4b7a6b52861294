import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { Kind, StrategyContext } from '../../../../src/server/kinds/kind.ts';
import { deviceclasses } from '../../../../src/server/kinds/resource/deviceclasses.ts';
import { resourceclaims } from '../../../../src/server/kinds/resource/resourceclaims.ts';
import { resourceclaimtemplates } from '../../../../src/server/kinds/resource/resourceclaimtemplates.ts';
import { resourceslices } from '../../../../src/server/kinds/resource/resourceslices.ts';
import { validateCapacity } from '../../../../src/server/kinds/shared/dra-capacity.ts';
import { validateMap, validateSet } from '../../../../src/server/kinds/shared/dra-lists.ts';
import {
  validateOpaqueObject,
  validatePoolName,
  validateQualifiedAttribute,
  validateUid,
} from '../../../../src/server/kinds/shared/dra-names.ts';
import { NOW, strategyContext } from '../golden-harness.ts';
import { causes } from '../shared/causes.ts';

function object(spec: object, status?: object, metadata: object = {}): KubeObject {
  const base = { metadata: { name: 'x', namespace: 'ns', ...metadata }, spec: structuredClone(spec) };
  return { ...base, ...(status === undefined ? {} : { status: structuredClone(status) }) } as unknown as KubeObject;
}

function texts(errors: FieldErrors): string[] {
  return errors.list.map((error) =>
    error.detail === '' ? `${error.field} ${error.type}` : `${error.field}: ${error.detail}`,
  );
}

const SLICE = { driver: 'd.example.com', nodeName: 'n', pool: { name: 'p', resourceSliceCount: 1 } };

function sliceFaults(spec: object, old?: object): string[] {
  const errors = new FieldErrors();
  const obj = object({ ...SLICE, ...spec });
  if (old === undefined) resourceslices.strategy.validate?.(obj, errors, strategyContext());
  else resourceslices.strategy.validateUpdate?.(obj, object({ ...SLICE, ...old }), errors, strategyContext());
  return texts(errors);
}

describe('names of devices', () => {
  it.each([
    ['model', 0],
    ['example.com/model', 0],
    ['a/b/c', 1],
    ['/model', 1],
    ['example.com/', 1],
    ['no-dash', 1],
    ['x'.repeat(33), 1],
  ])('attribute %s has %i faults', (name, count) =>
    expect(causes((path, errors) => validateQualifiedAttribute(name, path, errors))).toHaveLength(count),
  );

  it.each([
    ['p', 0],
    ['a/b.c', 0],
    ['', 1],
    ['a//b', 1],
    ['A', 1],
  ])('pool %s has %i faults', (name, count) =>
    expect(causes((path, errors) => validatePoolName(name, path, errors))).toHaveLength(count),
  );

  it.each([
    ['123e4567-e89b-12d3-a456-426614174000', undefined],
    ['abc', 'error validating uid: invalid UUID length: 3'],
    ['123e4567-e89b-12d3-a456-42661417400x', 'error validating uid: invalid UUID format'],
    [
      '123E4567-e89b-12d3-a456-426614174000',
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
    ],
  ])('uid %s', (uid, message) => {
    const wanted = message === undefined ? [] : [`x: Invalid value: "${uid}": ${message}`];
    expect(causes((path, errors) => validateUid(uid, path, errors))).toEqual(wanted);
  });

  it.each([
    [{}, []],
    [null, ['x: Required value']],
    ['text', ['x: Invalid value: "<value omitted>": must be a valid JSON object']],
    [{ a: 'x'.repeat(10_240) }, ['x: Too long: may not be more than 10240 bytes']],
  ])('parameters %#', (value, wanted) =>
    expect(causes((path, errors) => validateOpaqueObject(value, path, errors))).toEqual(wanted),
  );
});

describe('lists and maps', () => {
  const nothing = () => {};
  it('are not looked at when too long', () => {
    expect(causes((path, errors) => validateSet(['a', 'a', 'b'], 2, nothing, (s) => s, path, errors))).toEqual([
      'x: Too many: 3: must have at most 2 items',
    ]);
    expect(causes((path, errors) => validateSet(['a', 'a'], 2, nothing, (s) => s, path, errors))).toEqual([
      'x[1]: Duplicate value: "a"',
    ]);
  });

  it('show long keys shortened, and take any key', () => {
    const map = Object.fromEntries([
      ['__proto__', 1],
      ['k'.repeat(40), 1],
    ]) as Record<string, number>;
    const rules = {
      maxShownKey: 20,
      key: nothing,
      item: (_: number, at: { toString(): string }, errors: FieldErrors) => errors.required(at as never),
    };
    expect(causes((path, errors) => validateMap(map, rules, path, errors))).toEqual([
      'x[__proto__]: Required value',
      `x[${'k'.repeat(9)}...${'k'.repeat(8)}]: Required value`,
    ]);
  });
});

describe('capacities', () => {
  const check = (requestPolicy: object, shared = true, value = '10') =>
    causes((path, errors) => validateCapacity({ value, requestPolicy }, shared, path, errors));
  it.each([
    [{ default: '1', validValues: ['1', '2'] }, []],
    [{ default: '2', validRange: { min: '2', max: '8', step: '2' } }, []],
    [{ validValues: ['1'] }, ['x.requestPolicy.default: Required value: required when validValues is defined']],
    [
      { default: '3', validValues: ['2', '1'] },
      [
        'x.requestPolicy.validValues[1]: Invalid value: "1": values must be sorted in ascending order',
        'x.requestPolicy.validValues: Invalid value: "3": default value is not valid according to the requestPolicy',
      ],
    ],
    [
      { default: '11', validValues: ['11'] },
      ['x.requestPolicy.validValues[0]: Invalid value: "11": option is larger than capacity value: 10'],
    ],
    [
      { default: '1', validRange: {} },
      ['x.requestPolicy.validRange.min: Required value: required when validRange is defined'],
    ],
    [
      { default: '1', validRange: { min: '2' } },
      ['x.requestPolicy.validRange.default: Invalid value: "1": default is less than min: 2'],
    ],
    [
      { default: '4', validRange: { min: '1', step: '2' } },
      ['x.requestPolicy.validRange.step: Invalid value: "4": value is not a multiple of a given step (2) from (1)'],
    ],
    [
      { default: '1', validRange: { min: '1', step: '0' } },
      ['x.requestPolicy.validRange.step: Invalid value: "0": must be greater than zero'],
    ],
  ])('%j', (policy, wanted) => expect(check(policy)).toEqual(wanted));

  it('of devices that nobody shares have no policy', () => {
    expect(check({}, false)).toEqual(['x.requestPolicy: Forbidden: allowMultipleAllocations must be true']);
  });
});

describe('resource slices', () => {
  const device = (more: object) => ({ devices: [{ name: 'a', ...more }] });
  it.each([
    [device({ attributes: { v: { version: '1.2.3-rc.1+b' } } }), []],
    [
      device({ attributes: Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`a${i}`, { int: i }])) }),
      [
        'spec.devices[0]: the total number of attributes and capacities must not exceed 32',
        'spec.devices[0]: the total number of attribute values must not exceed 48',
      ],
    ],
    [
      device({ attributes: { v: { version: '1.2' } } }),
      ['spec.devices[0].attributes[v].version: must be a string compatible with semver.org spec 2.0.0'],
    ],
    [
      device({ attributes: { s: { string: 'x'.repeat(65) } } }),
      ['spec.devices[0].attributes[s].string: may not be more than 64 bytes'],
    ],
    [device({ taints: [{ key: 'k' }] }), ['spec.devices[0].taints[0].effect FieldValueRequired']],
    [
      device({ taints: [{ key: 'k', effect: 'Odd' }] }),
      ['spec.devices[0].taints[0].effect: supported values: "NoExecute", "NoSchedule", "None"'],
    ],
    [
      device({ nodeName: 'n' }),
      [
        'spec.devices[0]: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
      ],
    ],
    [
      device({ bindingConditions: ['a'] }),
      ['spec.devices[0].bindingFailureConditions: bindingFailureConditions are required to use bindingConditions'],
    ],
    [
      device({ consumesCounters: [{ counterSet: 's' }] }),
      ['spec.devices[0].consumesCounters[0].counters FieldValueRequired'],
    ],
    [
      { sharedCounters: [{ name: 's', counters: { Bad_: {} } }] },
      [expect.stringMatching(/^spec.sharedCounters\[0\].counters: a lowercase RFC 1123 label/)],
    ],
    [{ sharedCounters: [], devices: [] }, ['spec: only one of `sharedCounters` or `devices` is allowed']],
    [
      { nodeName: undefined, perDeviceNodeSelection: true, ...device({ nodeName: 'n', allNodes: true }) },
      [expect.stringMatching(/^spec.devices\[0\]: exactly one of/)],
    ],
    [
      { nodeName: '' },
      [
        'spec.nodeName: must be either unset or set to a non-empty string',
        expect.stringMatching(/^spec: exactly one of/),
      ],
    ],
    [
      { nodeName: undefined, allNodes: false },
      ['spec.allNodes: must be either unset or set to true', expect.stringMatching(/^spec: exactly one of/)],
    ],
  ])('%j', (spec, wanted) => expect(sliceFaults(spec)).toEqual(wanted));

  it('hold fewer devices once one is tainted', () => {
    const devices = Array.from({ length: 65 }, (_, i) => ({ name: `d${i}` }));
    expect(sliceFaults({ devices })).toEqual([]);
    expect(sliceFaults({ devices: [...devices, { name: 'x', taints: [{ key: 'k', effect: 'None' }] }] })).toEqual([
      'spec.devices: must have at most 64 items',
    ]);
  });

  it('stay with their driver, pool and node', () => {
    expect(sliceFaults({ driver: 'e.example.com', nodeName: 'm' }, {})).toEqual([
      'spec.driver: field is immutable',
      'spec.nodeName: field is immutable',
    ]);
  });

  it('do not judge stored capacities again', () => {
    const bad = device({ capacity: { c: { value: '1', requestPolicy: {} } } });
    expect(sliceFaults(bad)).toHaveLength(1);
    expect(sliceFaults(bad, bad)).toEqual([]);
  });

  it('lose alpha fields and gain times of taints', () => {
    const obj = object({
      ...SLICE,
      ...device({
        attributes: { a: { ints: [1] } },
        nodeAllocatableResourceMappings: { cpu: {} },
        taints: [{ key: 'k' }],
      }),
    });
    resourceslices.strategy.prepareForCreate?.(obj, strategyContext());
    expect((obj['spec'] as { devices: unknown[] }).devices).toEqual([
      { name: 'a', attributes: { a: {} }, taints: [{ key: 'k', timeAdded: '2026-01-02T03:04:05Z' }] },
    ]);
  });

  it('warn of upper-case drivers', () => {
    expect(
      resourceslices.strategy.warnings?.(object({ driver: 'D.example.com' }), undefined, strategyContext()),
    ).toEqual(['spec.driver: driver names should be lowercase; "D.example.com" contains uppercase characters']);
  });

  it('are selected by node and driver', () => {
    expect([...resourceslices.selectableFields.keys()]).toEqual(['spec.nodeName', 'spec.driver']);
    expect(resourceslices.fieldLabelError('x')).toBe(
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: x',
    );
  });
});

describe('resource claims', () => {
  const exactly = { deviceClassName: 'c' };
  const claim = {
    devices: {
      requests: [
        { name: 'r', exactly },
        { name: 'f', firstAvailable: [{ name: 's', deviceClassName: 'c' }] },
      ],
    },
  };
  const result = { request: 'f/s', driver: 'd.example.com', pool: 'p', device: 'a' };
  const allocated = { allocation: { devices: { results: [result] } } };

  function claimFaults(spec: object, ctx: StrategyContext = strategyContext()): string[] {
    const errors = new FieldErrors();
    const obj = object(spec);
    resourceclaims.strategy.applyDefaults?.(obj);
    resourceclaims.strategy.validate?.(obj, errors, ctx);
    return texts(errors);
  }

  function statusFaults(status: object, old: object = {}, metadata: object = {}): string[] {
    const errors = new FieldErrors();
    const obj = object(claim, status, metadata);
    resourceclaims.strategy.status?.validateUpdate?.(obj, object(claim, old), errors, strategyContext('status'));
    return texts(errors);
  }

  it.each([
    [claim, []],
    [{ devices: { requests: null } }, []],
    [
      { devices: { requests: [{ name: 'r', exactly: { ...exactly, allocationMode: 'All', count: 2 } }] } },
      ["spec.devices.requests[0].exactly.count: must not be specified when allocationMode is 'All'"],
    ],
    [
      {
        devices: {
          requests: [
            { name: 'r', exactly: { ...exactly, tolerations: [{ operator: 'Exists', value: 'v', effect: 'Odd' }] } },
          ],
        },
      },
      [
        'spec.devices.requests[0].exactly.tolerations[0].value: must be empty for operator `Exists`',
        'spec.devices.requests[0].exactly.tolerations[0].effect: supported values: "NoExecute", "NoSchedule", "None"',
      ],
    ],
    [
      { devices: { constraints: [{}] } },
      [
        'spec.devices.constraints[0]: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
      ],
    ],
    [
      {
        devices: { ...claim.devices, config: [{ requests: ['f/s', 'f/x'], opaque: { driver: 'd', parameters: {} } }] },
      },
      [
        "spec.devices.config[0].requests[1]: must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
      ],
    ],
  ])('%j', (spec, wanted) => expect(claimFaults(spec)).toEqual(wanted));

  it('give administrators access in labelled namespaces only', () => {
    const admin = { devices: { requests: [{ name: 'r', exactly: { ...exactly, adminAccess: true } }] } };
    const within = (labels: Record<string, string>) => ({ ...strategyContext(), namespaceLabels: () => labels });
    expect(claimFaults(admin, within({ 'resource.kubernetes.io/admin-access': 'true' }))).toEqual([]);
    expect(claimFaults(admin, within({}))).toEqual([
      'spec.devices.requests[0].adminAccess: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
    ]);
  });

  it.each([
    [allocated, {}, []],
    [
      { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] },
      {},
      ['status.reservedFor: may not be specified when `allocated` is not set'],
    ],
    [
      { ...allocated, reservedFor: [{}] },
      {},
      [
        'status.reservedFor[0].resource FieldValueRequired',
        'status.reservedFor[0].name FieldValueRequired',
        'status.reservedFor[0].uid FieldValueRequired',
      ],
    ],
    [{ allocation: { devices: { results: [] } } }, allocated, ['status.allocation: field is immutable']],
    [
      { allocation: { devices: { config: [{ opaque: { driver: 'd', parameters: {} } }] } } },
      {},
      ['status.allocation.devices.config[0].source FieldValueRequired'],
    ],
    [
      {
        ...allocated,
        devices: [{ driver: 'd.example.com', pool: 'p', device: 'b', networkData: { ips: ['1.2.3.4'] } }],
      },
      {},
      [
        'status.devices[0]: must be an allocated device in the claim',
        expect.stringMatching(/^status.devices\[0\].networkData.ips\[0\]/),
      ],
    ],
  ])('status %j after %j', (status, old, wanted) => expect(statusFaults(status, old)).toEqual(wanted));

  it('take no new consumers while they go', () => {
    const reserved = { ...allocated, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] };
    const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(statusFaults(reserved, allocated, going)).toEqual([
      'status.reservedFor: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
    ]);
    expect(statusFaults(reserved, reserved, going)).toEqual([]);
  });

  it('forget the status of devices that are freed', () => {
    const device = { driver: 'd.example.com', pool: 'p', device: 'a' };
    const obj = object(claim, { devices: [device] });
    resourceclaims.strategy.status?.prepareForUpdate?.(
      obj,
      object(claim, { ...allocated, devices: [device] }),
      strategyContext('status'),
    );
    expect(obj['status']).toEqual({});
  });

  it.each([
    [{}, {}, 'pending'],
    [allocated, {}, 'allocated'],
    [{ ...allocated, reservedFor: [{}] }, {}, 'allocated,reserved'],
    [{}, { deletionTimestamp: 't' }, 'deleted'],
    [allocated, { deletionTimestamp: 't' }, 'deleted,allocated'],
  ])('state of %j', (status, metadata, wanted) =>
    expect(resourceclaims.table.cells(object(claim, status, metadata), NOW)[1]).toBe(wanted),
  );
});

describe('device classes', () => {
  it('do not judge stored configurations again', () => {
    const big = { config: [{ opaque: { driver: 'd', parameters: { a: 'x'.repeat(10_240) } } }] };
    const errors = new FieldErrors();
    deviceclasses.strategy.validate?.(object(big), errors, strategyContext());
    expect(texts(errors)).toEqual(['spec.config[0].opaque.parameters: may not be more than 10240 bytes']);
    const again = new FieldErrors();
    deviceclasses.strategy.validateUpdate?.(object(big), object(big), again, strategyContext());
    expect(texts(again)).toEqual([]);
  });
});

describe('what was stored', () => {
  const spec = { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'c' } }] } };
  const changed = { devices: { requests: [{ name: 'b', exactly: { deviceClassName: 'c' } }] } };
  const SHOWN =
    '{"Devices":{"Requests":[{"Name":"b","Exactly":{"DeviceClassName":"c","Selectors":null,"AllocationMode":"ExactCount",' +
    '"Count":1,"AdminAccess":null,"Tolerations":null,"Capacity":null},"FirstAvailable":null}],"Constraints":null,"Config":null}}';

  function refusal(kind: Kind, fields: object, old: object): string[] {
    const make = (given: object): KubeObject => {
      const obj = { metadata: { name: 'x', namespace: 'n' }, ...structuredClone(given) } as unknown as KubeObject;
      kind.strategy.applyDefaults?.(obj);
      return obj;
    };
    const errors = new FieldErrors();
    kind.strategy.validateUpdate?.(make(fields), make(old), errors, strategyContext());
    return errors.list.map(fieldErrorText);
  }

  it('is shown as the server holds it when a write would change it', () => {
    expect(refusal(resourceclaims, { spec: changed }, { spec })).toEqual([
      `spec: Invalid value: ${SHOWN}: field is immutable`,
    ]);
    const template = (inner: object) => ({ spec: { metadata: { labels: { a: 'b' } }, spec: inner } });
    expect(refusal(resourceclaimtemplates, template(changed), template(spec))).toEqual([
      `spec: Invalid value: {"labels":{"a":"b"},"Spec":${SHOWN}}: field is immutable`,
    ]);
  });
});
