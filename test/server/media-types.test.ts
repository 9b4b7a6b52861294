// Which form an answer has: by Accept, for built-in kinds, custom resources and watches.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeProtobuf, encodeProtobuf } from '../../src/api/protobuf/protobuf.ts';
import { WireReader } from '../../src/api/protobuf/wire-reader.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const METADATA = `${PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
const METADATA_LIST = `${PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`;
const BOATS = '/apis/sea.example/v1/namespaces/default/boats';
const GULL = `${BOATS}/gull`;
const MAPS = '/api/v1/namespaces/default/configmaps';
const ALL = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

let plane: ControlPlane;
let send: (method: string, path: string, accept?: string, body?: object) => Promise<Answer>;

beforeAll(async () => {
  plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const admin = plane.local({ name: 'admin', uid: '', groups: ['system:masters'], extra: {} });
  send = async (method, path, accept, body) => {
    const headers: Record<string, string> = {
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { 'content-type': Buffer.isBuffer(body) ? PROTOBUF : 'application/json' }),
    };
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await admin.send({ method, path, headers, body: bytes });
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    return { status: response.status, type: String(response.headers['content-type']), bytes: Buffer.concat(chunks) };
  };
  await send('POST', MAPS, undefined, { metadata: { name: 'chart' }, data: { depth: '7' } });
  await defineBoats();
});
afterAll(() => plane.close());

async function defineBoats(): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: {} } } } };
  const scale = { specReplicasPath: '.spec.crew', statusReplicasPath: '.status.crew' };
  Object.assign(schema.openAPIV3Schema.properties.spec.properties, { crew: { type: 'integer' } });
  const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {}, scale } };
  const spec = {
    group: 'sea.example',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat' },
    versions: [version],
  };
  await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', undefined, {
    metadata: { name: 'boats.sea.example' },
    spec,
  });
  for (let tries = 0; (await send('GET', BOATS)).status !== 200; tries++) {
    if (tries === 500) throw new Error('boats are not served');
    await setTimeout(5);
  }
  await send('POST', BOATS, undefined, { apiVersion: 'sea.example/v1', kind: 'Boat', metadata: { name: 'gull' } });
}

const messageOf = ({ type, bytes }: Answer): unknown =>
  type === PROTOBUF ? decodeProtobuf(bytes).value.message : JSON.parse(bytes.toString()).message;

describe('one object or a list', () => {
  it.each([
    ['the first of the accepted types', `${PROTOBUF},application/json`, PROTOBUF],
    ['the one with the higher weight', `${PROTOBUF};q=0.4,application/json`, 'application/json'],
    ['what is known among what is not', 'text/html,application/yaml', 'application/yaml'],
    ['JSON for a stream type that is no stream here', 'application/json;stream=watch', 'application/json'],
  ])('%s', async (_, accept, type) => {
    expect(await send('GET', `${MAPS}/chart`, accept)).toMatchObject({ status: 200, type });
  });

  it.each([
    [`${PROTOBUF};as=Table;g=meta.k8s.io;v=v1`],
    ['application/json;stream=other'],
    ['application/yaml;stream=watch'],
  ])('not %s', async (accept) => {
    const answer = await send('GET', MAPS, accept);
    expect(answer.status).toBe(406);
    expect(messageOf(answer)).toBe(`only the following media types are accepted: ${ALL}`);
  });

  it('is metadata only in Protobuf', async () => {
    const { type, bytes } = await send('GET', MAPS, METADATA_LIST);
    expect(type).toBe(PROTOBUF);
    const { kind, value } = decodeProtobuf(bytes);
    expect(kind).toBe('PartialObjectMetadataList');
    expect(value.items).toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: 'chart' }) }),
    );
  });
});

interface WatchEvent {
  readonly type: string;
  readonly kind: string;
  readonly value: object;
}

/** The events of a Protobuf stream. */
function eventsOf(stream: Buffer): WatchEvent[] {
  const events: WatchEvent[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = at + 4 + stream.readUInt32BE(at);
    const reader = new WireReader(stream.subarray(at + 4, end), 0);
    expect(reader.tag()).toBe(0x0a);
    const type = reader.string();
    expect(reader.tag()).toBe(0x12);
    reader.enter();
    expect(reader.tag()).toBe(0x0a);
    events.push({ type, ...decodeProtobuf(reader.bytes()) });
    at = end;
  }
  return events;
}

describe('watches in Protobuf', () => {
  const TYPE = `${PROTOBUF};stream=watch`;

  it('carry objects in their envelopes, length by length', async () => {
    const query = 'watch=1&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true';
    const running = send('GET', `${MAPS}?${query}&resourceVersionMatch=NotOlderThan`, TYPE);
    await send('POST', MAPS, undefined, { metadata: { name: 'late' }, data: { a: 'b' } });
    await send('DELETE', `${MAPS}/late`);
    const { type, bytes } = await running;
    expect(type).toBe(TYPE);
    const events = eventsOf(bytes);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'ADDED',
        kind: 'ConfigMap',
        value: expect.objectContaining({ data: { depth: '7' } }),
      }),
    );
    expect(events.map((event) => event.type)).toContain('BOOKMARK');
    const late = events.filter(({ value }) => (value as { metadata: { name?: string } }).metadata.name === 'late');
    expect(late.map((event) => event.type).slice(-1)).toEqual(['DELETED']);
  });

  it('show custom resources as metadata', async () => {
    const { type, bytes } = await send('GET', `${BOATS}?watch=1&timeoutSeconds=1`, METADATA);
    expect(type).toBe(TYPE);
    expect(eventsOf(bytes)).toMatchObject([
      { type: 'ADDED', kind: 'PartialObjectMetadata', value: { metadata: { name: 'gull' } } },
    ]);
  });

  it('are refused where nothing could be written', async () => {
    const accepted = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
    const message = `only the following media types are accepted: ${accepted}`;
    for (const [path, accept] of [
      [BOATS, PROTOBUF],
      [MAPS, 'application/yaml'],
    ])
      expect(await send('GET', `${path}?watch=1&timeoutSeconds=1`, accept)).toMatchObject({ status: 406 });
    expect(messageOf(await send('GET', `${BOATS}?watch=1`, 'application/json;stream=x'))).toBe(message);
  });
});

describe('custom resources', () => {
  it.each([
    ['Protobuf of the whole', PROTOBUF],
    ['HTML', 'text/html'],
    ['CBOR', 'application/cbor'],
  ])('are not to be had as %s', async (_, accept) => {
    const answer = await send('GET', GULL, accept);
    expect(answer.status).toBe(406);
    expect(messageOf(answer)).toBe(`only the following media types are accepted: ${ALL}`);
  });

  it('fall back to the next type', async () => {
    expect(await send('GET', GULL, `${PROTOBUF},application/json`)).toMatchObject({ type: 'application/json' });
    expect(await send('GET', GULL, 'application/*')).toMatchObject({ status: 200, type: 'application/json' });
  });

  it.each([
    ['DELETE', `${GULL}/status`, 405, 'delete is not supported on resources of kind "boats.sea.example"'],
    ['POST', `${GULL}/scale`, 405, 'create is not supported on resources of kind "boats.sea.example"'],
    ['PUT', BOATS, 400, 'name must be provided'],
    ['GET', `${GULL}/log`, 404, 'boats.sea.example "gull" not found'],
    ['GET', `${GULL}/scale`, 500, 'Internal error occurred: the spec replicas field ".spec.crew" does not exist'],
  ])('%s %s', async (method, path, status, message) => {
    const answer = await send(method, path, undefined, method === 'PUT' ? {} : undefined);
    expect([answer.status, messageOf(answer)]).toEqual([status, message]);
  });

  it.each([
    ['POST', '/apis/sea.example/v1/boats'],
    ['DELETE', '/apis/sea.example/v1/boats'],
  ])('%s without a namespace finds no page', async (method, path) => {
    expect((await send(method, path)).bytes.toString()).toBe('404 page not found\n');
  });

  it('are not to be sent in Protobuf', async () => {
    const body = Buffer.from(encodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }) ?? []);
    const answer = await send('POST', BOATS, undefined, body);
    expect([answer.status, messageOf(answer)]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a Boat: object *unstructured.Unstructured does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message',
    ]);
  });

  it('are scaled even when they never had replicas', async () => {
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'gull' } };
    const { bytes } = await send('PUT', `${GULL}/scale`, undefined, { ...scale, spec: { replicas: 3 } });
    expect(JSON.parse(bytes.toString())).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
  });
});
