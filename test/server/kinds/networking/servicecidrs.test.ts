import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { servicecidrs } from '../../../../src/server/kinds/networking/servicecidrs.ts';
import { strategyContext } from '../golden-harness.ts';

const V4 = '192.0.2.0/24';
const V6 = '2001:db8::/64';

function faults(cidrs: string[], old?: string[]): string[] {
  const object = (list: string[]) => ({ metadata: { name: 'c' }, spec: { cidrs: list } }) as unknown as KubeObject;
  const errors = new FieldErrors();
  const { strategy } = servicecidrs;
  if (old === undefined) strategy.validate?.(object(cidrs), errors, strategyContext());
  else strategy.validateUpdate?.(object(cidrs), object(old), errors, strategyContext());
  return errors.list.map(fieldErrorText);
}

const ONE_EACH = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

describe('a new range of service addresses', () => {
  it.each([
    [[V4], []],
    [[V6, V4], []],
    [[], ['spec.cidrs: Required value: at least one CIDR required']],
    [[V4, V6, V4], [`spec.cidrs: Invalid value: {"CIDRs":["${V4}","${V6}","${V4}"]}: may only hold up to 2 values`]],
    [[V4, '198.51.100.0/24'], [`spec.cidrs: Invalid value: ["${V4}","198.51.100.0/24"]: ${ONE_EACH}`]],
  ])('%j', (cidrs, wanted) => expect(faults(cidrs)).toEqual(wanted));
});

describe('an update', () => {
  it.each([
    [[V4], [V4], []],
    [[V4, V6], [V4], []],
    [[V4, V4], [V4], [`spec.cidrs: Invalid value: ["${V4}","${V4}"]: ${ONE_EACH}`]],
    [[V6, V4], [V4], [`spec.cidrs[0]: Invalid value: "${V6}": field is immutable`]],
    [[V6], [V4], [`spec.cidrs[0]: Invalid value: "${V6}": field is immutable`]],
    [[V4], [V4, V6], [`spec.cidrs: Invalid value: ["${V4}"]: field is immutable`]],
  ])('to %j from %j', (cidrs, old, wanted) => expect(faults(cidrs, old)).toEqual(wanted));
});

it('a status write leaves labels and spec alone', () => {
  const object = (label: string, cidr: string) =>
    ({ metadata: { name: 'c', labels: { label } }, spec: { cidrs: [cidr] }, status: {} }) as unknown as KubeObject;
  const obj = object('new', V6);
  servicecidrs.strategy.status?.prepareForUpdate?.(obj, object('old', V4), strategyContext('status'));
  expect(obj).toEqual(object('old', V4));
});
