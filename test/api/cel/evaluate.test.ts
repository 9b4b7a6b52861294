import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/api/cel/compile.ts';
import { makeEnvironment } from '../../../src/api/cel/environment.ts';
import { evaluate } from '../../../src/api/cel/evaluate.ts';
import { DYN } from '../../../src/api/cel/types.ts';
import { fromJson } from '../../../src/api/cel/values.ts';

const environment = makeEnvironment({ variables: new Map([['self', DYN]]), bindings: true });
const SELF = {
  name: 'gull',
  sails: 3,
  size: 1.5,
  tags: ['a', 'b'],
  labels: { x: 'y' },
  crew: [{ n: 'ann', age: 30 }],
  none: null,
};

function run(text: string, limit = 1_000_000): unknown {
  const compiled = compile(text, environment);
  if ('error' in compiled) return `compile: ${compiled.error.split('\n')[0]}`;
  try {
    return evaluate(compiled, environment, (name) => (name === 'self' ? fromJson(SELF) : undefined), limit).value;
  } catch (error) {
    return (error as Error).message;
  }
}

const TRUE = `
self.name == 'gull' && self.sails == 3 && self.size == 1.5
self.sails == 3.0 && self.sails == 3u && dyn(3.0) in [1, 2, 3]
self.tags.all(t, t.size() == 1) && self.tags.exists(t, t == 'b') && self.tags.exists_one(t, t == 'a')
!self.tags.exists(t, t.missing == 1) || true
self.tags.map(t, t + '!') == ['a!', 'b!'] && self.tags.filter(t, t != 'a') == ['b']
self.crew.map(c, c.age > 18, c.n) == ['ann']
has(self.name) && !has(self.nothing) && has(self.labels.x)
'x' in self.labels && self.labels['x'] == 'y' && self.labels.all(k, k == 'x')
self.none == null && type(self.none) == null_type
type(self.sails) == int && type(self.size) == double && type(self.tags) == list && type(1u) == uint
self.?name.orValue('') == 'gull' && self.?nothing.orValue('x') == 'x' && !self.?nothing.hasValue()
self.?labels.?x.value() == 'y' && self.tags[?5].orValue('z') == 'z' && self.?none.optMap(n, 1).hasValue()
{'a': 1, 'b': 2}.size() == 2 && {1: 'x'}[dyn(1u)] == 'x' && dyn({'a': {'b': 2}}) == {'a': {'b': 2.0}}
[1, 2] + [3] == [1, 2, 3] && b'ab' + b'c' == b'abc' && size('añb') == 3
7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1 && 7.0 / 2.0 == 3.5
true ? true : 1 / 0 == 1
false && 1 / 0 == 1 || true || 1 / 0 == 1
(1 / 0 == 1 || true) && !(1 / 0 == 1 && false)
int('42') == 42 && uint(42) == 42u && double('1.5') == 1.5 && string(1.0) == '1' && string(1e21) == '1e+21'
string(true) == 'true' && bool('True') && bytes('a') == b'a' && string(b'a') == 'a' && int(3.9) == 3
duration('1h30m') == duration('90m') && duration('90s').getMinutes() == 1 && string(duration('1m30.5s')) == '90.5s'
timestamp('2024-01-31T10:20:30.5Z').getMonth() == 0 && timestamp('2024-01-31T10:20:30.5Z').getMilliseconds() == 500
timestamp('2024-01-31T23:00:00Z').getDate('+02:00') == 1 && timestamp('2024-07-01T23:00:00Z').getHours('Europe/Paris') == 1
timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')
timestamp('2024-01-02T00:00:00Z') - timestamp('2024-01-01T00:00:00Z') == duration('24h')
string(timestamp('2024-01-01T01:00:00.250+01:00')) == '2024-01-01T00:00:00.25Z' && int(timestamp('1970-01-01T00:00:01Z')) == 1
'hello'.startsWith('he') && 'hello'.endsWith('lo') && 'hello'.contains('ell') && 'hello'.matches('^h.*o$') && matches('ab', 'b')
'tacocat'.charAt(2) == 'c' && 'tacocat'.indexOf('c') == 2 && 'tacocat'.lastIndexOf('c') == 4 && 'tacocat'.indexOf('c', 3) == 4
'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco' && '  trim\\n'.trim() == 'trim'
'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b'
'aXbXc'.replace('X', '-') == 'a-b-c' && 'aXbXc'.replace('X', '-', 1) == 'a-bXc' && 'ABC'.lowerAscii() == 'abc'
'%s has %d, %.2f, %x'.format([dyn('x'), dyn(3), dyn(1.5), dyn(255)]) == 'x has 3, 1.50, ff'
'%s'.format([[dyn(1), dyn('a'), dyn(true)]]) == '[1, a, true]' && '%s'.format([{'b': 1, 'a': 2}]) == '{a: 2, b: 1}' && '100%%'.format([]) == '100%'
strings.quote('a"b') == '"a\\\\"b"'
'abc 123'.find('[0-9]+') == '123' && '1 2 3'.findAll('[0-9]') == ['1', '2', '3'] && '1 2 3'.findAll('[0-9]', 1) == ['1']
[1, 2, 3].isSorted() && [1, 2, 3].sum() == 6 && [3, 1].min() == 1 && [3, 1].max() == 3 && [1, 2, 1].lastIndexOf(1) == 2
sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])
quantity('1Gi') == quantity('1024Mi') && quantity('50k').add(quantity('20k')) == quantity('70k') && quantity('50k').sub(20000).asInteger() == 30000
isQuantity('1.3Gi') && !isQuantity('x') && quantity('500m').compareTo(quantity('1')) == -1 && quantity('200M').isGreaterThan(quantity('2M'))
isURL('https://h:80/p?q=1') && url('https://h:80/p?q=1&q=2').getQuery() == {'q': ['1', '2']} && url('https://[::1]:80/p').getHostname() == '::1'
url('https://h:80/p').getPort() == '80' && url('https://h/a%20b').getEscapedPath() == '/a%20b' && !isURL('h:80')
isIP('10.0.0.1') && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback() && !isIP('10.0.0.01') && ip('1.2.3.4').isGlobalUnicast()
cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')
cidr('10.1.2.3/8').prefixLength() == 8 && string(cidr('10.0.0.0/8').ip()) == '10.0.0.0'
!format.dns1123Label().validate('a-b').hasValue() && format.named('uuid').value().validate('x').hasValue()
semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1.2', true).minor() == 2 && !isSemver('1.2') && semver('1.0.0-a.1').compareTo(semver('1.0.0')) == -1
cel.bind(x, self.name, x + x == 'gullgull')
[1, 2].transformList(i, v, i + v) == [1, 3] && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2} && [5].all(i, v, i == 0 && v == 5)
optional.of(1).or(optional.of(2)).value() == 1 && optional.none().orValue(3) == 3 && optional.ofNonZeroValue(0) == optional.none()
[1, ?optional.none(), 2] == [1, 2] && {?'a': optional.of(1)} == {'a': 1}
'b' > 'a' && b'a' < b'b' && true > false && 1 < 1.5 && 2u > 1 && duration('2s') > duration('1s')
dyn(1) == 1.0 && dyn('1') != dyn(1)
`;

const FAILURES: Record<string, string> = {
  'self.nothing == 1': 'no such key: nothing',
  "self.labels['q'] == 'x'": 'no such key: q',
  "self.tags[7] == 'x'": 'index out of bounds: 7',
  '1 / 0 == 1': 'division by zero',
  '1 % 0 == 1': 'modulus by zero',
  '9223372036854775807 + 1 == 0': 'integer overflow',
  '0u - 1u == 0u': 'unsigned integer overflow',
  "self.sails + 'x' == 'y'": 'no such overload',
  'self.name.nothing == 1': 'no such overload',
  "int('x') == 1": "type conversion error from 'string' to 'int'",
  "self.?nothing.value() == 'x'": 'optional.none() dereference',
  'self.tags.all(t, t.missing == 1)': 'no such overload',
  "'abc'.substring(9) == ''": 'invalid substring range. start: 9, end: 3',
  '{self.name: 1, self.name: 2}.size() == 2': 'insert failed: key gull already exists',
};

describe('evaluating', () => {
  it.each(TRUE.trim().split('\n'))('%s', (text) => expect(run(text)).toBe(true));
  it.each(Object.entries(FAILURES))('%s fails', (text, message) => expect(run(text)).toBe(message));

  it('ends when its cost is used up', () => {
    const text = '[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, [1,2,3,4,5,6,7,8].all(c, a + b + c > 0)))';
    expect(run(text)).toBe(true);
    expect(run(text, 1000)).toBe('operation cancelled: actual cost limit exceeded');
  });
});
