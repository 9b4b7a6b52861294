import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/api/cel/compile.ts';
import { estimateCost, type SizeOf } from '../../../src/api/cel/cost.ts';
import { UNBOUNDED } from '../../../src/api/cel/cost-estimate.ts';
import { deviceEnvironment, sizeInDevice } from '../../../src/api/cel/device-environment.ts';
import { type Environment, makeEnvironment } from '../../../src/api/cel/environment.ts';
import { listOf, mapOf, STRING } from '../../../src/api/cel/types.ts';

function cost(text: string, environment: Environment, sizeOf: SizeOf): { min: number; max: number } {
  const compiled = compile(text, environment);
  if ('error' in compiled) throw new Error(compiled.error);
  return estimateCost(compiled, sizeOf);
}

describe('of a selector of devices', () => {
  // The numbers are upstream's: dynamic-resource-allocation/cel/compile_test.go.
  it.each([
    ['true', 0],
    ['device.attributes["no-such-domain"].noSuchAttr.isGreaterThan(quantity("0"))', 6],
    ['device.attributes["no-such-domain"]["noSuchAttr"].isGreaterThan(quantity("0"))', 6],
    ['"no-such-domain" in device.attributes', 3],
    ['device.driver == ""', 2],
    ['device.driver == "dra.example.com"', 4],
    ['device.attributes["dra.example.com"].name', 4],
    ['device.attributes["dra.example.com"]["name"]', 4],
    ['cel.bind(dra, device.attributes["dra.example.com"], dra.name)', 15],
    ['device.attributes["dra.example.com"].name > 0', 5],
    ['device.attributes["dra.example.com"].name == "fish"', 5],
    ['device.attributes["dra.example.com"].name.exists(x, x > 0)', 5 + (3 + 3) * 64],
    ['device.attributes["dra.example.com"].names.size() == 2', 6],
    ['device.attributes["dra.example.com"].names.all(x, x != "")', 5 + (2 + 2) * 64],
    ['device.attributes["dra.example.com"].names.all(x, x.isGreaterThan(semver("0.0.1")))', 5 + (2 + 4) * 64],
  ])('%s: %d', (text, wanted) => expect(cost(text, deviceEnvironment(), sizeInDevice).max).toBe(wanted));
});

describe('of other expressions', () => {
  const environment = makeEnvironment({
    variables: new Map([
      ['s', STRING],
      ['list', listOf(STRING)],
      ['map', mapOf(STRING, STRING)],
    ]),
  });
  /** Texts of up to 100 characters, up to 10 of them; `long` is not bounded. */
  const sizeOf: SizeOf = (path) => {
    if (path.length === 0) return undefined;
    const last = path[path.length - 1];
    return { min: 0, max: last === 'list' || last === 'map' ? 10 : 100 };
  };
  it.each([
    ['s.contains("abc")', { min: 1, max: 1 + 10 * 1 }],
    ['s.matches("^a.*b$")', { min: 3, max: 1 + 11 * 2 }],
    ['s.startsWith("a")', { min: 2, max: 2 }],
    ['s + s == "x"', { min: 3, max: 2 + 20 + 1 }],
    ['s.lowerAscii().size() > 3', { min: 3, max: 1 + 10 + 1 + 1 }],
    ['list.all(x, x.size() > 2)', { min: 2, max: 2 + 10 * (2 + 4) }],
    ['list.exists(x, list.exists(y, x == y))', { min: 2, max: 2 + 10 * (3 + 1 + 2 + 10 * (3 + 1 + 2 + 10)) }],
    ['list.join(",").size() > 1', { min: 3, max: 1 + Math.ceil(0.1 * (1000 + 9)) + 2 }],
    ['map.all(k, map[k] != "")', { min: 2, max: 2 + 10 * (2 + 1 + 3) }],
    ['"a" in list', { min: 1, max: 1 + 10 }],
    ['s == "" || s == "a"', { min: 1, max: 1 + 0 + 1 + 1 }],
    ['s == "" ? [1] : [2, 3]', { min: 11, max: 11 }],
    ['{"a": s}.size() == 1', { min: 33, max: 33 }],
  ])('%s', (text, wanted) => expect(cost(text, environment, sizeOf)).toEqual(wanted));

  it('has no bound where sizes have none', () => {
    expect(cost('list.all(x, list.all(y, x == y))', environment, () => undefined).max).toBe(UNBOUNDED);
  });
});
