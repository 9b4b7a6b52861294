import { describe, expect, it } from 'vitest';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { DocumentCache } from '../../../src/server/openapi/document-cache.ts';
import { openApiHandlers } from '../../../src/server/openapi/openapi-handlers.ts';
import { ask, json } from '../endpoints/fake-request.ts';

const handlers = openApiHandlers({
  kinds: new KindTable(BUILTIN_KINDS),
  descriptions: () => ({ types: {}, parameters: {} }),
});
const POLICY = '/openapi/v3/apis/policy/v1';

async function hashOf(name: string): Promise<string> {
  const { paths } = json(await ask(handlers, '/openapi/v3'));
  return new URL(paths[name].serverRelativeURL, 'https://s').searchParams.get('hash') as string;
}

describe('/openapi/v3', () => {
  it('is an index of documents by path, as text/plain', async () => {
    const answer = await ask(handlers, '/openapi/v3');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    const { paths } = json(answer);
    expect(paths['api/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{128}$/);
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['api', 'apis', 'apis/apps', 'apis/apps/v1', 'version', 'openid/v1/jwks']),
    );
  });

  it.each([
    ['application/json', 200, 'application/json'],
    ['*/*', 200, 'application/json'],
    ['', 200, 'application/json'],
    [
      'application/com.github.proto-openapi.spec.v3@v1.0+protobuf',
      200,
      'application/com.github.proto-openapi.spec.v3.v1.0+protobuf',
    ],
    [
      'application/com.github.proto-openapi.spec.v3.v1.0+protobuf',
      200,
      'application/com.github.proto-openapi.spec.v3.v1.0+protobuf',
    ],
    [
      'application/json;q=0.1, application/com.github.proto-openapi.spec.v3@v1.0+protobuf',
      200,
      'application/com.github.proto-openapi.spec.v3.v1.0+protobuf',
    ],
    ['text/html', 406, undefined],
    ['application/yaml', 406, undefined],
  ])('as %s answers %i', async (accept, status, type) => {
    const answer = await ask(handlers, POLICY, { accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
    if (status === 406) expect(answer.text).toBe('');
  });

  it.each(['/openapi/v3/apis/nonesuch/v1', '/openapi/v3/', '/openapi/v3/apis/policy/v1/'])(
    '%s is an empty 404',
    async (path) => {
      expect(await ask(handlers, path)).toMatchObject({ status: 404, text: '' });
    },
  );

  it('may be kept forever under its hash, and leads there from any other', async () => {
    const hash = await hashOf('apis/policy/v1');
    const right = await ask(handlers, `${POLICY}?hash=${hash}`);
    expect(right).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'public, immutable', etag: `"${hash}"`, vary: 'Accept' },
    });
    const wrong = await ask(handlers, `${POLICY}?hash=0`);
    expect(wrong).toMatchObject({
      status: 301,
      text: '',
      headers: { location: `${POLICY}?hash=${hash}`, 'content-type': 'application/json' },
    });
    expect((await ask(handlers, POLICY)).headers['cache-control']).toBe('no-cache, private');
  });

  it('answers 304 to its ETag', async () => {
    const hash = await hashOf('apis/policy/v1');
    expect(await ask(handlers, POLICY, { 'if-none-match': `"${hash}"` })).toMatchObject({ status: 304, text: '' });
    expect((await ask(handlers, POLICY, { 'if-none-match': '"x"' })).status).toBe(200);
  });
});

describe('/openapi/v2', () => {
  it.each([
    ['application/json', 200, 'application/json'],
    [
      'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
      200,
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ],
    ['text/html', 406, undefined],
  ])('as %s answers %i', async (accept, status, type) => {
    const answer = await ask(handlers, '/openapi/v2', { accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
  });

  it('answers 304 to its ETag', async () => {
    const { etag } = (await ask(handlers, '/openapi/v2')).headers;
    expect((await ask(handlers, '/openapi/v2', { 'if-none-match': etag as string })).status).toBe(304);
  });
});

describe('DocumentCache', () => {
  it('drops the longest unused when it grows past its bytes', () => {
    const made: string[] = [];
    const cache = new DocumentCache(10);
    const get = (key: string, size: number) =>
      cache.get(key, () => {
        made.push(key);
        return Buffer.alloc(size);
      });
    get('a', 4);
    get('b', 4);
    get('a', 4);
    get('c', 4);
    get('a', 4);
    get('b', 4);
    get('huge', 100);
    get('huge', 100);
    expect(made).toEqual(['a', 'b', 'c', 'b', 'huge']);
  });
});
