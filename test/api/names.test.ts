import { describe, expect, test } from 'vitest';
import * as names from '../../src/api/names.ts';

type Check = (value: string) => string[];
const CHECKS = new Map(Object.entries(names)) as unknown as ReadonlyMap<string, Check>;
const GOOD: [keyof typeof names, string[]][] = [
  ['isDNS1123Label', ['a', '0', 'a-b', 'x'.repeat(63)]],
  ['isDNS1123Subdomain', ['a', 'a.b-c.0', 'x'.repeat(253)]],
  ['isDNS1035Label', ['a', 'a-9']],
  ['isWildcardDNS1123Subdomain', ['*.example.com']],
  ['isQualifiedName', ['a', 'A_b.c-9', 'example.com/Name', `${'x'.repeat(253)}/${'y'.repeat(63)}`]],
  ['isLabelValue', ['', 'a', 'A_b.c-9', 'x'.repeat(63)]],
  ['isCIdentifier', ['_a', 'A9']],
  ['isValidPercent', ['0%', '100%']],
  ['isHTTPHeaderName', ['X-A']],
  ['isEnvVarName', ['A', '-a.b_c', '_']],
  ['isRelaxedEnvVarName', ['a b', '9', '$']],
  ['isConfigMapKey', ['a', '.a', 'A-b_c.d']],
  ['isValidPortName', ['http', 'h2c-9']],
  ['isPathSegmentName', ['Any:Name_x', '', '...']],
  ['isFullyQualifiedName', ['a.b.c']],
];
const BAD: [keyof typeof names, string, string[]][] = [
  ['isDNS1123Label', 'a.b', ['must not contain dots']],
  ['isDNS1123Label', 'x'.repeat(64), ['must be no more than 63 characters']],
  [
    'isDNS1123Label',
    'A',
    [
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'isDNS1123Subdomain',
    'tea..pot',
    [
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  ['isDNS1123Subdomain', 'x'.repeat(254), ['must be no more than 253 characters']],
  ['isShortName', 'x'.repeat(64), ['must be no more than 63 bytes']],
  ['isLongName', 'x'.repeat(254), ['must be no more than 253 bytes']],
  [
    'isDNS1035Label',
    '1boat',
    [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'isQualifiedName',
    '',
    [
      'name part must be non-empty',
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  ['isQualifiedName', `a/${'x'.repeat(64)}`, ['name part must be no more than 63 bytes']],
  ['isQualifiedName', '/a', ['prefix part must be non-empty']],
  [
    'isQualifiedName',
    'a/b/c',
    [
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
  ],
  [
    'isLabelValue',
    '-v-',
    [
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  ],
  ['isLabelValue', 'é'.repeat(32), expect.arrayContaining(['must be no more than 63 bytes']) as unknown as string[]],
  ['isPrefixedLabelKey', 'a', ["must include a prefix (e.g. 'example.com/key')"]],
  ['isConfigMapKey', '..', ["must not be '..'"]],
  ['isConfigMapKey', '..a', ["must not start with '..'"]],
  [
    'isConfigMapKey',
    'a/b',
    [
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
  ],
  ['isRelaxedEnvVarName', '', ['environment variable name must be non-empty']],
  [
    'isRelaxedEnvVarName',
    'a=b',
    ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
  ],
  ['isValidPortName', '80', ['must contain at least one letter (a-z)']],
  ['isValidPortName', '-a--b-', ['must not contain consecutive hyphens', 'must not begin or end with a hyphen']],
  ['isValidPortName', 'abcdefghijklmnop', ['must be no more than 15 characters']],
  ['isPathSegmentName', '..', ["may not be '..'"]],
  ['isPathSegmentName', 'a/b%', ["may not contain '/'", "may not contain '%'"]],
  ['isFullyQualifiedName', 'a.b', ['should be a domain with at least three segments separated by dots']],
  ['isValidIPv4Address', '::1', ['must be a valid IPv4 address']],
];

describe('names', () => {
  for (const [check, values] of GOOD) {
    test.each(values)(`${check} takes %j`, (value) => {
      expect(CHECKS.get(check)?.(value)).toEqual([]);
    });
  }
  test.each(BAD)('%s refuses %j', (check, value, messages) => {
    expect(CHECKS.get(check)?.(value)).toEqual(messages);
  });

  test('ports and ids are ranges', () => {
    expect(names.isValidPortNum(0)).toEqual(['must be between 1 and 65535, inclusive']);
    expect(names.isValidPortNum(65535)).toEqual([]);
    expect(names.isValidUserID(-1)).toEqual(['must be between 0 and 2147483647, inclusive']);
  });

  test('domain-prefixed paths name the part that is wrong', () => {
    expect(names.isDomainPrefixedPath('acme.io/foo')).toEqual([]);
    expect(names.isDomainPrefixedPath('acme')).toMatchObject([{ value: 'acme' }]);
    expect(names.isDomainPrefixedPath('acme.io/a b')).toEqual([
      { value: 'a b', message: "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')" },
    ]);
  });

  test('a trailing dash of a generateName counts as a letter', () => {
    expect(names.maskTrailingDash('cup-')).toBe('cua');
    expect(names.maskTrailingDash('-')).toBe('-');
  });
});
