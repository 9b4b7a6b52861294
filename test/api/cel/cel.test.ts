import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/api/cel/compile.ts';
import { makeEnvironment, typeProvider } from '../../../src/api/cel/environment.ts';
import { unescapeLiteral } from '../../../src/api/cel/string-literal.ts';
import { DYN, INT, listOf, mapOf, STRING, structType, typeName } from '../../../src/api/cel/types.ts';

const environment = makeEnvironment({
  variables: new Map([
    ['object', DYN],
    ['a', DYN],
    ['n', INT],
    ['s', STRING],
    ['names', listOf(STRING)],
    ['counts', mapOf(STRING, INT)],
    ['variables', structType('test.variables')],
  ]),
  types: typeProvider({ 'test.variables': { one: INT } }),
});
const EXPR =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Line, column and words of each error: `1:8 Syntax error: …`. */
function errors(text: string): string[] {
  const compiled = compile(text, environment);
  if (!('error' in compiled)) return [];
  return [...compiled.error.matchAll(/^ERROR: <input>:(\S+): ([\s\S]*?)(?=\n \| |$(?![\s\S]))/gm)].map(
    ([, place, words = '']) => `${place} ${words.replaceAll(EXPR, '{EXPR}')}`,
  );
}

function type(text: string): string {
  const compiled = compile(text, environment);
  return 'error' in compiled ? compiled.error : typeName(compiled.type);
}

describe('syntax errors, in the words of ANTLR', () => {
  it.each([
    ['', ["1:1 Syntax error: mismatched input '<EOF>' expecting {EXPR}"]],
    ['object.', ["1:8 Syntax error: no viable alternative at input '.'"]],
    ['object.metadata. ', ["1:18 Syntax error: no viable alternative at input '. '"]],
    ['1 +', ["1:4 Syntax error: mismatched input '<EOF>' expecting {EXPR}"]],
    [
      '1 + +',
      [
        "1:5 Syntax error: mismatched input '+' expecting {EXPR}",
        "1:6 Syntax error: mismatched input '<EOF>' expecting {EXPR}",
      ],
    ],
    ['{"a": 1}."a"', ['1:10 Syntax error: no viable alternative at input \'."a"\'']],
    [
      'in',
      [
        "1:1 Syntax error: mismatched input 'in' expecting {EXPR}",
        "1:3 Syntax error: mismatched input '<EOF>' expecting {EXPR}",
      ],
    ],
    [
      'func{{a}}',
      [
        "1:6 Syntax error: extraneous input '{' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}",
        "1:8 Syntax error: mismatched input '}' expecting ':'",
        "1:9 Syntax error: extraneous input '}' expecting <EOF>",
      ],
    ],
    ['{a}', ["1:3 Syntax error: mismatched input '}' expecting ':'"]],
    ['ind[a{b}]', ["1:8 Syntax error: mismatched input '}' expecting ':'"]],
    [
      '--',
      [
        "1:3 Syntax error: no viable alternative at input '-'",
        "1:3 Syntax error: mismatched input '<EOF>' expecting {EXPR}",
      ],
    ],
    [
      '?',
      [
        "1:1 Syntax error: mismatched input '?' expecting {EXPR}",
        "1:2 Syntax error: mismatched input '<EOF>' expecting {EXPR}",
      ],
    ],
    ['foo(a,b,)', ["1:9 Syntax error: mismatched input ')' expecting {EXPR}"]],
    ['-!x', ["1:2 Syntax error: no viable alternative at input '-!'"]],
    ['!-x', ["1:3 Syntax error: no viable alternative at input '-x'"]],
    [
      'a.in',
      [
        "1:3 Syntax error: no viable alternative at input '.in'",
        "1:5 Syntax error: mismatched input '<EOF>' expecting {EXPR}",
      ],
    ],
    ['a.true', ["1:3 Syntax error: mismatched input 'true' expecting IDENTIFIER"]],
    ['(a){}', ["1:4 Syntax error: mismatched input '{' expecting <EOF>"]],
    [
      '*@a | b',
      [
        "1:1 Syntax error: extraneous input '*' expecting {EXPR}",
        "1:2 Syntax error: token recognition error at: '@'",
        "1:5 Syntax error: token recognition error at: '| '",
        "1:7 Syntax error: extraneous input 'b' expecting <EOF>",
      ],
    ],
    [
      '{',
      [
        "1:2 Syntax error: mismatched input '<EOF>' expecting {'[', '{', '}', '(', '.', ',', '-', '!', '?', 'true', " +
          "'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
      ],
    ],
    ['Object{metadata: 1', ["1:19 Syntax error: mismatched input '<EOF>' expecting {'}', ','}"]],
    [
      '"""hello\nworld',
      [
        "1:3 Syntax error: token recognition error at: '\"hello\n'",
        "2:1 Syntax error: extraneous input 'world' expecting <EOF>",
      ],
    ],
    ['{1:305 2:569}', ["1:8 Syntax error: mismatched input '2' expecting {'}', ','}"]],
    ['"x".format(v.m])', ["1:15 Syntax error: extraneous input ']' expecting ')'"]],
    ["'asdf'.contains('x'", ["1:20 Syntax error: missing ')' at '<EOF>'"]],
    ['....', ["1:2 Syntax error: no viable alternative at input '..'"]],
    [
      "'😁' in ['😁']\n && in.😁",
      [
        "2:5 Syntax error: extraneous input 'in' expecting {EXPR}",
        "2:8 Syntax error: token recognition error at: '😁'",
        "2:9 Syntax error: no viable alternative at input '.'",
      ],
    ],
    ['('.repeat(300), ['-1:0 expression recursion limit exceeded: 250']],
  ])('%j', (text, expected) => expect(errors(text)).toEqual(expected));

  it('shows the line and the place', () => {
    expect(compile("s == '😁' &&\n\tn", environment)).toEqual({
      error: "ERROR: <input>:2:2: expected type 'bool' but found 'int'\n |  n\n | .^",
    });
    expect(compile("'😁'.x()", environment)).toEqual({
      error: "ERROR: <input>:1:6: undeclared reference to 'x' (in container '')\n | '😁'.x()\n | .．...^",
    });
  });
});

describe('faults that the tree shows', () => {
  it.each([
    ['if', '1:1 reserved identifier: if'],
    ['has(n)', '1:5 invalid argument to has() macro'],
    ['names.all(1, true)', '1:11 argument must be a simple name'],
    ['names.map(1, true)', '1:11 argument is not an identifier'],
    ['9223372036854775808', '1:1 invalid int literal'],
    ['18446744073709551616u', '1:1 invalid uint literal'],
    ['1.99e90000009', '1:1 invalid double literal'],
    ['a.`b`', "1:3 unsupported syntax: '`'"],
    ['nothere.y == 1', "1:1 undeclared reference to 'nothere' (in container '')"],
    ['foo(1)', "1:4 undeclared reference to 'foo' (in container '')"],
    ['Foo{a: 1}', "1:4 undeclared reference to 'Foo' (in container '')"],
    ['variables.two', "1:10 undefined field 'two'"],
    ['n.x', "1:2 type 'int' does not support field selection"],
    ['n > "a"', "1:3 found no matching overload for '_>_' applied to '(int, string)'"],
    ['s.contains(1)', "1:11 found no matching overload for 'contains' applied to 'string.(int)'"],
    ['n == null', "1:3 found no matching overload for '_==_' applied to '(int, null)'"],
    ['n && true', "1:1 expected type 'bool' but found 'int'"],
    ['[1, "a"]', "1:5 expected type 'int' but found 'string'"],
    ['{"a": 1, "b": "c"}', "1:15 expected type 'int' but found 'string'"],
    [
      'n.all(x, true)',
      "1:1 expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    ['names.all(x, 1)', "1:14 expected type 'bool' but found 'int'"],
    ['duration("x")', '1:10 invalid duration argument'],
    ['timestamp("x")', '1:11 invalid timestamp argument'],
    ['s.matches("(")', '1:11 invalid matches argument'],
    ['cel.bind(x, 1, x)', "1:9 undeclared reference to 'bind' (in container '')"],
  ])('%s', (text, expected) => expect(errors(text)).toContain(expected));
});

describe('types', () => {
  it.each([
    ['1', 'int'],
    ['1u', 'uint'],
    ['.5', 'double'],
    ['null', 'null_type'],
    ['b"x"', 'bytes'],
    ['[]', 'list(dyn)'],
    ['{"a": 1}', 'map(string, int)'],
    ['object.x', 'dyn'],
    ['object.x == 1 && has(object.y)', 'bool'],
    ['n < 1.0', 'bool'],
    ['true ? n : 2', 'int'],
    ['names.map(x, x.size())', 'list(int)'],
    ['names.filter(x, x != "").size()', 'int'],
    ['names.exists_one(x, x == s)', 'bool'],
    ['counts.all(k, v, k != "" && v > 1)', 'bool'],
    ['counts.transformMap(k, v, string(v))', 'map(string, string)'],
    ['names.transformList(i, v, i)', 'list(int)'],
    ['object.?a.?b.orValue("x")', 'dyn'],
    ['counts[?"a"].hasValue()', 'bool'],
    ['object.?a.optMap(x, 1)', 'optional_type(int)'],
    ['type(n) == int', 'bool'],
    ['timestamp("2024-01-01T00:00:00Z") - duration("1h")', 'google.protobuf.Timestamp'],
    ['quantity("1Gi").isLessThan(quantity("2"))', 'bool'],
    ['cidr("192.0.2.0/24").containsIP("192.0.2.1")', 'bool'],
    ['url("https://h.example").getHost()', 'string'],
    ['[1, 2].sum()', 'int'],
    ['sets.contains(names, ["a"])', 'bool'],
    ['"%s".format([n])', 'string'],
    ['s.matches("^a+$")', 'bool'],
    ['- -1', 'int'],
    ['a.b.c(1)', "ERROR: <input>:1:6: undeclared reference to 'c' (in container '')\n | a.b.c(1)\n | .....^"],
    ['names.exists(n, n == "shadows")', 'bool'],
  ])('%s is %s', (text, expected) => expect(type(text)).toBe(expected));

  it('goes deep without falling over', () => {
    expect(type(`${'('.repeat(60)}n${')'.repeat(60)}`)).toBe('int');
    expect(type(Array.from({ length: 300 }, () => 'n').join('+'))).toBe('int');
    expect(errors(Array.from({ length: 40_000 }, () => 'n').join('+')).length).toBeLessThanOrEqual(1);
    expect(errors('x'.repeat(100_001))).toEqual([
      '-1:0 expression code point size exceeds limit: size: 100001, limit 100000',
    ]);
  });
});

describe('string literals', () => {
  it.each([
    ['"a\\n\\u263A"', 'a\n☺'],
    ["r'\\d'", '\\d'],
    ['"""a"b"""', 'a"b'],
    ['"\\U00110000"', undefined],
    ['"\\303\\277"', 'Ã¿'],
    ["b'\\xff\\u0041'", undefined],
    ["b'\\xff☺'", Uint8Array.from([0xff, 0xe2, 0x98, 0xba])],
  ])('%s', (literal, expected) => expect(unescapeLiteral(literal)).toEqual(expected));
});

it('a long chain of && is no deep expression', () => {
  expect(type(Array.from({ length: 5000 }, (_, i) => `n != ${i}`).join(' && '))).toBe('bool');
  expect(type('n == 1 || n == 2 || n == 3 || s')).toContain("expected type 'bool' but found 'string'");
});
