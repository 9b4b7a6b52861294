import { describe, expect, test } from 'vitest';
import { GoTemplate } from '../../../src/cli/print/go-template.ts';
import { stringifyKyaml } from '../../../src/cli/print/kyaml.ts';

const OBJECT = {
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'shop', tier: 'front' } },
  spec: { containers: [{ name: 'a' }, { name: 'b' }], replicas: 2, big: 12345678, float: 1234567.5, half: 0.5 },
};

describe('go-template', () => {
  test.each([
    ['{{.kind}} {{.metadata.name}}', 'Pod web'],
    ['{{range .spec.containers}}<{{.name}}>{{end}}', '<a><b>'],
    ['{{range $i, $c := .spec.containers}}{{if $i}},{{end}}{{$c.name}}{{end}}', 'a,b'],
    ['{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}', 'app=shop;tier=front;'],
    ['{{range .nope}}x{{else}}none{{end}}', 'none'],
    ['{{if and .kind (eq .kind "Pod")}}yes{{else}}no{{end}}', 'yes'],
    ['{{if .nope}}a{{else if .kind}}b{{else}}c{{end}}', 'b'],
    ['{{with .metadata}}{{.name}}{{end}}{{with .nope}}x{{else}}y{{end}}', 'weby'],
    ['{{$n := .kind}}{{range .spec.containers}}{{$n}}{{end}}', 'PodPod'],
    ['{{define "t"}}[{{.}}]{{end}}{{range .spec.containers}}{{template "t" .name}}{{end}}', '[a][b]'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* nothing */}}{{printf "%s-%03d|%-4s|%q" .kind 7 "x" "y"}}', 'Pod-007|x   |"y"'],
    ['{{.nope}} {{.nope.deeper}}', '<no value> <no value>'],
    ['{{.metadata.labels}} {{.spec.containers}}', 'map[app:shop tier:front] [map[name:a] map[name:b]]'],
    ['{{.spec.big}} {{.spec.float}} {{.spec.half}} {{1000000}}', '12345678 1.2345675e+06 0.5 1000000'],
    ['{{len .spec.containers}} {{(index .spec.containers 1).name}} {{index .metadata.labels "app"}}', '2 b shop'],
    ['{{"aGk=" | base64decode}} {{exists . "metadata" "name"}} {{exists . "x" "y"}}', 'hi true false'],
    ['{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{break}}{{end}}', 'b'],
    ['{{lt 1 2}} {{ge 2 3}} {{not .nope}} {{or .nope "z"}}', 'true false true z'],
    ['{{.constructor}} {{.__proto__}}', '<no value> <no value>'],
  ])('%s', (template, expected) => {
    expect(new GoTemplate(template).print(OBJECT)).toBe(expected);
  });

  test.each([
    ['{{range .x}}', 'unexpected EOF'],
    ['{{.x', 'unclosed action'],
    ['{{foo}}', 'function "foo" not defined'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{(.x}}', 'unclosed left paren'],
  ])('%s is none', (template, why) => {
    expect(() => new GoTemplate(template)).toThrow(why);
  });

  test.each([
    ['{{.spec.replicas.x}}', "can't evaluate field x in type interface {}"],
    ['{{template "x"}}', 'template "x" not defined'],
    ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', 'exceeded maximum template depth'],
    ['{{index .spec.containers 9}}', 'index out of range: 9'],
    ['{{range .kind}}{{end}}', "range can't iterate over Pod"],
  ])('%s fails', (template, why) => {
    expect(() => new GoTemplate(template).print(OBJECT)).toThrow(why);
  });

  test('a missing key is an error when it is to be one', () => {
    expect(() => new GoTemplate('{{.nope}}', { allowMissingKeys: false }).print(OBJECT)).toThrow(
      'map has no entry for key "nope"',
    );
  });
});

test('kyaml', () => {
  const object = { b: [{ x: 1 }, {}], a: 'line 1\n  line 2\n', on: true, list: ['s', null], empty: [], '1': 'y' };
  expect(stringifyKyaml(object)).toBe(`---
{
  "1": "y",
  a: "\\
     line 1\\n\\
    \\  line 2\\n\\
    ",
  b: [{
    x: 1,
  }, {}],
  empty: [],
  list: [
    "s",
    null,
  ],
  "on": true,
}
`);
});
