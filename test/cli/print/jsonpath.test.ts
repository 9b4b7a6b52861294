import { describe, expect, test } from 'vitest';
import { JsonPath, relaxedJsonPath } from '../../../src/cli/print/jsonpath.ts';

const DATA = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } },
      status: { capacity: { cpu: '4' }, addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }] },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2', labels: { 'kubernetes.io/hostname': '127.0.0.2' } },
      status: {
        capacity: { cpu: '8' },
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
  numbers: [1, 2, 3, 4, 5],
  on: true,
  none: null,
  map: { a: 1, b: [true] },
};

describe('JsonPath', () => {
  test.each([
    ['hello', 'hello'],
    ['kind is {.kind}', 'kind is List'],
    ['{.kind}{"\\n"}{.on}', 'List\ntrue'],
    ["{'text'}", 'text'],
    ['{"a\\tb\\u0041"}', 'a\tbA'],
    ["{['kind']}", 'List'],
    ['{$.kind} {@.kind}', 'List List'],
    ['{.items[*].metadata.name}', '127.0.0.1 127.0.0.2'],
    ['{.items[*].metadata.labels.kubernetes\\.io/hostname}', '127.0.0.1 127.0.0.2'],
    ["{.items[*].metadata.labels['kubernetes\\.io/hostname']}", '127.0.0.1 127.0.0.2'],
    ["{.items[0].metadata.labels['kubernetes.io/hostname']}", '127.0.0.1'],
    ['{range .items[*]}{.metadata.name}, {end}', '127.0.0.1, 127.0.0.2, '],
    ['{range .items[*]}{range .status.addresses[*]}{.type};{end}|{end}', 'LegacyHostIP;|LegacyHostIP;another;|'],
    ["{.items[*]['metadata.name','kind']}", 'None None'],
    ['{.users[?(@.name=="e2e")].user.password}', 'secret'],
    ["{.users[?(@.name!='e2e')].name}", 'myself'],
    ['{.users[?(@.user.password)].name}', 'e2e'],
    ['{.items[?(@.status.capacity.cpu>="8")].metadata.name}', '127.0.0.2'],
    ['{.numbers[?(@>3)]}', '4 5'],
    ['{.numbers[1:3]} {.numbers[-2:]} {.numbers[:2]} {.numbers[::2]}', '2 3 4 5 1 2 1 3 5'],
    ['{.numbers[0,2]}', '1 3'],
    ['{.numbers[-1]}', '5'],
    ['{.numbers[1:1]}', ''],
    ['{..password}', 'secret'],
    ['{.items..address}', '127.0.0.1 127.0.0.2 127.0.0.3'],
    ['{.map}', '{"a":1,"b":[true]}'],
    ['{.map.*}', '1 [true]'],
    ['{.none}', 'null'],
    ['{.nope}{.nope.deeper}x', 'x'],
    ['{.constructor}{.__proto__}', ''],
    ['{}', ''],
    ['', ''],
  ])('%s', (template, text) => {
    expect(new JsonPath(template).print(DATA)).toBe(text);
  });

  test.each([
    ['{.items[*', 'unterminated array'],
    ['{.kind', 'unclosed action'],
    ['{"text', 'unterminated quoted string'],
    ['{.items["x"]}', 'invalid array index "x"'],
    ['{range .items[*]}x', 'unclosed range: {end} is missing'],
    ['{end}', 'not in range, nothing to end'],
    ['{!}', "unrecognized character in action: U+0021 '!'"],
    ['{.a}b}', undefined],
  ])('%s cannot be parsed', (template, message) => {
    if (message === undefined) expect(new JsonPath(template).print({ a: 1 })).toBe('1b}');
    else expect(() => new JsonPath(template)).toThrow(message);
  });

  test.each([
    ['{.numbers[9]}', 'array index out of bounds: index 9, length 5'],
    ['{.kind[0]}', '"List" is not array or slice'],
    ['{.kind[?(@.a)]}', '"List" is not array or slice and cannot be filtered'],
    ['{.numbers[3:1]}', 'starting index 3 is greater than ending index 1'],
  ])('%s fails', (template, message) => {
    expect(() => new JsonPath(template).print(DATA)).toThrow(message);
  });

  test('a missing key fails where that was asked for', () => {
    expect(() => new JsonPath('{.nope}', { allowMissingKeys: false }).print(DATA)).toThrow('nope is not found');
  });

  test('nesting is bounded', () => {
    const deep = `{.a${'[?(@.b'.repeat(200)}${')]'.repeat(200)}}`;
    expect(() => new JsonPath(deep)).toThrow('nested too deeply');
  });

  test.each([
    ['a.b', '{.a.b}'],
    ['.a.b', '{.a.b}'],
    ['{a.b}', '{.a.b}'],
    ['{.a[0]}', '{.a[0]}'],
    ['', ''],
  ])('relaxed %s', (text, template) => {
    expect(relaxedJsonPath(text)).toBe(template);
  });

  test('what is no relaxed path', () => {
    expect(() => relaxedJsonPath('{a}{b}')).toThrow('unexpected path string');
  });
});
