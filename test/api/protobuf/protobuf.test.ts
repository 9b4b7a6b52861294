import { describe, expect, test } from 'vitest';
import { equalJson, type JsonObject } from '../../../src/api/object.ts';
import { isEmbedded, jsonName } from '../../../src/api/protobuf/json-names.ts';
import { messageOfType } from '../../../src/api/protobuf/kinds.ts';
import messagesJson from '../../../src/api/protobuf/messages.json' with { type: 'json' };
import { decodeProtobuf, encodeProtobuf, hasProtobuf, ProtobufError } from '../../../src/api/protobuf/protobuf.ts';
import { WireWriter } from '../../../src/api/protobuf/wire-writer.ts';
import { schemaOf, schemaOfKind, typeNames } from '../../../src/api/schema/type-table.ts';
import typesJson from '../../../src/api/schema/types.json' with { type: 'json' };
import kubectlBodies from './kubectl-bodies.json' with { type: 'json' };
import { randomValue, seededDraw } from './random-object.ts';

interface Gvk {
  group: string;
  version: string;
  kind: string;
}

const TYPES = typesJson as unknown as Record<string, { gvk?: Gvk[] }>;
const MESSAGES = messagesJson as unknown as Record<string, Record<string, [number, string]>>;
const KINDS = Object.values(TYPES).flatMap((row) => row.gvk ?? []);

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function toHex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes as Uint8Array).toString('hex');
}

/** The envelope around a v1 object's own bytes, given as hex; lengths below 128. */
function envelope(kind: string, raw: string, apiVersion = 'v1'): Uint8Array {
  const delimited = (tag: string, bytes: Buffer) =>
    tag + bytes.length.toString(16).padStart(2, '0') + bytes.toString('hex');
  const meta = delimited('0a', Buffer.from(apiVersion)) + delimited('12', Buffer.from(kind));
  return hex(`6b387300${delimited('0a', Buffer.from(meta, 'hex'))}${delimited('12', Buffer.from(hex(raw)))}`);
}

const readValue = (bytes: Uint8Array) => decodeProtobuf(bytes).value;

describe('a ConfigMap by hand', () => {
  const bytes = hex(
    '6b387300 0a0f 0a027631 1209 436f6e6669674d6170' +
      '1218 0a03 0a0161 1206 0a016b 120176 1a09 0a0162 1204 deadbeef' +
      '1a00 2200',
  );
  const value = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { k: 'v' },
    binaryData: { b: '3q2+7w==' },
  };

  test('is read', () => expect(decodeProtobuf(bytes)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', value }));
  test('is written', () => expect(toHex(encodeProtobuf(value))).toBe(toHex(bytes)));
});

describe('bodies that kubectl 1.35 sent', () => {
  test.each(Object.entries(kubectlBodies))('%s are written as they were read', (_, body) => {
    const value = readValue(hex(body));
    expect((value.metadata as JsonObject).creationTimestamp).toBe(null);
    expect(readValue(encodeProtobuf(value) as Uint8Array)).toEqual(withoutNulls(value));
  });

  test('a PodDisruptionBudget', () => {
    expect(readValue(hex(kubectlBodies.poddisruptionbudgets)).spec).toEqual({
      minAvailable: '50%',
      selector: { matchLabels: { a: 'b' } },
    });
  });

  test('a Deployment keeps replicas 0', () => {
    expect(readValue(hex(kubectlBodies.deployments)).spec).toMatchObject({ replicas: 0, strategy: { type: '' } });
  });

  test('a ResourceQuota', () => {
    expect(readValue(hex(kubectlBodies.resourcequotas)).spec).toEqual({ hard: { cpu: '1', memory: '1Gi' } });
  });

  test('an Ingress', () => {
    const path = {
      path: '/bar',
      pathType: 'Prefix',
      backend: { service: { name: 'svc', port: { name: '', number: 8080 } } },
    };
    expect(readValue(hex(kubectlBodies.ingresses)).spec).toMatchObject({
      rules: [{ host: 'foo.com', http: { paths: [path] } }],
    });
  });
});

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

describe('the tables', () => {
  test.each(
    typeNames().filter(
      (name) =>
        !name.endsWith('.WatchEvent') &&
        schemaOf(name).type === 'object' &&
        MESSAGES[messageOfType(name)] !== undefined,
    ),
  )('%s has the fields of its JSON form', (name) => {
    const typeMeta = TYPES[name]?.gvk === undefined ? [] : ['apiVersion', 'kind'];
    const wanted = [...(schemaOf(name).fields ?? new Map()).keys()];
    expect([...new Set([...jsonFields(messageOfType(name)), ...typeMeta])].sort()).toEqual([...wanted].sort());
  });

  test('every kind has a message', () => {
    for (const { group, version, kind } of KINDS) {
      expect(hasProtobuf(group === '' ? version : `${group}/${version}`, kind)).toBe(true);
      expect(MESSAGES[messageOfType(schemaOfKind(group, version, kind).name as string)]).toBeDefined();
    }
  });
});

function jsonFields(message: string): string[] {
  return Object.entries(MESSAGES[message] ?? {}).flatMap(([field, [, type]]) =>
    isEmbedded(message, field) ? jsonFields(type) : [jsonName(message, field)],
  );
}

describe('every kind comes back as it was written', () => {
  test.each(KINDS.map((gvk) => [`${gvk.group}/${gvk.version} ${gvk.kind}`, gvk] as const))('%s', (_, gvk) => {
    const schema = schemaOfKind(gvk.group, gvk.version, gvk.kind);
    const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
    for (let seed = 1; seed <= 5; seed++) {
      const body = randomValue(schema, seededDraw(seed), 5) as JsonObject;
      const value = { ...body, apiVersion, kind: gvk.kind };
      const bytes = encodeProtobuf(value) as Uint8Array;
      const back = readValue(bytes);
      if (!equalJson(back, value)) expect(back).toEqual(value);
      expect(toHex(encodeProtobuf(back))).toBe(toHex(bytes));
    }
  });
});

describe('which kinds', () => {
  test.each([
    ['v1', 'Pod', true],
    ['v1', 'PodList', true],
    ['v1', 'List', true],
    ['v1', 'Status', true],
    ['apps/v1', 'DeleteOptions', true],
    ['storage.k8s.io/v1', 'DeleteOptions', true],
    ['policy/v1', 'PatchOptions', true],
    ['meta.k8s.io/v1', 'PartialObjectMetadataList', true],
    ['autoscaling/v1', 'Scale', true],
    ['apiregistration.k8s.io/v1', 'APIService', true],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', true],
    ['meta.k8s.io/v1', 'Table', false],
    ['example.com/v1', 'Pod', false],
    ['v1', 'Container', false],
    ['', '', false],
    ['constructor', '__proto__', false],
  ])('%s %s: %s', (apiVersion, kind, has) => {
    expect(hasProtobuf(apiVersion, kind)).toBe(has);
    expect(encodeProtobuf({ apiVersion, kind }) !== undefined).toBe(has);
  });

  test('an object without kind is not written', () => expect(encodeProtobuf({})).toBeUndefined());
});

describe('forms of their own', () => {
  const time = (bytes: string) => (readValue(envelope('ConfigMap', bytes)).metadata as JsonObject).creationTimestamp;
  test('an empty time is none', () => expect(time('0a02 4200')).toBe(null));
  test('seconds 0 said aloud are 1970', () => expect(time('0a04 4202 0800')).toBe('1970-01-01T00:00:00Z'));
  test('nanoseconds of a time go', () => expect(time('0a07 4205 0801 10ff07')).toBe('1970-01-01T00:00:01Z'));

  test.each([
    ['a number', { maxUnavailable: 0 }],
    ['a percentage', { maxUnavailable: '25%' }],
  ])('IntOrString: %s', (_, spec) => {
    const value = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec };
    expect(readValue(encodeProtobuf(value) as Uint8Array)).toEqual(value);
  });

  test('an integer beyond 2^53 is exact', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generation: 9007199254740993n } };
    expect(readValue(encodeProtobuf(value) as Uint8Array)).toEqual(value);
  });

  test('the most negative integers', () => {
    expect(readValue(envelope('ConfigMap', '0a0b 38 80808080808080808001')).metadata).toEqual({
      generation: -(2n ** 63n),
    });
    expect(readValue(envelope('ConfigMap', '0a0b 38 ffffffffffffffffff01')).metadata).toEqual({ generation: -1 });
  });

  test('schemas, lists of schemas and booleans of a CustomResourceDefinition', () => {
    const openAPIV3Schema = {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      $ref: '#/a',
      default: { a: [1, null] },
      enum: ['a', 1, null],
      items: { type: 'string' },
      additionalProperties: false,
      additionalItems: { type: 'integer' },
      dependencies: { a: ['b'], c: { type: 'string' } },
      properties: { __proto__: {}, list: { items: [{ type: 'string' }], additionalProperties: true } },
    };
    const versions = [{ name: 'v1', schema: { openAPIV3Schema }, subresources: { status: {} } }];
    const value = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec: { versions } };
    expect(readValue(encodeProtobuf(value) as Uint8Array)).toEqual(value);
  });

  test('an object with an envelope of its own inside a List', () => {
    const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const inner = toHex(encodeProtobuf(item));
    const length = (bytes: number) => bytes.toString(16).padStart(2, '0');
    const size = inner.length / 2;
    const list = readValue(envelope('List', `12${length(size + 2)}0a${length(size)}${inner}`));
    expect(list).toEqual({ apiVersion: 'v1', kind: 'List', items: [item] });
  });

  test('items of a list do without apiVersion and kind', () => {
    const value = {
      apiVersion: 'v1',
      kind: 'PodList',
      metadata: { resourceVersion: '7' },
      items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }],
    };
    expect(readValue(encodeProtobuf(value) as Uint8Array).items).toEqual([{ metadata: { name: 'a' } }]);
  });

  test('a Status', () => {
    const value = {
      apiVersion: 'v1',
      kind: 'Status',
      metadata: {},
      status: 'Failure',
      reason: 'NotFound',
      details: { name: 'a', kind: 'pods', causes: [{ reason: 'x', message: 'y', field: 'z' }] },
      code: 404,
    };
    expect(readValue(encodeProtobuf(value) as Uint8Array)).toEqual(value);
  });
});

describe('what other writers may do', () => {
  test('unknown fields of every wire type are skipped', () => {
    const unknown = 'f80701 f1070102030405060708 fa070161 fd0701020304 fb07 0801 fc07';
    expect(readValue(envelope('ConfigMap', `${unknown} 0a03 0a0161`)).metadata).toEqual({ name: 'a' });
  });

  test('a message in two parts is merged', () => {
    expect(readValue(envelope('ConfigMap', '0a03 0a0161 0a03 120162')).metadata).toEqual({
      name: 'a',
      generateName: 'b',
    });
  });

  test('the last value of a map key wins; no value is a zero one', () => {
    expect(readValue(envelope('ConfigMap', '1206 0a016b 120176 1203 0a016b')).data).toEqual({ k: '' });
  });

  test('packed integers', () => {
    const policy = { apiVersion: 'v1', kind: 'Pod', spec: { securityContext: { supplementalGroups: [1, 300] } } };
    expect(readValue(envelope('Pod', '1207 7205 2203 01ac02'))).toEqual(policy);
    expect(readValue(encodeProtobuf(policy) as Uint8Array)).toEqual(policy);
  });

  test('the caller says what kind it is where the envelope does not', () => {
    const fallback = { apiVersion: 'v1', kind: 'ConfigMap' };
    expect(decodeProtobuf(hex('6b387300 1205 0a03 0a0161'), fallback).value).toEqual({
      ...fallback,
      metadata: { name: 'a' },
    });
  });
});

describe('errors', () => {
  test.each([
    ['nothing', new Uint8Array(0), 'empty data'],
    [
      'JSON',
      Buffer.from('{}'),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
    ['only the magic', hex('6b387300'), 'empty body'],
    ['another kind', envelope('Pod', '', 'example.com/v1'), 'no kind "Pod" is registered for version "example.com/v1"'],
    ['a cut length', envelope('ConfigMap', '0a05 0a01'), 'unexpected EOF'],
    ['a huge length', envelope('ConfigMap', '0a ffffffff0f'), 'unexpected EOF'],
    ['a negative length', envelope('ConfigMap', '0a ffffffffffffffffff01'), 'negative length'],
    ['an endless varint', envelope('ConfigMap', '0a ffffffffffffffffffff01'), 'integer overflow'],
    ['a wrong wire type', envelope('ConfigMap', '0801'), 'proto: wrong wireType = 0 for field Metadata'],
    ['field 0', envelope('ConfigMap', '0001'), 'illegal tag 0'],
    ['an illegal wire type', envelope('ConfigMap', 'fe0701'), 'illegal wireType 6'],
    ['an end without a group', envelope('ConfigMap', 'fc07'), 'unexpected end of group'],
    ['groups without end', envelope('ConfigMap', 'fb07fb07fb07'), 'unexpected EOF'],
    ['bad JSON inside', envelope('ControllerRevision', '1203 0a017b', 'apps/v1'), 'unexpected end of JSON input'],
    ['a year beyond 9999', envelope('ConfigMap', '0a09 4207 08ffffffffff7f'), 'year outside of range'],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeProtobuf(bytes)).toThrow(ProtobufError);
    expect(() => decodeProtobuf(bytes)).toThrow(message);
  });

  test('only a kind without a message is unknownKind', () => {
    expect(() => decodeProtobuf(envelope('X', ''))).toThrow(expect.objectContaining({ code: 'unknownKind' }));
    expect(() => decodeProtobuf(hex('00'))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test.each([
    ['a number as text', { metadata: { name: 1 } }],
    ['text as a list', { metadata: { finalizers: 'a' } }],
    ['a list as a map', { data: [] }],
    ['text as an object', { metadata: 'a' }],
    ['no base64', { binaryData: { a: '*' } }],
    ['no time', { metadata: { creationTimestamp: 'today' } }],
    ['a fraction as an integer', { metadata: { generation: 1.5 } }],
  ])('writing %s', (_, body) => {
    expect(() => encodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', ...body })).toThrow(ProtobufError);
  });

  test('cut anywhere or with any byte changed: an object or a ProtobufError', () => {
    for (const body of Object.values(kubectlBodies)) {
      const bytes = hex(body);
      for (let at = 0; at < bytes.length; at++) {
        expectSound(bytes.subarray(0, at));
        expectSound(bytes.with(at, (bytes[at] as number) ^ 0xff));
        expectSound(bytes.with(at, (bytes[at] as number) ^ 0x04));
      }
    }
  });

  test('nesting without end', () => {
    let schema: JsonObject = {};
    for (let i = 0; i < 100_000; i++) schema = { not: schema };
    const spec = { versions: [{ schema: { openAPIV3Schema: schema } }] };
    const value = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec };
    expect(() => encodeProtobuf(value)).toThrow(ProtobufError);
    let deep: Uint8Array = envelope('List', '');
    for (let i = 0; i < 600; i++) deep = listAround(deep);
    expect(() => decodeProtobuf(deep)).toThrow('exceeded max depth');
  });
});

/** A v1 List with one item, the bytes of an object with its envelope. */
function listAround(item: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  writer.bytes(item);
  writer.varint(0x0a);
  writer.prefix(0);
  writer.varint(0x12);
  writer.prefix(0);
  writer.varint(0x12);
  writer.raw(hex('6b387300 0a0a 0a027631 1204 4c697374'));
  return writer.finish();
}

function expectSound(bytes: Uint8Array): void {
  try {
    decodeProtobuf(bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
  }
}
