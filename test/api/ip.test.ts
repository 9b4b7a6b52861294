import { describe, expect, test } from 'vitest';
import * as ip from '../../src/api/ip.ts';

const NO_IP = ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
const NO_CIDR = ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];

describe('addresses', () => {
  test.each([
    ['1.2.3.4', [], []],
    ['::', [], []],
    ['2001:db8::1', [], []],
    ['0:0:0:0:0:0:0:0', [], ['must be in canonical form ("::")']],
    ['0001:002:03:4::', [], ['must be in canonical form ("1:2:3:4::")']],
    ['1234::ABCD', [], ['must be in canonical form ("1234::abcd")']],
    ['1:0:0:2:0:0:0:3', [], ['must be in canonical form ("1:0:0:2::3")']],
    ['1.1.1.01', ['must not have leading 0s'], ['must not have leading 0s']],
    ['::ffff:1.1.1.1', ['must not be an IPv4-mapped IPv6 address'], ['must not be an IPv4-mapped IPv6 address']],
    ['::1.2.3.4', [], ['must be in canonical form ("::102:304")']],
    ...[
      '',
      'x',
      '300.1.1.1',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.0/24',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7::8',
      '12345::',
      'fe80::1%eth0',
      ' 1.2.3.4',
    ].map((text): [string, string[], string[]] => [text, NO_IP, NO_IP]),
  ])('%s', (text, legacy, strict) => {
    expect(ip.isValidIPForLegacyField(text)).toEqual(legacy);
    expect(ip.isValidIP(text)).toEqual(strict);
  });

  test('the lenient rule takes leading zeros and mapped addresses', () => {
    expect(ip.isValidIPForLegacyField('010.002.003.004', false)).toEqual([]);
    expect(ip.ipFamilyOf('::ffff:1.2.3.4')).toBe('IPv4');
    expect(ip.ipFamilyOf('fe80::')).toBe('IPv6');
    expect(ip.ipFamilyOf('x')).toBe('');
  });
});

describe('networks', () => {
  test.each([
    ['10.0.0.0/8', [], []],
    ['2001:db8::/64', [], []],
    ['2001:DB8::/64', [], ['must be in canonical form ("2001:db8::/64")']],
    [
      '10.0.0.1/8',
      ['must not have bits set beyond the prefix length'],
      ['must not have bits set beyond the prefix length'],
    ],
    [
      '10.0.0.0/08',
      ['must not have leading 0s in IP or prefix length'],
      ['must not have leading 0s in IP or prefix length'],
    ],
    [
      '::ffff:1.2.3.0/120',
      ['must not have an IPv4-mapped IPv6 address'],
      ['must not have an IPv4-mapped IPv6 address'],
    ],
    ...['192.0.2.0/33', 'x', '192.0.2.1', '1.2.3.4/', '1.2.3.4/-1', '::/129'].map(
      (text): [string, string[], string[]] => [text, NO_CIDR, NO_CIDR],
    ),
  ])('%s', (text, legacy, strict) => {
    expect(ip.isValidCIDRForLegacyField(text)).toEqual(legacy);
    expect(ip.isValidCIDR(text)).toEqual(strict);
  });

  test('interface addresses keep their host bits', () => {
    expect(ip.isValidInterfaceAddress('192.168.1.5/24')).toEqual([]);
    expect(ip.isValidInterfaceAddress('192.168.01.5/24')).toEqual(['must be in canonical form ("192.168.1.5/24")']);
    expect(ip.isValidInterfaceAddress('x')).toEqual([
      'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
    ]);
  });

  test('membership', () => {
    const cidr = ip.parseCidrLenient('10.1.0.0/16') as ip.Cidr;
    expect(ip.cidrContains(cidr, ip.parseIpLenient('10.1.255.255') as ip.Ip)).toBe(true);
    expect(ip.cidrContains(cidr, ip.parseIpLenient('10.2.0.0') as ip.Ip)).toBe(false);
    expect(ip.cidrContains(cidr, ip.parseIpLenient('::1') as ip.Ip)).toBe(false);
  });

  test('warnings', () => {
    expect(ip.warningsForIP('spec.ip', '1.1.1.01')).toEqual([
      'spec.ip: non-standard IP address "1.1.1.01" will be considered invalid in a future Kubernetes release: use "1.1.1.1"',
    ]);
    expect(ip.warningsForIP('f', 'FE80::1')).toEqual([
      'f: IPv6 address "FE80::1" should be in RFC 5952 canonical format ("fe80::1")',
    ]);
    expect(ip.warningsForCIDR('f', '10.0.0.1/8')).toEqual([
      'f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });
});
