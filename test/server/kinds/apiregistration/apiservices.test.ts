import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { apiservices } from '../../../../src/server/kinds/apiregistration/apiservices.ts';
import { NOW, strategyContext } from '../golden-harness.ts';

const SPEC = { group: 'g.example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 };

function faults(spec: object, name = 'v1.g.example.com'): string[] {
  const errors = new FieldErrors();
  apiservices.strategy.validate?.({ metadata: { name }, spec } as unknown as KubeObject, errors, strategyContext());
  return errors.list.map((error) => `${error.field}: ${error.detail}`);
}

describe('API services', () => {
  it.each([
    [SPEC, 'v1.g.example.com', []],
    [{ ...SPEC, group: '' }, 'v1.', []],
    [
      { ...SPEC, group: '', version: 'v2' },
      'v2.',
      ['spec.group: only v1 may have an empty group and it better be legacy kube'],
    ],
    [
      { ...SPEC, groupPriorityMinimum: 20_001, versionPriority: 1001 },
      'v1.g.example.com',
      [
        'spec.groupPriorityMinimum: must be positive and less than 20000',
        'spec.versionPriority: must be positive and less than 1000',
      ],
    ],
    [
      { ...SPEC, caBundle: 'eHg=', insecureSkipTLSVerify: true },
      'v1.g.example.com',
      [
        'spec.caBundle: local APIServices may not have a caBundle',
        'spec.insecureSkipTLSVerify: local APIServices may not have insecureSkipTLSVerify',
      ],
    ],
    [{ ...SPEC, service: { namespace: 'n', name: 's', port: 443 } }, 'v1.g.example.com', []],
    [
      { ...SPEC, service: { port: 70_000 } },
      'v1.g.example.com',
      [
        'spec.service.namespace: ',
        'spec.service.name: ',
        'spec.service.port: port is not valid: must be between 1 and 65535, inclusive',
      ],
    ],
  ])('%j as %s', (spec, name, wanted) => expect(faults(spec, name)).toEqual(wanted));

  it('are available at once when local', () => {
    const obj = { metadata: {}, spec: SPEC } as unknown as KubeObject;
    apiservices.strategy.prepareForCreate?.(obj, strategyContext());
    expect(obj['status']).toMatchObject({ conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] });
  });

  it.each([
    [undefined, 'Unknown'],
    [{ type: 'Available', status: 'True', reason: 'Passed' }, 'True'],
    [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }, 'False (MissingEndpoints)'],
    [{ type: 'Available', status: 'False' }, 'False'],
  ])('show %j as %s', (condition, wanted) => {
    const status = { conditions: condition === undefined ? [] : [condition] };
    const obj = {
      metadata: { name: 'a' },
      spec: { service: { namespace: 'n', name: 's' } },
      status,
    } as unknown as KubeObject;
    expect(apiservices.table.cells(obj, NOW)).toEqual(['a', 'n/s', wanted, '<unknown>']);
  });

  it('change nothing but status by /status', () => {
    const old = { metadata: { name: 'a', labels: { a: '1' } }, spec: SPEC } as unknown as KubeObject;
    const obj = { metadata: { name: 'a', labels: { a: '2' } }, spec: {}, status: {} } as unknown as KubeObject;
    apiservices.strategy.status?.prepareForUpdate?.(obj, old, strategyContext('status'));
    expect(obj).toEqual({ ...old, status: {} });
  });
});
