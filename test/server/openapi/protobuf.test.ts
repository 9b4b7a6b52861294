import { describe, expect, it } from 'vitest';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { OpenApiDocuments } from '../../../src/server/openapi/openapi-documents.ts';
import { encodeMessage, type Messages } from '../../../src/server/openapi/protobuf-encoder.ts';

const MESSAGES: Messages = {
  Outer: {
    text: [1, 'string'],
    flag: [2, 'bool'],
    count: [3, 'int64'],
    ratio: [4, 'double'],
    list: [5, 'string[]'],
    inner: [6, 'Inner'],
    byName: [16, 'Pair{}'],
    raw: [17, 'bytes'],
  },
  Inner: { text: [1, 'string'] },
  Pair: { name: [1, 'string'], value: [2, 'Inner'] },
};

describe('encodeMessage', () => {
  it.each([
    [{ text: 'hi' }, '0a026869'],
    [{ text: '', flag: false, count: 0, ratio: 0 }, ''],
    [{ flag: true, count: 300 }, '100118ac02'],
    [{ count: -1 }, '18ffffffffffffffffff01'],
    [{ ratio: 1.5 }, '21000000000000f83f'],
    [{ list: ['a', ''] }, '2a01612a00'],
    [{ inner: {} }, '3200'],
    [{ inner: { text: 'é' } }, '32040a02c3a9'],
    [{ byName: JSON.parse('{"__proto__":{"text":"x"}}') }, '8201100a095f5f70726f746f5f5f12030a0178'],
    [{ raw: Buffer.from([1, 2]), unknown: 'ignored', text: null }, '8a01020102'],
  ])('%j is %s', (value, hex) => {
    expect(encodeMessage(MESSAGES, 'Outer', value).toString('hex')).toBe(hex);
  });
  it('does not know other messages', () => {
    expect(() => encodeMessage(MESSAGES, 'Nonesuch', {})).toThrow('Nonesuch');
  });
});

/** Splits a message into its length-delimited fields. */
function fields(bytes: Buffer): [number, Buffer][] {
  const found: [number, Buffer][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 === 2) {
      const length = varint();
      found.push([tag >> 3, bytes.subarray(at, at + length)]);
      at += length;
    } else if (tag % 8 === 1) at += 8;
    else varint();
  }
  return found;
}

const only = (bytes: Buffer, number: number) =>
  fields(bytes)
    .filter(([n]) => n === number)
    .map(([, value]) => value);
const named = (pairs: Buffer[], name: string) =>
  only(pairs.find((pair) => only(pair, 1)[0]?.toString() === name) as Buffer, 2)[0] as Buffer;

describe('the documents', () => {
  const documents = new OpenApiDocuments(new KindTable(BUILTIN_KINDS), () => ({ types: {}, parameters: {} }));

  it('are whole in v2', () => {
    const document = documents.v2('protobuf');
    const json = JSON.parse(documents.v2('json').toString());
    const definitions = only(only(document, 9)[0] as Buffer, 1);
    expect(only(document, 1)[0]?.toString()).toBe('2.0');
    expect(definitions).toHaveLength(Object.keys(json.definitions).length);
    expect(only(only(document, 8)[0] as Buffer, 2)).toHaveLength(Object.keys(json.paths).length);
    const podSpec = named(definitions, 'io.k8s.api.core.v1.PodSpec');
    const containers = named(only(only(podSpec, 25)[0] as Buffer, 1), 'containers');
    const mergeKey = named(only(containers, 31), 'x-kubernetes-patch-merge-key');
    expect(only(mergeKey, 2)[0]?.toString()).toBe('"name"\n');
  });

  it('are whole in v3', () => {
    const document = documents.v3('apis/policy/v1', 'protobuf');
    const schemas = only(only(only(document, 5)[0] as Buffer, 1)[0] as Buffer, 1);
    const json = JSON.parse(documents.v3('apis/policy/v1', 'json').toString());
    expect(schemas).toHaveLength(Object.keys(json.components.schemas).length);
    expect(only(document, 1)[0]?.toString()).toBe('3.0.0');
  });
});
