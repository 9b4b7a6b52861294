/** Changes to valid objects, and well-typed objects with odd values, for tests that look for crashes. */
import * as fc from 'fast-check';
import { cloneJson, isObject, type JsonObject, setOwn } from '../../src/api/object.ts';
import type { Schema } from '../../src/api/schema/schema.ts';

/** Marks of what JSON.stringify cannot write: numbers as spelled, keys that stand twice. */
const RAW_NUMBER = '\u0001raw:';
const TWICE = '\u0001twice:';

/** What people and attackers send where something else belongs. */
const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    Number.MAX_VALUE,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    65_536,
    '',
    ' ',
    'a',
    'A',
    '-',
    '.',
    '..',
  ],
  ...['a/b', 'a b', '__proto__', 'constructor', 'toString', '\u0000', '\u{1f600}', 'é', '\ud800', 'x'.repeat(300)],
  ...[
    '1',
    '-1',
    '1Gi',
    '1e99',
    '0x10',
    '100%',
    '-5%',
    '10.0.0.1',
    '::1',
    '10.0.0.0/33',
    'https://[',
    '*',
    '{}',
    '$(A)',
  ],
  ...['2030-01-01T00:00:00Z', '2030-02-30T25:61:61Z', '* * * * *', '((((', 'AAAA', '====', '\n'],
  ...['\udfff\ud800', 'a\u0000b', 'v1', 'default', '2147483648', '99999999999999999999', '1e999999999', '-0', '.5Gi'],
  ...[[], [null], [[]], ['a', 'a'], [{}], {}, { a: null }, { '': '' }, { metadata: null }],
  ...[nested(40, (inner) => [inner]), nested(40, (a) => ({ a })), { ['\ud800']: '\udfff' }],
  ...[{ $patch: 'replace' }, { $patch: 'delete' }, { $retainKeys: ['a'] }, { '$deleteFromPrimitiveList/a': [1] }],
  ...[{ '$setElementOrder/a': [{ name: 1 }] }, [{ $patch: 'delete' }], [{ name: 'app', $patch: 'delete' }]],
  ...['1e400', '-1e400', '123456789012345678901234567890', '1e-400', '-0', '0.1e1', '1E2', '9223372036854775808'].map(
    rawNumber,
  ),
];

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

function rawNumber(text: string): string {
  return RAW_NUMBER + text;
}

/** The text of a changed object, with its odd numbers and repeated keys. */
export function oddJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null')
    .replaceAll(/"\\u0001raw:([^"]*)"(:?)/g, (_, number, colon) => (colon === '' ? number : `"${number}":`))
    .replaceAll('"\\u0001twice:', '"');
}

export interface Mutation {
  readonly where: number;
  readonly how: 'delete' | 'replace' | 'add' | 'repeat';
  readonly key: string;
  readonly value: unknown;
}

/** One to four changes. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    where: fc.nat(10_000),
    how: fc.constantFrom<Mutation['how'][]>('delete', 'replace', 'replace', 'add', 'repeat'),
    key: fc.constantFrom(
      ...[
        '__proto__',
        'constructor',
        'name',
        'spec',
        'status',
        'unknown',
        '',
        'a.b/c',
        'é',
        '\ud800',
        'Name',
        'hasOwnProperty',
      ],
      ...['name', 'metadata', 'spec', 'apiVersion'].map((name) => TWICE + name),
      ...['$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers'],
      ...['finalizers', 'ownerReferences', 'managedFields', 'generation', 'labels', 'annotations', 'resourceVersion'],
    ),
    value: fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
);

type Place = { readonly parent: JsonObject | unknown[]; readonly key: string | number };

function places(value: unknown, found: Place[] = []): Place[] {
  if (Array.isArray(value)) {
    value.forEach((item, key) => {
      found.push({ parent: value, key });
      places(item, found);
    });
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      found.push({ parent: value, key });
      places(value[key], found);
    }
  }
  return found;
}

/** A JSON patch of operations, most of which meet something in `object`. */
export function oddPatch(object: JsonObject, changes: readonly Mutation[]): unknown {
  const pointers = pointersOf(object);
  const at = (where: number): string => pointers[where % pointers.length] ?? '';
  return changes.map(({ where, how, key, value }) => {
    const path = how === 'add' ? `${at(where)}/${key}` : at(where);
    if (how === 'delete') return { op: 'remove', path };
    if (how === 'repeat')
      return { op: where % 2 === 0 ? 'copy' : 'move', from: at(where >> 3), path: `${path}/${key}` };
    return { op: where % 7 === 0 ? 'test' : how, path, value };
  });
}

function pointersOf(value: unknown, path = '', found: string[] = ['']): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    const pointer = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    found.push(pointer);
    pointersOf(inner, pointer, found);
  }
  return found;
}

/** Changes `object` in place. */
export function mutate(object: JsonObject, changes: readonly Mutation[]): JsonObject {
  for (const { where, how, key, value } of changes) {
    const all = places(object);
    const place = all[where % Math.max(all.length, 1)];
    if (place === undefined) break;
    change(place, how, key, value);
  }
  return object;
}

function change({ parent, key }: Place, how: Mutation['how'], newKey: string, value: unknown): void {
  if (Array.isArray(parent)) {
    const index = key as number;
    if (how === 'delete') parent.splice(index, 1);
    else if (how === 'replace') parent[index] = cloneJson(value);
    else parent.push(how === 'repeat' ? cloneJson(parent[index]) : cloneJson(value));
  } else if (how === 'delete') delete parent[key as string];
  else setOwn(parent, how === 'replace' ? (key as string) : newKey, cloneJson(value));
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STRINGS = [
  '',
  'a',
  'web',
  'Web',
  'a/b',
  'a.test/b',
  '10.0.0.1',
  '10.0.0.0/24',
  '::1',
  '1',
  '80',
  'http',
  '*',
  'x'.repeat(254),
];
const INTEGERS = [0, 1, -1, 2, 80, 100, 8080, 65_535, 65_536, 2 ** 31 - 1, -(2 ** 31)];
const QUANTITIES = ['0', '1', '100m', '-1', '1Gi', '1.5', '1e3', '1n'];
const SCALARS: Partial<Record<Schema['type'], readonly unknown[]>> = {
  number: [0, 1.5, -1],
  boolean: [true, false],
  quantity: QUANTITIES,
  intOrString: [0, 1, 80, -1, '50%', 'http', '101%', ''],
  time: ['2030-01-01T00:00:00Z', '1970-01-01T00:00:00+02:00'],
  microTime: ['2030-01-01T00:00:00.000001Z'],
  duration: ['1s', '0s', '-1h'],
  bytes: ['', 'AAEC', 'aGVsbG8='],
  any: [{}, { a: 1 }, 'text', 1, true, []],
};

/** A value of the right types everywhere; what stands in it makes no sense. `budget.left` bounds its size. */
export function randomValue(schema: Schema, random: () => number, depth: number, budget: { left: number }): unknown {
  const pick = <T>(values: readonly T[]): T => cloneJson(values[Math.floor(random() * values.length)]) as T;
  budget.left--;
  switch (schema.type) {
    case 'object': {
      const out: JsonObject = {};
      for (const field of schema.fields?.values() ?? []) {
        const chance = field.required ? 0.9 : depth > 4 ? 0.1 : 0.3;
        if (budget.left <= 0 || random() > chance) continue;
        setOwn(out, field.name, randomValue(field.schema, random, depth + 1, budget));
      }
      return out;
    }
    case 'map': {
      const out: JsonObject = {};
      for (let i = Math.floor(random() * 3); i > 0; i--) {
        setOwn(out, pick(STRINGS), randomValue(schema.values as Schema, random, depth + 1, budget));
      }
      return out;
    }
    case 'list': {
      const length = budget.left <= 0 ? 0 : Math.floor(random() * 3);
      return Array.from({ length }, () => randomValue(schema.items as Schema, random, depth + 1, budget));
    }
    case 'string':
      return schema.enum !== undefined && random() < 0.8 ? pick(schema.enum) : pick(STRINGS);
    case 'integer':
      return pick(INTEGERS);
    default:
      return pick(SCALARS[schema.type] ?? ['']);
  }
}
